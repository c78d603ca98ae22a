"""Headless execution of notebooks; papermill, nbclient and nbformat live here and are imported when something runs."""
