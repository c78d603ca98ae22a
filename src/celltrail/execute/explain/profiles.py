"""How the values of a table's columns are spread."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from celltrail.records import ColumnProfile, TopValue

if TYPE_CHECKING:
    import pandas as pd

_TOP = 5
_TEXT = 60
_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


def profile_columns(table: "pd.DataFrame", names: Sequence[str]) -> dict[str, ColumnProfile]:
    """The profiles of those of the columns that the table has once, by their names as text."""
    by_name: dict[str, list[Any]] = {}
    for label in table.columns:
        by_name.setdefault(str(label), []).append(label)
    single = {name: by_name[name][0] for name in names if len(by_name.get(name, ())) == 1}
    return {name: _profile(table[label]) for name, label in single.items()}


def shift_between(before: ColumnProfile | None, after: ColumnProfile | None) -> float | None:
    """How far the mean moved, in standard deviations of the first; None where the first has no spread."""
    if before is None or after is None or before.mean is None or after.mean is None or not before.std:
        return None
    shift = (after.mean - before.mean) / before.std
    return shift if math.isfinite(shift) else None


def _profile(column: "pd.Series") -> ColumnProfile:
    from pandas.api import types

    missing = int(column.isna().sum())
    if types.is_numeric_dtype(column) and not types.is_bool_dtype(column) and not types.is_complex_dtype(column):
        return _of_numbers(column, missing)
    texts = column.dropna().astype(str).value_counts()
    top = tuple(TopValue(str(text)[:_TEXT], int(count)) for text, count in texts.head(_TOP).items())
    return ColumnProfile(len(column), missing, top=top, distinct=len(texts))


def _of_numbers(column: "pd.Series", missing: int) -> ColumnProfile:
    known = column.dropna().astype("float64")
    if not len(known):
        return ColumnProfile(len(column), missing)
    quantiles = tuple(float(one) for one in known.quantile(list(_QUANTILES)))
    std = float(known.std()) if len(known) > 1 else 0.0
    return ColumnProfile(len(column), missing, float(known.mean()), std, quantiles)
