"""One kernel from start to end: settings, journal, recorder, the thread for slow things, and the goodbye."""

import atexit
import os
import platform
import sys
from pathlib import Path
from typing import Any

from celltrail import clock, config
from celltrail.capture import boundary, params
from celltrail.capture.background import Background
from celltrail.capture.failures import Failures
from celltrail.capture.keeping import Keeper
from celltrail.capture.own_modules import OwnModules
from celltrail.capture.recorder import Recorder
from celltrail.capture.surroundings import Surroundings
from celltrail.config import Settings
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import ErrorInfo, Param, Status

_DRAIN_S = 5.0


class Session:
    """Writes nothing until `begin`: a kernel in which nothing runs leaves no trace.

    Attributes:
        front_end: jupyter, headless, ipython or script.
        cell_count: Cell executions recorded so far.
        notebook: The notebook's path as the front end names it; empty where there is none.
    """

    def __init__(self, settings: Settings, *, front_end: str, notebook: str = "", kernel_id: str = "") -> None:
        self.settings = settings
        self.front_end = front_end
        self.notebook = notebook
        self.kernel_id = kernel_id
        self.session_id = clock.new_id()
        self.failures = Failures(self._write_failure)
        boundary.on_failure(self.failures.report)
        writer = JournalWriter(settings.store / "journal", on_trouble=self.failures.tell_once, describe=self._describe)
        self.recorder = Recorder(settings, writer, self.session_id)
        self.background = Background(self._prepare_thread)
        self.surroundings = Surroundings(self.recorder, self.background)
        self.keeper = Keeper(self.recorder, self.background)
        self.modules = OwnModules(self.recorder, self.background)
        self.recorder.on_run = self._run_started
        self.cell_count = 0
        self._pid = os.getpid()
        self._has_begun = False
        self._has_ended = False
        self._started: events.SessionStarted | None = None

    def begin(self) -> None:
        """Write the session's first event; only the first call does anything."""
        if self._has_begun:
            return
        self._has_begun = True
        given = self._given_parameters()
        self.recorder.notebook_params = given
        self._started = events.SessionStarted(
            self.session_id,
            clock.now(),
            self._notebook_path(),
            self.kernel_id,
            self.front_end,
            platform.python_version(),
            parameters=given,
            working_directory=str(Path.cwd()),
            executable=sys.executable or "",
        )
        self.recorder.writer.append(self._started)
        atexit.register(self.end)
        self.background.submit("environment", self.surroundings.describe_session)

    def end(self) -> None:
        """Say goodbye: what is open ends, what waits is written, the journal is sealed. Not in a forked child."""
        if self._has_ended or not self._has_begun or not self.is_own_process():
            return
        self._has_ended = True
        for step in (
            lambda: self.recorder.finish_all_runs(Status.FINISHED),
            self.recorder.system.stop,
            lambda: self.background.drain(_DRAIN_S),
            self._drain_models,
            self._say_goodbye,
            self.background.abandon,
            self.recorder.writer.close,
        ):
            with boundary.guarded("session end"):  # each on its own: one that fails takes no other's words away
                step()
        self.failures.close()
        atexit.unregister(self.end)

    def _drain_models(self) -> None:
        if self.recorder.models is not None:
            self.recorder.models.drain()

    def _say_goodbye(self) -> None:
        if not self.recorder.writer.is_displaced():  # a trail that was removed does not come back for a goodbye
            with boundary.guarded("session end"):
                self.keeper.give_up()
            self.recorder.writer.append(events.SessionEnded(self.session_id, clock.now()))

    def is_own_process(self) -> bool:
        """False in a forked child: cells and the session are its parent's."""
        return os.getpid() == self._pid

    @property
    def has_begun(self) -> bool:
        """Whether anything was written."""
        return self._has_begun

    def _run_started(self, run: Any) -> None:
        self.begin()
        with boundary.guarded("run context"):
            self.surroundings.run_started(run)

    def _describe(self) -> tuple[events.Event, ...]:
        """What a trail that begins anew has to know, because somebody removed the one that said it."""
        if self._started is None or not self.is_own_process():
            return ()
        surroundings = boundary.attempt("new trail", self.surroundings.describe) or ()
        open_ends = boundary.attempt("new trail", self.recorder.describe) or ()
        return (self._started, *surroundings, *open_ends)

    def _prepare_thread(self) -> None:
        """What our own thread does belongs to no cell."""
        self.recorder.where.enter_nowhere()

    def _given_parameters(self) -> tuple[Param, ...]:
        headless = config.headless()
        if headless is None:
            return ()
        return boundary.attempt("parameters", params.papermill_params, headless.parameters) or ()

    def _notebook_path(self) -> str:
        """Relative to the project's root, POSIX; absolute outside it."""
        if not self.notebook:
            return ""
        path = Path(os.path.abspath(self.notebook))  # noqa: PTH100 - links stay as the user wrote them
        if path.is_relative_to(self.settings.root):
            return path.relative_to(self.settings.root).as_posix()
        return path.as_posix()

    def _write_failure(self, where: str, error: ErrorInfo) -> None:
        if self._has_begun and not self._has_ended:
            self.recorder.writer.append(events.CaptureFailed(self.session_id, clock.now(), where, error))
