"""The Jupyter server extension: owner of the store, its handlers and live events."""
