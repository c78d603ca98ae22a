"""Questions about runs, for people: search, get."""
