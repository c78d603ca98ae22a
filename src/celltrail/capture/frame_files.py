"""Values as files that no code is needed to read: frames and tables as Parquet, arrays as numpy's own format.

Each is taken hold of while the user's cell still stands, so that later changes do not reach it, and written later.
"""

import io
import sys
from collections.abc import Callable
from typing import Any

from celltrail.lean import record

PARQUET = "application/vnd.apache.parquet"
NUMPY = "application/x-numpy"
_COPY_ON_WRITE = 3  # the version of pandas from which on a shallow copy never sees later changes


@record
class Packed:
    """A value as bytes; where `note` is not empty there are none, and it says why."""

    data: bytes
    media_type: str
    note: str = ""


def packer(value: Any, budget_bytes: int) -> Callable[[], Packed]:
    """Take hold of a value as it is now.

    Args:
        value: Anything.
        budget_bytes: What is larger is not copied.

    Returns:
        What writes it, in any thread.
    """
    for module, name, hold in _KINDS:
        kind = getattr(sys.modules.get(module), name, None)
        if isinstance(kind, type) and isinstance(value, kind):
            return hold(value, budget_bytes)
    return _refusing(f"a {type(value).__name__} has no file format here that needs no code to be read")


def _refusing(note: str) -> Callable[[], Packed]:
    return lambda: Packed(b"", "", note)


def _hold_pandas(value: Any, budget_bytes: int) -> Callable[[], Packed]:
    pandas = sys.modules["pandas"]
    is_safe = int(pandas.__version__.partition(".")[0]) >= _COPY_ON_WRITE
    if not is_safe and int(value.memory_usage(deep=False).sum()) > budget_bytes:
        return _refusing("it exceeds what is left of the budget (keep_budget_bytes)")
    held = value.copy(deep=not is_safe)
    return lambda: _write_pandas(held)


def _write_pandas(held: Any) -> Packed:
    target = io.BytesIO()
    try:
        held.to_parquet(target)
    except ImportError:
        return Packed(b"", "", "pandas writes Parquet by pyarrow, which is not installed: pip install pyarrow")
    except (TypeError, ValueError) as error:
        return Packed(b"", "", f"Parquet cannot hold it: {str(error)[:200]}")
    return Packed(target.getvalue(), PARQUET)


def _hold_polars(value: Any, _budget_bytes: int) -> Callable[[], Packed]:
    held = value.clone()

    def write() -> Packed:
        target = io.BytesIO()
        held.write_parquet(target)
        return Packed(target.getvalue(), PARQUET)

    return write


def _hold_arrow(value: Any, _budget_bytes: int) -> Callable[[], Packed]:
    def write() -> Packed:
        import importlib

        target = io.BytesIO()
        importlib.import_module("pyarrow.parquet").write_table(value, target)
        return Packed(target.getvalue(), PARQUET)

    return write


def _hold_array(value: Any, budget_bytes: int) -> Callable[[], Packed]:
    if value.nbytes > budget_bytes:
        return _refusing("it exceeds what is left of the budget (keep_budget_bytes)")
    held = value.copy()

    def write() -> Packed:
        target = io.BytesIO()
        try:
            sys.modules["numpy"].save(target, held, allow_pickle=False)
        except ValueError as error:  # an array of objects
            return Packed(b"", "", f"numpy's format cannot hold it without code: {str(error)[:200]}")
        return Packed(target.getvalue(), NUMPY)

    return write


_KINDS: tuple[tuple[str, str, Callable[[Any, int], Callable[[], Packed]]], ...] = (
    ("pandas", "DataFrame", _hold_pandas),
    ("polars", "DataFrame", _hold_polars),
    ("pyarrow", "Table", _hold_arrow),
    ("numpy", "ndarray", _hold_array),
)
