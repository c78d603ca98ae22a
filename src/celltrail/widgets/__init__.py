"""What notebooks show: runs as a table, runs compared, the lineage of a run; readable wherever a notebook is."""
