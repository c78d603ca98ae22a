"""A replay in a process of its own, for a server: `python -m celltrail.execute.replay.worker`.

The wish comes as one line on stdin, what happens goes as JSON lines to stdout. The process leaves when stdin ends: the
server is gone then. An interrupt ends the notebook that runs, as Ctrl-C in a terminal does.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from celltrail import codec
from celltrail.config import load_settings
from celltrail.errors import CelltrailError
from celltrail.execute.job import CellBegan, CellEnded, Job, JobEnded, JobResult, KernelReady, Progress
from celltrail.execute.replay.attempts import Replay
from celltrail.execute.replay.conditions import conditions_of
from celltrail.execute.replay.executed import Doors
from celltrail.execute.replay.keep import keep_report
from celltrail.execute.replay.report import Limits, ReplayPlan, ReplayReport
from celltrail.execute.runner import run_notebooks
from celltrail.store.base import Store
from celltrail.store.open import open_store

CANCELLED = "it was cancelled: nothing is kept of it"
_CHANGED = "what would run is not what you were shown: the trail has changed meanwhile; look again"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be replayed.

    Attributes:
        root: A folder of the project.
        run_id: The run.
        steps: The executions that the user has seen and agreed to run, in their order.
        is_full: Whether that was all that the session executed.
        timeout_s: For each notebook.
        environment: `here` or `recorded`.
        swaps: What is not to be as recorded.
    """

    root: str
    run_id: str
    steps: tuple[str, ...]
    is_full: bool
    timeout_s: float
    environment: str = "here"
    swaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """A notebook is going to run: the slice, or the full history after it."""

    plan: ReplayPlan
    notebook: str


@dataclass(frozen=True, slots=True)
class Prepares:
    """What takes time before a notebook runs: an environment that is made."""

    line: str


@dataclass(frozen=True, slots=True)
class Concluded:
    """It came to an end; the report is kept where `is_kept`."""

    report: ReplayReport
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """It came to none, and why."""

    message: str
    is_cancelled: bool = False


Told = Announced | Prepares | KernelReady | CellBegan | CellEnded | JobEnded | Concluded | Refused
KINDS = (Announced, Prepares, KernelReady, CellBegan, CellEnded, JobEnded, Concluded, Refused)


def main() -> None:
    """Read the wish, replay, tell."""
    wish = codec.loads(Wish, sys.stdin.readline())
    with os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1) as pipe:
        os.dup2(2, 1)  # whatever else prints in this process must not stand between our lines
        threading.Thread(target=_leave_with_server, daemon=True).start()
        try:
            _replay(wish, pipe)
        except CelltrailError as error:
            _tell(pipe, Refused(str(error)))
        except KeyboardInterrupt:
            _tell(pipe, Refused(CANCELLED, is_cancelled=True))


def _leave_with_server() -> None:
    sys.stdin.read()
    main_thread = threading.main_thread().ident
    if main_thread is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread, signal.SIGINT)
    else:
        import _thread

        _thread.interrupt_main()


def _tell(pipe: TextIO, told: Told) -> None:
    line = json.dumps({"type": type(told).__name__, "record": codec.to_plain(told)})
    try:
        pipe.write(line + "\n")
    except BrokenPipeError:
        raise KeyboardInterrupt from None  # the server is gone: as if it had interrupted us


def _replay(wish: Wish, pipe: TextIO) -> None:
    settings = load_settings(Path(wish.root))

    @contextmanager
    def opened() -> Iterator[Store]:
        store = open_store(settings.store)
        try:
            yield store
        finally:
            store.close()

    def execute(job: Job) -> JobResult:
        def tell(_: Job, progress: Progress) -> None:
            _tell(pipe, progress)

        [result] = run_notebooks((job,), at_once=1, tell=tell)
        return result

    def announce(plan: ReplayPlan, notebook: Path) -> None:
        _tell(pipe, Announced(plan, str(notebook)))

    with opened() as store:
        detail = store.get_run(wish.run_id)
    doors = Doors(opened, announce, execute, lambda line: _tell(pipe, Prepares(line)))
    conditions = conditions_of(wish.environment, wish.swaps, folder=settings.root)
    replay = Replay(detail, settings, doors=doors, limits=Limits(timeout_s=wish.timeout_s), conditions=conditions)
    if tuple(step.execution_id for step in replay.plan(is_full=wish.is_full).steps) != wish.steps:
        _tell(pipe, Refused(_CHANGED))
        return
    report = replay.run(is_full=wish.is_full)
    if replay.is_conclusive:
        keep_report(settings, report)
    if replay.is_interrupted:
        raise KeyboardInterrupt
    _tell(pipe, Concluded(report, is_kept=replay.is_conclusive))


if __name__ == "__main__":
    main()
