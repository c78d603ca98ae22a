"""Why an execution is in a slice or a stale set, in words for the user."""

from collections.abc import Mapping

from celltrail.runs.effects.heap import Region
from celltrail.runs.effects.memory import Resource
from celltrail.store.runs import CellExecution

_BY_KIND = {
    "random": "moves or sets the generator {what}, which {reader} draws from",
    "file": "writes the file {what}, read by {reader}",
    "source": "writes {what}, read by {reader}",
    "changed at": "may change the file {what}, used by {reader}",
    "changed below": "may change the file {what}, used by {reader}",
    "written at": "writes the file {what}, used by {reader}",
    "written below": "writes the file {what}, used by {reader}",
    "unseen": "may have written {what}, which {reader} read otherwise than it was left",
    "folder": "makes the folder {what}, in which {reader} writes",
    "disk": "may change files that {reader} uses",
    "state": "may change {what}, used by {reader}",
    "import": "may change {what}, used by {reader}",
    "output": "shows what {reader} uses by its number",
    "magic": "defines the magic %{what}, used by {reader}",
    "answer": "asks {what} for what {reader} may fetch",
    "classes": "makes a class, and {reader} asks for those of a base",
}

UNNAMED = "an object without a name"
_INNER = frozenset({"disk", "import", "state of", "classes", "changed below", "written below", "written at"})


def name_execution(execution: CellExecution) -> str:
    """An execution as notebooks show it: `[7]`."""
    return f"[{execution.execution_count}]"


def split_reason(resource: str) -> tuple[str, str]:
    """What a resource is called, and why who writes it is needed: a text to be filled with `what` and `reader`."""
    kind, _, rest = resource.partition(": ")
    if kind in _BY_KIND and rest:
        return rest.partition(" (")[0], _BY_KIND[kind]
    return resource, "writes {what}, read by {reader}"


def is_shown_as_flow(resource: Resource, labels: Mapping[Region, str]) -> bool:
    """Whether what flows from one execution to another has a name that says something."""
    if not isinstance(resource, str):
        return resource in labels
    return resource.partition(": ")[0] not in _INNER


def word_for(resource: Resource, labels: Mapping[Region, str]) -> str:
    """What a resource is called.

    Args:
        resource: What is written.
        labels: What objects were called when its writer had run.
    """
    if isinstance(resource, str):
        kind, _, rest = resource.partition(": ")
        return f"[{rest}]'s output" if kind == "output" else rest.partition(" (")[0] or resource
    return labels.get(resource, UNNAMED)
