"""A past cell execution made a run, and let go again: events in the journal, nothing is executed or deleted."""
