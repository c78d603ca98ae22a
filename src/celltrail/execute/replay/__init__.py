"""A run made again from what was executed: planned, run in a new kernel, compared, judged and kept."""
