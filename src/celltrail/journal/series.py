"""The metric series of one writer: a number for each, which its metrics carry instead of names."""

import threading
from dataclasses import replace

from celltrail.errors import JournalError
from celltrail.journal import frames
from celltrail.journal.events import SeriesDeclared


class SeriesNumbers:
    """Gives numbers from 1; a forked child goes on with its parent's.

    Thread safety: `number` from any thread; `declared` is only ever added to.

    Attributes:
        declared: What a segment is told of each number before its first metric.
    """

    __slots__ = ("_lock", "_numbers", "declared")

    def __init__(self) -> None:
        self.declared: dict[int, SeriesDeclared] = {}
        self._numbers: dict[SeriesDeclared, int] = {}
        self._lock = threading.RLock()

    def after_fork_in_child(self) -> None:
        """The lock may have been held by a thread that the child does not have."""
        self._lock = threading.RLock()

    def number(self, what: SeriesDeclared) -> int:
        """The number of a series, whatever number `what` has; a new one where it comes the first time.

        Raises:
            JournalError: There are 16,777,215 series already.
        """
        with self._lock:
            number = self._numbers.get(what)
            if number is None:
                number = len(self.declared) + 1
                if number > frames.MAX_SERIES:
                    raise JournalError(f"this process has logged {frames.MAX_SERIES:,} metric series: start another")
                self.declared[number] = replace(what, series=number)
                self._numbers[what] = number
        return number

    def check(self, number: int) -> None:
        """Refuse a number that was not given here.

        Raises:
            JournalError: It was not.
        """
        if number not in self.declared:
            raise JournalError(f"metric series {number} was not declared by this writer: take numbers from series()")
