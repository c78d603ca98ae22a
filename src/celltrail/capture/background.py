"""One thread for what may take its time: packages, git, digests of large files. Started when first needed."""

import os
import queue
import threading
import time
from collections.abc import Callable
from operator import itemgetter

from celltrail.capture.boundary import guarded

Task = Callable[[], None]
_Item = tuple[float, str, Task]  # not before that time, by the monotonic clock


class Background:
    """Runs tasks in the order that they came, but for those that are to wait.

    Args:
        prepare: Called in the thread before its first task.
    """

    def __init__(self, prepare: Task) -> None:
        self._prepare = prepare
        self._is_abandoned = False
        self._begin()

    def _begin(self) -> None:
        self._queue: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()

    def submit(self, where: str, task: Task, *, after_s: float = 0.0) -> None:
        """Run `task` soon, or after some seconds or at the end, if that is earlier; `where` names it if it fails."""
        if os.getpid() != self._pid:  # a forked child has the object but not the thread
            self._begin()
        self._queue.put((time.monotonic() + after_s if after_s > 0 else 0.0, where, task))
        if self._thread is None:
            thread = threading.Thread(target=self._work, name="celltrail", daemon=True)
            thread.start()  # where there may be no more threads this raises, and the next task tries again
            self._thread = thread

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
        if os.getpid() != self._pid:
            return True
        if thread is None:
            return self._queue.empty()
        self._queue.put(None)
        thread.join(timeout_s)
        if thread.is_alive():
            return False
        self._thread = None
        return True

    def abandon(self) -> None:
        """Nobody waits any more: of what is left nothing is begun."""
        self._is_abandoned = True

    def _work(self) -> None:
        waiting = self._queue
        later: list[_Item] = []
        self._prepare()
        while (item := _next(waiting, later)) is not None:
            due_s, where, task = item
            if due_s > time.monotonic():
                later.append(item)
                continue
            self._run(where, task)
        for _, where, task in later:
            self._run(where, task)

    def _run(self, where: str, task: Task) -> None:
        if not self._is_abandoned:
            with guarded(where):
                task()


def _next(waiting: "queue.SimpleQueue[_Item | None]", later: list[_Item]) -> _Item | None:
    """The next task that was submitted, or that has waited long enough; None at the end."""
    if not later:
        return waiting.get()
    first = min(later, key=itemgetter(0))
    try:
        return waiting.get(timeout=max(first[0] - time.monotonic(), 0.0))
    except queue.Empty:
        later.remove(first)
        return (0.0, *first[1:])
