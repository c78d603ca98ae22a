"""The capture boundary: the one place where celltrail's own failures are caught, so that no user's cell sees them."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, TypeVar

from celltrail.errors import ReplayRefusedError

T = TypeVar("T")

_reporters: list[Callable[[str, Exception], None]] = []


class guarded:  # noqa: N801 - read as a word: `with guarded("fit"):`
    """Run celltrail's own code inside a user's cell: an `Exception` in it is counted and reported, never raised.

    An interrupt is the user's and passes. A class and not a generator: entering and leaving costs 0.2 microseconds.

    Args:
        where: A short name of the place, for `celltrail doctor`: "pre_run_cell", "fit", "log_metric".
    """

    __slots__ = ("_where",)

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None:
        """Begin the guarded part."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        """Swallow and report what is an `Exception`, but for a replay's refusal: that is meant for the cell."""
        if not isinstance(error, Exception) or isinstance(error, ReplayRefusedError):
            return False
        _report(self._where, error)
        return True


def attempt(where: str, call: Callable[..., T], *arguments: object) -> T | None:
    """`call(*arguments)` under the boundary; None where it failed.

    Raises:
        ReplayRefusedError: Meant for the replayed cell.
    """
    try:
        return call(*arguments)
    except ReplayRefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - this is the boundary
        _report(where, error)
        return None


def tried(call: Callable[[], T]) -> T | Exception:
    """What a model's own code gives, or what it raises: that is the user's or a library's matter, and not counted."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - a model may raise anything
        return error


class TakesValues(Protocol):
    """What `log_value` logs through."""

    def log_here(self, key: str, value: float, step: int | None) -> None:
        """Log one value."""


def log_value(log: TakesValues, key: str, value: float, step: int | None) -> None:
    """`log.log_here(…)` under the boundary: `attempt` for the hot path, without packing arguments or binding it."""
    try:
        log.log_here(key, value, step)
    except Exception as error:  # noqa: BLE001 - this is the boundary
        _report("log_metric", error)


def on_failure(report: Callable[[str, Exception], None]) -> None:
    """Tell `report` of every failure from now on; the session of the process is the only caller."""
    _reporters[:] = [report]


def _report(where: str, error: Exception) -> None:
    for report in _reporters:
        try:
            report(where, error)
        except Exception:  # noqa: BLE001, S112 - a report that fails has nobody left to tell
            continue
