"""Adapters: one file per outside tool, found by entry point, imported by nobody (docs/frameworks.md)."""
