"""What a run executed, put back: which sources, and as a notebook. Nothing here executes anything."""
