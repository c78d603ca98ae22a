"""scikit-learn as the user calls it: what is watched, and what each call leaves in the trail."""
