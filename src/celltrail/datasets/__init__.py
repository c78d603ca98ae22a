"""Versions of data: what is known of them, how two differ, where a content is kept. For the doors and for replays."""
