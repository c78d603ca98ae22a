"""Reads and writes that no audit event tells of, seen at the entry points of the libraries that do them.

`watch` is for capture/tracking.py; a module per library names its entry points and is imported once the library is.
"""
