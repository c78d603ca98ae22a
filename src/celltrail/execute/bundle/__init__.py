"""A run for a colleague: written out as one file, and read into a new project without executing anything of it."""
