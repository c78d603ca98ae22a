"""Columns of a frame that holds predictions: which of them are predictions, by their content."""

import ast
from collections.abc import Collection
from typing import Any

from celltrail.capture.attribution import contents
from celltrail.capture.attribution.marks import item_key
from celltrail.capture.attribution.predictions import Registry

_MAX_COLUMNS = 64
_MAX_CELLS = 20_000_000


def column_node(node: ast.expr) -> ast.expr | None:
    """The `frame["y"]` or `frame.y` that an expression begins with: `frame.y.to_numpy()`; None where it does not."""
    part: ast.expr | None = node
    while part is not None and item_key(part) is None:
        part = part.func if isinstance(part, ast.Call) else getattr(part, "value", None)
    return part


def is_column(value: object) -> bool:
    """Whether a value is a Series, which a frame may have given."""
    return type(value).__name__ == "Series" and type(value).__module__.split(".")[0] in {"pandas", "polars"}


def predicted_columns(registry: Registry, frame: Any, runs: Collection[str]) -> frozenset[str]:
    """The columns whose content is exactly what one of these runs predicted; none where the frame is very large."""
    names = [name for name in list(frame.columns)[:_MAX_COLUMNS] if isinstance(name, str)]
    if len(frame) * len(names) > _MAX_CELLS:
        return frozenset()
    found = ((name, contents.item(frame, name)) for name in names)
    return frozenset(name for name, column in found if column is not None and registry.equal(column).keys() & set(runs))
