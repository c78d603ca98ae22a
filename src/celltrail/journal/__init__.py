"""Append-only segments: the only thing between capture and store."""
