"""One thread for what may take its time: packages, git, digests of large files. Started when first needed."""

import os
import queue
import threading
from collections.abc import Callable

from celltrail.capture.boundary import guarded

Task = Callable[[], None]


class Background:
    """Runs tasks in the order that they came.

    Args:
        prepare: Called in the thread before its first task.
    """

    def __init__(self, prepare: Task) -> None:
        self._prepare = prepare
        self._begin()

    def _begin(self) -> None:
        self._queue: queue.SimpleQueue[tuple[str, Task] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()

    def submit(self, where: str, task: Task) -> None:
        """Run `task` soon; `where` names it if it fails."""
        if os.getpid() != self._pid:  # a forked child has the object but not the thread
            self._begin()
        self._queue.put((where, task))
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="celltrail", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Let the thread end once everything submitted so far is done; nobody waits for it."""
        if self._thread is not None and os.getpid() == self._pid:
            self._queue.put(None)
            self._begin()

    def drain(self, timeout_s: float) -> bool:
        """Wait until everything submitted so far is done, at most `timeout_s`, and end the thread.

        Returns:
            Whether it is; else it may be waited for again.
        """
        thread = self._thread
        if thread is None or os.getpid() != self._pid:
            return True
        self._queue.put(None)
        thread.join(timeout_s)
        if thread.is_alive():
            return False
        self._thread = None
        return True

    def _work(self) -> None:
        waiting = self._queue
        self._prepare()
        while (item := waiting.get()) is not None:
            where, task = item
            with guarded(where):
                task()
