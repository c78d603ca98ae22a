"""What becomes of celltrail's own failures: counted by place, written to the journal, told to the user once."""

import sys
import traceback
from collections.abc import Callable

from celltrail.records import ErrorInfo

_MAX_TRACEBACK = 8_000


class Failures:
    """Counts failures. Every place is written at its 1st, 10th, 100th … failure, so that a loop floods nothing.

    Args:
        write: Puts one failure into the journal.
    """

    def __init__(self, write: Callable[[str, ErrorInfo], None]) -> None:
        self._write = write
        self._is_told = False
        self._is_busy = False
        self._is_closed = False
        self.counts: dict[str, int] = {}

    def report(self, where: str, error: Exception) -> None:
        """One failure happened; a failure while it is reported is only counted."""
        count = self.counts[where] = self.counts.get(where, 0) + 1
        if self._is_busy or self._is_closed:
            return
        self._is_busy = True
        try:
            self.tell_once(f"celltrail could not record something ({where}: {type(error).__name__}: {error!s:.200})")
            if str(count).strip("0") == "1":
                self._write(where, _describe(error, count))
        finally:
            self._is_busy = False

    def close(self) -> None:
        """The session has ended: what a thread of ours still fails at, for want of a journal, is only counted."""
        self._is_closed = True

    def tell_once(self, message: str) -> None:
        """One line on stderr, once in the life of the process."""
        if not self._is_told:
            self._is_told = True
            print(f"{message}. Your code is not affected; see `celltrail doctor`.", file=sys.stderr)  # noqa: T201

    @property
    def total(self) -> int:
        """All failures so far."""
        return sum(self.counts.values())


def _describe(error: Exception, count: int) -> ErrorInfo:
    text = "".join(traceback.format_exception(error))
    message = f"{error!s:.1000}" + (f" (for the {count:,}th time)" if count > 1 else "")
    return ErrorInfo(type(error).__name__, message, text[-_MAX_TRACEBACK:])
