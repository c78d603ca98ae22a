"""The celltrail command: `main` is its entry point; a command's module is imported when the command is called."""

from celltrail.cli.app import main

__all__ = ["main"]
