"""Figures of runs as plotly documents, made without plotly: the main area, widgets and cells draw them."""
