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
    "dataset": "celltrail.capture.datasets",
    "load_model": "celltrail.runs.models",
    "keep": "celltrail.execute.keep.here",
    "unkeep": "celltrail.execute.keep.here",
    "restore_generators": "celltrail.capture.restoring",
    "read_recorded": "celltrail.capture.versioned",
    "search_runs": "celltrail.runs.search",
    "get_run": "celltrail.runs.search",
    "plot_runs": "celltrail.runs.figures.plotting",
    "run_table": "celltrail.widgets.show",
    "compare": "celltrail.widgets.show",
    "lineage": "celltrail.widgets.show",
    "load_ipython_extension": "celltrail.magics",
    "unload_ipython_extension": "celltrail.magics",
    "_jupyter_server_extension_points": "celltrail.labserver",
}
_INSTEAD = {  # what people of MLflow ask for
    "autolog": "there is nothing to turn on, fits and metrics are recorded as they happen",
    "set_experiment": "runs are kept by project folder and notebook; use set_tag to sort them",
    "set_tracking_uri": "the trail is in .celltrail of the project; CELLTRAIL_STORE names another folder",
    "log_text": "write the text to a file and use log_artifact",
    "log_dict": "write the dictionary to a file and use log_artifact",
    "log_table": "write the table to a file and use log_artifact",
    "log_input": "the data of fits, predictions and scores is recorded by its digest; dataset(name, data) names one",
    "log_artifacts": "use log_artifact for each file",
    "last_active_run": "use search_runs, whose first row is the latest",
}
__all__ = [name for name in _PUBLIC if not name.startswith("_")]


def __dir__() -> list[str]:
    """What people may ask for."""
    return sorted({*__all__, "__version__"})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("celltrail")
    except PackageNotFoundError:
        from celltrail.config import lent_version

        return lent_version()


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a kernel pays for nothing that it does not use."""
    if name == "__version__":
        return _version()
    if name not in _PUBLIC:
        hint = _INSTEAD.get(name)
        raise AttributeError(f"module 'celltrail' has no attribute {name!r}{f': {hint}' if hint else ''}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value
