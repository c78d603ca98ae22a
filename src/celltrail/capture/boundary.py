"""The capture boundary: the one place where celltrail's own failures are caught, so that no user's cell sees them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_reporters: list[Callable[[str, Exception], None]] = []


@contextmanager
def guarded(where: str) -> Iterator[None]:
    """Run celltrail's own code inside a user's cell: an `Exception` in it is counted and reported, never raised.

    An interrupt is the user's and passes.

    Args:
        where: A short name of the place, for `celltrail doctor`: "pre_run_cell", "fit", "log_metric".
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - this is the boundary
        for report in _reporters:
            report(where, error)


def on_failure(report: Callable[[str, Exception], None]) -> None:
    """Tell `report` of every failure from now on; the recorder of the process is the only caller."""
    _reporters[:] = [report]
