"""The folded state: DuckDB lives here and nowhere else."""
