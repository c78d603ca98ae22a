"""Makes the modules of this folder importable by all tests: fakes, readings of journals."""
