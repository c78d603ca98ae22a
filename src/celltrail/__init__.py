"""celltrail: the trail from every number in a notebook back to the cell, data, code, environment, seed and hardware."""

from importlib import import_module
from typing import Any

_PUBLIC = {
    "start_run": "celltrail.capture.fluent",
    "end_run": "celltrail.capture.fluent",
    "active_run": "celltrail.capture.fluent",
    "log_param": "celltrail.capture.fluent",
    "log_params": "celltrail.capture.fluent",
    "log_metric": "celltrail.capture.fluent",
    "log_metrics": "celltrail.capture.fluent",
    "set_tag": "celltrail.capture.fluent",
    "set_tags": "celltrail.capture.fluent",
    "log_artifact": "celltrail.capture.fluent",
    "log_figure": "celltrail.capture.fluent",
    "log_model": "celltrail.capture.fluent",
    "restore_generators": "celltrail.capture.restoring",
    "search_runs": "celltrail.runs.search",
    "get_run": "celltrail.runs.search",
    "load_ipython_extension": "celltrail.magics",
    "unload_ipython_extension": "celltrail.magics",
    "_jupyter_server_extension_points": "celltrail.labserver",
}
__all__ = [name for name in _PUBLIC if not name.startswith("_")]


def __dir__() -> list[str]:
    """What people may ask for."""
    return sorted({*__all__, "__version__"})


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a kernel pays for nothing that it does not use."""
    if name == "__version__":
        from importlib.metadata import version

        return version("celltrail")
    if name not in _PUBLIC:
        raise AttributeError(f"module 'celltrail' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
