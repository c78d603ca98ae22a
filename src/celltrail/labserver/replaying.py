"""Replays that the panel asked for: one at a time per project, in a process of its own, followed line by line."""

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from celltrail import clock, codec, config
from celltrail.config import Settings
from celltrail.errors import CelltrailError
from celltrail.execute.job import CellBegan, CellEnded, JobEnded, KernelReady, Progress
from celltrail.execute.replay.attempts import Replay
from celltrail.execute.replay.conditions import conditions_of
from celltrail.execute.replay.executed import Doors
from celltrail.execute.replay.report import Limits
from celltrail.execute.replay.worker import KINDS, Announced, Concluded, Prepares, Refused, Told, Wish
from celltrail.labserver.replay_replies import (
    NO_REPLAY,
    ReplayOrder,
    ReplayPhase,
    ReplayPlans,
    ReplayQuestion,
    ReplayState,
)
from celltrail.store.runs import RunDetail

TIMEOUT_S = 3600.0
_GRACE_S = 45.0  # after an interrupt, before the process is killed
_LEAVING_S = 5.0  # when the server stops
_LAST_LINES = 20
_NOTEBOOK = re.compile(r"[\w-]{1,100}\.ipynb", re.ASCII)
_KINDS: dict[str, Any] = {kind.__name__: kind for kind in KINDS}
_GOING_ON = frozenset({ReplayPhase.STARTING, ReplayPhase.RUNNING, ReplayPhase.COMPARING})


class ReplayRefusedError(CelltrailError):
    """A replay of the project goes on already, or there is none to cancel."""


class ReplayNotebookLostError(CelltrailError):
    """A notebook that a replay wrote is not there any more."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no replayed notebook {name!r:.120} here: it was removed, or made elsewhere")


class Replays:
    """The replays of one project; every method is safe from any thread.

    Args:
        settings: The project's.
        announce: Told the revision of each new state.
    """

    def __init__(self, settings: Settings, announce: Callable[[int], None]) -> None:
        self._settings = settings
        self._announce = announce
        self._lock = threading.Lock()
        self._state = replace(NO_REPLAY, revision=clock.now() // 1_000_000)  # not that of an earlier server
        self._process: subprocess.Popen[str] | None = None

    @property
    def state(self) -> ReplayState:
        """The replay that goes on, else the last one."""
        return self._state

    def plans(self, detail: RunDetail, question: ReplayQuestion) -> ReplayPlans:
        """What a replay of a run would execute; nothing is.

        Raises:
            ExecutionError: It cannot be replayed, and why; also where tracking is off.
            ParameterError: The conditions cannot be met.
        """
        conditions = conditions_of(question.environment, question.swaps, folder=self._settings.root)
        replay = Replay(detail, self._settings, doors=_NO_DOORS, limits=Limits(), conditions=conditions)
        return ReplayPlans(replay.plan(is_full=False), replay.plan(is_full=True), TIMEOUT_S)

    def start(self, order: ReplayOrder) -> ReplayState:
        """Execute what the user has agreed to.

        Raises:
            ReplayRefusedError: One goes on already.
        """
        wish = Wish(
            root=str(self._settings.root),
            run_id=order.run_id,
            steps=order.steps,
            is_full=order.is_full,
            timeout_s=TIMEOUT_S,
            environment=order.environment,
            swaps=order.swaps,
        )
        with self._lock:
            if self._state.phase in _GOING_ON:
                going = self._state.run_id[:8]
                raise ReplayRefusedError(f"run {going} is being replayed in this project: wait for it, or cancel it")
            # the process first: whoever follows the last one must never take this state for its own
            self._process = process = self._spawn(wish)
            fresh = replace(NO_REPLAY, revision=self._state.revision, run_id=order.run_id, started_at=clock.now())
            self._state = replace(fresh, phase=ReplayPhase.STARTING, is_full=order.is_full)
        self._change(self._state)
        threading.Thread(target=self._follow, args=(process,), name="celltrail-replay", daemon=True).start()
        return self._state

    def cancel(self) -> ReplayState:
        """Interrupt it: the cell that runs ends, nothing is kept.

        Raises:
            ReplayRefusedError: None goes on.
        """
        with self._lock:
            process = self._process
            if process is None or self._state.phase not in _GOING_ON:
                raise ReplayRefusedError("no replay goes on in this project")
        process.send_signal(signal.SIGINT)
        clock.call_after(_GRACE_S, process.kill)
        return self._state

    def close(self) -> None:
        """The server stops: so does the replay, which leaves by itself when we are gone without a word."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
        try:
            process.wait(_LEAVING_S)
        except subprocess.TimeoutExpired:
            process.kill()

    def _spawn(self, wish: Wish) -> subprocess.Popen[str]:
        # -P and another folder: a module of the project must not stand before Python's own in this process.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "celltrail.execute.replay.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=Path(self._settings.root).anchor,
            start_new_session=True,
        )
        assert process.stdin is not None  # noqa: S101 - it is a pipe, for the type checker
        with suppress(BrokenPipeError):  # it has ended already: whoever follows it tells with what words
            process.stdin.write(codec.dumps(wish).decode() + "\n")
            process.stdin.flush()
        return process

    def notebook(self, name: str) -> bytes:
        """A notebook that a replay wrote.

        Args:
            name: Its file name; a path is none.

        Raises:
            ReplayNotebookLostError: There is none.
        """
        for store in (self._settings.store, self._settings.root / config.STORE_FOLDER):
            path = store / "replays" / name
            if _NOTEBOOK.fullmatch(name) and path.is_file() and not path.is_symlink():
                return path.read_bytes()
        raise ReplayNotebookLostError(name)

    # --- what it tells ----------------------------------------------------------------------------------------------

    def _follow(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None  # noqa: S101 - they are pipes, for the type checker
        said: list[str] = []
        listener = threading.Thread(target=_collect, args=(process, said), daemon=True)
        listener.start()
        for line in process.stdout:
            told = _told_in(line)
            if told is None:
                said.append(line)
            elif self._process is process:
                self._change(_after(self._state, told))
        code = process.wait()
        listener.join(timeout=1)
        for pipe in (process.stdin, process.stdout, None if listener.is_alive() else process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        if self._process is process and self._state.phase in _GOING_ON:  # another may have begun meanwhile
            last = "".join(said[-3:]).strip() or "it said nothing"
            message = f"the replaying process ended with code {code}: {last}"
            self._change(replace(self._state, phase=ReplayPhase.FAILED, message=message))

    def _change(self, state: ReplayState) -> None:
        """Only who follows the process changes the state while it goes on."""
        self._state = replace(state, revision=self._state.revision + 1)
        self._announce(self._state.revision)


def _told_in(line: str) -> Told | None:
    """What a line says; None where it is none of ours: celltrail may have been upgraded under a running server."""
    try:
        document = json.loads(line)
        told: Told = codec.from_plain(_KINDS[document["type"]], document["record"])
    except (ValueError, KeyError, TypeError):
        return None
    return told


def _after(state: ReplayState, told: Told) -> ReplayState:
    match told:
        case Announced():
            return replace(state, is_full=told.plan.is_full, cell=0, cell_count=len(told.plan.steps), label="")
        case Prepares():
            return replace(state, label=told.line)
        case Concluded():
            return replace(state, phase=ReplayPhase.ENDED, report=told.report)
        case Refused():
            phase = ReplayPhase.CANCELLED if told.is_cancelled else ReplayPhase.FAILED
            return replace(state, phase=phase, message=told.message)
        case _:
            return _while_it_runs(state, told)


def _while_it_runs(state: ReplayState, told: Progress) -> ReplayState:
    match told:
        case KernelReady():
            return replace(state, phase=ReplayPhase.RUNNING, cell_count=told.cell_count)
        case CellBegan():
            return replace(state, cell=told.number, label=told.label)
        case CellEnded():
            return replace(state, failed_cells=state.failed_cells + told.is_error)
        case JobEnded():
            return replace(state, phase=ReplayPhase.COMPARING)


def _collect(process: subprocess.Popen[str], said: list[str]) -> None:
    """Keep the end of what it says on stderr; a full pipe would stop it."""
    assert process.stderr is not None  # noqa: S101 - it is a pipe, for the type checker
    for line in process.stderr:
        said.append(line)
        del said[:-_LAST_LINES]


def _closed(*_: object) -> Any:
    raise ReplayRefusedError("a plan executes nothing")


_NO_DOORS = Doors(_closed, _closed, _closed)
