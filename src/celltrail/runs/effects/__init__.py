"""What one cell execution may read and change, by its source: the ground that `celltrail.runs.lineage` slices on."""
