"""The background thread of a writer: what was written reaches the disk itself within a second."""

import threading
import weakref
from typing import Protocol

INTERVAL_S = 1.0


class Flushable(Protocol):
    """What the thread looks after."""

    def flush_once(self) -> bool:
        """Write and sync what is waiting; False when there is nothing to do until `wake` is called again."""


class Flusher:
    """Runs `flush_once` each second from `wake` until it says that there is nothing more to do.

    The thread is a daemon and holds its writer weakly: it keeps neither the process nor the writer alive.
    """

    __slots__ = ("_has_thread", "_stopped", "_target", "_wake")

    def __init__(self, target: Flushable) -> None:
        self._wake = threading.Event()
        wake = self._wake
        self._target = weakref.ref(target, lambda _: wake.set())
        self._stopped = threading.Event()
        self._has_thread = False

    def wake(self) -> None:
        """Begin to look after the writer again."""
        self._wake.set()
        if self._has_thread:
            return
        self._has_thread = True
        thread = threading.Thread(
            target=_run, args=(self._target, self._wake, self._stopped), name="celltrail-journal", daemon=True
        )
        try:
            thread.start()
        except RuntimeError:  # the interpreter is going down, or there may be no more threads: close() syncs
            self._has_thread = False

    def stop(self) -> None:
        """End the thread, for good."""
        self._stopped.set()
        self._wake.set()


def _run(target: "weakref.ref[Flushable]", wake: threading.Event, stopped: threading.Event) -> None:
    while True:
        wake.wait()
        wake.clear()
        is_busy = True
        while is_busy:
            if stopped.wait(INTERVAL_S):
                return
            writer = target()
            if writer is None:
                return
            is_busy = writer.flush_once()
            del writer
