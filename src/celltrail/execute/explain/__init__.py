"""Why two runs differ: what the trail and the kept contents say of both, and the replay that proves a cause."""
