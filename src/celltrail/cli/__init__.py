"""The celltrail command."""
