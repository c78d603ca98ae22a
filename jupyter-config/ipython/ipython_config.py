"""Loads celltrail in every IPython kernel of this environment; capture starts by itself in notebook kernels only."""

c = get_config()  # noqa: F821 - IPython gives it to its configuration files
c.InteractiveShellApp.extra_extensions.append("celltrail")
