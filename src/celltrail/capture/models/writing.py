"""The parent's end of the process that writes models: started when first needed, ended when it was idle."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import celltrail
from celltrail import clock, codec
from celltrail.capture.models.description import Described, Description, Wish
from celltrail.capture.models.rows import Sample
from celltrail.capture.models.snapshot import Snapshot
from celltrail.capture.models.worker import read_frame, request_of, write_frame
from celltrail.capture.system import readings

_IDLE_S = 30.0
_PROGRAM = "import sys; sys.path.insert(0, {!r}); from celltrail.capture.models.worker import main; main()"


class Writer:
    """Asks the process; one model at a time.

    Attributes:
        is_awaited: Whether somebody waits for the answer; else the process gives way to others, once it was started so.

    Thread safety: any method from any thread. A forked child starts a process of its own.
    """

    def __init__(self) -> None:
        self.is_awaited = False
        self._is_given_up = False
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._timer: threading.Timer | None = None
        self._pid = os.getpid()

    def describe(self, copied: Snapshot, sample: Sample | None, wish: Wish, *, timeout_s: float) -> Described | None:
        """What is made of a model; None where the process cannot, was killed, or took longer."""
        if os.getpid() != self._pid:
            self._begin()
        request = request_of(copied, sample, wish)
        with self._lock:
            self._forget_timer()
            self._is_given_up = False
            try:
                return self._ask_twice(request, timeout_s)
            finally:
                self._timer = clock.call_after(_IDLE_S, self.close)

    def interrupt(self) -> None:
        """End the process under whoever asks it: there is no time for an answer."""
        self._is_given_up = True
        process = self._process
        if process is not None and os.getpid() == self._pid:
            process.kill()

    def close(self) -> None:
        """End the process."""
        if os.getpid() == self._pid:
            with self._lock:
                self._forget_timer()
                self._end()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask_twice(self, request: bytes, timeout_s: float) -> Described | None:
        """Somebody may have killed the process since it answered last."""
        was_there = self._process is not None
        for _ in range(2 if was_there else 1):
            try:
                return self._ask(request, timeout_s)
            except (OSError, EOFError):  # it is gone, or cannot be started
                self._end()
                if self._is_given_up:
                    break
        return None

    def _ask(self, request: bytes, timeout_s: float) -> Described | None:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return None
        guard = clock.call_after(timeout_s, self.interrupt)  # None as the kernel ends: `FittedModels.drain` interrupts
        try:
            write_frame(process.stdin, request)  # type: ignore[arg-type]
            return _answer(process.stdout)  # type: ignore[arg-type]
        finally:
            if guard is not None:
                guard.cancel()

    def _running(self) -> "subprocess.Popen[bytes]":
        """The process, started where there is none: out of the way of the kernel's signals and of the user's cells."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        home = str(Path(celltrail.__file__).parent.parent)
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(home), *([] if self.is_awaited else ["nice"])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        readings.OURS.add(str(self._process.pid))
        write_frame(self._process.stdin, codec.dumps([str(part) for part in sys.path]))  # type: ignore[arg-type]
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not written cannot be any more
                    continue
        process.wait()
        readings.OURS.discard(str(process.pid))


def _answer(source: BinaryIO) -> Described | None:
    head = read_frame(source)
    if head is None:
        raise EOFError
    if not head:
        return None  # it could not
    description = codec.loads(Description, head)
    contents = [read_frame(source) for _ in description.files]
    whole = [content for content in contents if content is not None]
    return Described(description, whole) if len(whole) == len(contents) else None
