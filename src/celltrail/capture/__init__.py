"""The kernel side: standard library only, never slows or breaks a cell."""
