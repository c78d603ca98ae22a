"""Notebooks, each in a process of its own, at most so many at once: what `celltrail run` does.

A worker is started in its own session, so that Ctrl-C in the terminal reaches this process only, which then
interrupts its workers one by one and waits for each to tell and write its end.
"""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from celltrail import clock, codec
from celltrail.execute.epitaph import write_epitaph
from celltrail.execute.job import (
    CellBegan,
    CellEnded,
    Failure,
    Job,
    JobEnded,
    JobResult,
    JobState,
    KernelReady,
    Progress,
    Tracking,
)

Tell = Callable[[Job, Progress], None]

_KINDS: dict[str, Any] = {kind.__name__: kind for kind in (KernelReady, CellBegan, CellEnded, JobEnded)}
_GRACE_S = 30.0  # beyond its own timeout, and after an interrupt, before a worker is killed
_KILLED = -9  # a process's return code after SIGKILL
_START_S = 90.0  # for imports and the kernel's start, which the notebook's time does not include


@dataclass(slots=True)
class Workers:
    """The processes that are going on, and whether the user asked to stop."""

    processes: set[subprocess.Popen[str]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_stopping: bool = False

    def stop(self, *, kill: bool) -> None:
        """Interrupt or kill all of them, and let none begin."""
        with self.lock:
            self.is_stopping = True
            for process in self.processes:
                process.kill() if kill else process.send_signal(signal.SIGINT)


def run_notebooks(jobs: tuple[Job, ...], *, at_once: int, tell: Tell) -> tuple[JobResult, ...]:
    """Execute notebooks and return their results in the order of the jobs.

    An interrupt (KeyboardInterrupt in this thread) interrupts every notebook and is not raised: the results say it.
    A second one kills the workers.

    Args:
        jobs: What to execute.
        at_once: How many processes at most.
        tell: Called with each step of each job, from several threads.
    """
    workers = Workers()
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as pool:
        futures = [pool.submit(run_notebook, job, workers, tell) for job in jobs]
        for kill in (False, True, True):
            try:
                return tuple(future.result() for future in futures)
            except KeyboardInterrupt:
                workers.stop(kill=kill)
        return tuple(future.result() for future in futures)


def run_notebook(job: Job, workers: Workers, tell: Tell) -> JobResult:
    """Execute one notebook in the calling thread.

    Args:
        job: What to execute.
        workers: The processes that are going on: `stop` reaches this one from another thread.
        tell: Called with each step.
    """
    started_at = clock.now()
    if workers.is_stopping:
        message = "it had not begun when it was stopped"
        return _result(job, started_at, None, _ended_without_word(JobState.INTERRUPTED, "KeyboardInterrupt", message))
    process = subprocess.Popen(
        [sys.executable, "-m", "celltrail.execute.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    said: list[str] = []
    listener = threading.Thread(target=_collect, args=(process, said), daemon=True)
    listener.start()
    with workers.lock:
        workers.processes.add(process)
    guard = _guard(job, process)
    try:
        ready, ended = _listen(job, process, tell)
    finally:
        if guard is not None:
            guard.cancel()
        process.wait()
        listener.join(timeout=1)
        with workers.lock:
            workers.processes.discard(process)
    if ended is None:
        ended = _why_silent(process, guard, workers, said)
        write_epitaph(Path(job.output), ended)
    return _result(job, started_at, ready, ended)


def _listen(job: Job, process: subprocess.Popen[str], tell: Tell) -> tuple[KernelReady | None, JobEnded | None]:
    ready: KernelReady | None = None
    ended: JobEnded | None = None
    assert process.stdin is not None  # noqa: S101 - both are pipes, for the type checker
    assert process.stdout is not None  # noqa: S101 - both are pipes, for the type checker
    try:
        process.stdin.write(codec.dumps(job).decode() + "\n")
        process.stdin.close()
    except BrokenPipeError:
        return None, None
    for line in process.stdout:
        document = json.loads(line)
        progress: Progress = codec.from_plain(_KINDS[document["type"]], document["record"])
        tell(job, progress)
        if isinstance(progress, KernelReady):
            ready = progress
        if isinstance(progress, JobEnded):
            ended = progress
    return ready, ended


def _collect(process: subprocess.Popen[str], said: list[str]) -> None:
    """Keep the end of what a worker says on stderr; a full pipe would stop it."""
    assert process.stderr is not None  # noqa: S101 - it is a pipe, for the type checker
    for line in process.stderr:
        said.append(line)
        del said[:-50]


def _guard(job: Job, process: subprocess.Popen[str]) -> threading.Timer | None:
    """The last resort: a worker that does not even hold its own timeout is killed."""
    if job.timeout_s is None:
        return None
    return clock.call_after(job.timeout_s + _START_S + _GRACE_S, process.kill)


def _why_silent(
    process: subprocess.Popen[str], guard: threading.Timer | None, workers: Workers, said: list[str]
) -> JobEnded:
    if workers.is_stopping:
        return _ended_without_word(
            JobState.INTERRUPTED, "KeyboardInterrupt", "it was stopped before it could say how far"
        )
    if guard is not None and guard.finished.is_set() and process.returncode == _KILLED:
        return _ended_without_word(JobState.TIMED_OUT, "TimeoutError", "it did not end within its time")
    last = "".join(said[-5:]).strip() or "it said nothing"
    return _ended_without_word(
        JobState.DIED, "WorkerDied", f"the executing process ended with code {process.returncode}: {last}"
    )


def _ended_without_word(state: JobState, name: str, message: str) -> JobEnded:
    return JobEnded(state, 0.0, 0, 0, Failure(0, "", 0, name, message))


def _result(job: Job, started_at: int, ready: KernelReady | None, ended: JobEnded) -> JobResult:
    return JobResult(
        notebook=job.notebook,
        output=job.output,
        state=ended.state,
        duration_s=(clock.now() - started_at) / 1e6,
        cell_count=ended.cell_count,
        executed_count=ended.executed_count,
        failure=ended.failure,
        tracking=ready.tracking if ready else Tracking.UNKNOWN,
        session_id=ready.session_id if ready else "",
        started_at=started_at,
        notes=ended.notes,
    )
