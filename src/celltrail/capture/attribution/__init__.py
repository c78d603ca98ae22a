"""Whose number is it: what each value was computed from, and the run that it therefore belongs to."""
