"""Headless execution of notebooks; papermill lives here."""
