"""One project that this server serves: how it is asked, and what a front end shows of it."""

import threading
from collections.abc import Callable
from dataclasses import replace
from logging import Logger
from pathlib import Path
from typing import Any

from celltrail import config
from celltrail.errors import KeepError, RunNotFoundError, StoreBusyError, StoreError
from celltrail.execute.keep.keeping import KIND, keep_execution, let_go
from celltrail.journal.events import Event
from celltrail.journal.writer import JournalWriter
from celltrail.labserver import paths
from celltrail.labserver.following import Follower
from celltrail.labserver.holding import Holder
from celltrail.labserver.replaying import Replays
from celltrail.labserver.replies import KeepWish, KeptRun, Project, RunsEdited, StoreChanged, ViewWish
from celltrail.labserver.translate import translate_answer, translate_arguments
from celltrail.runs.edit import RunEdit, events_of, view_event
from celltrail.store.table import SavedView


class ServedProject:
    """A project and its store; safe from any thread."""

    def __init__(
        self,
        key: str,
        settings: config.Settings,
        server_root: Path,
        *,
        holder: Holder,
        announce: Callable[[StoreChanged], None],
        log: Logger,
    ) -> None:
        self.key = key
        self.settings = settings
        self._server_root = server_root
        self._log = log
        self._writer: JournalWriter | None = None
        self._writing = threading.Lock()
        self.follower = Follower(key, settings.store, holder, announce=announce, to_contents=self.to_contents, log=log)
        self.replays = Replays(settings, self.follower.tell_replay)

    def describe(self) -> Project:
        """What a front end shows of it."""
        error = self.follower.error
        return Project(
            key=self.key,
            name=self.settings.root.name or str(self.settings.root),
            root=str(self.settings.root),
            store=str(self.settings.store),
            state=self.follower.state,
            message=str(error) if error else "",
            is_enabled=self.settings.is_enabled,
        )

    @property
    def is_paused(self) -> bool:
        """Whether tracking is switched off for the project."""
        return config.is_paused(self.settings.store)

    def set_paused(self, *, is_paused: bool) -> None:
        """Switch tracking off or on for every kernel of the project.

        Raises:
            StoreError: The store's folder cannot be written.
        """
        try:
            config.set_paused(self.settings.store, paused=is_paused)
        except OSError as error:
            raise StoreError(
                f"tracking cannot be switched: {self.settings.store} cannot be written ({error.strerror}): "
                "make the folder writable, or set CELLTRAIL=off"
            ) from error
        self.follower.look_now()

    def ask(self, method: str, arguments: dict[str, Any]) -> Any:
        """Ask the store in its own words; an owner that died meanwhile is replaced first.

        Raises:
            CelltrailError: The store's answer, or why it cannot be opened.
        """
        store = self.follower.store()
        try:
            return getattr(store, method)(**arguments)
        except StoreBusyError:
            successor = self.follower.successor_of(store)
            if successor is None:
                raise
        return getattr(successor, method)(**arguments)

    def ask_for_browser(self, method: str, arguments: dict[str, Any]) -> Any:
        """Ask the store with contents paths in the question and in the answer.

        Raises:
            CelltrailError: As `ask`, or a path that leads out of the server's root.
        """
        return translate_answer(self.ask(method, translate_arguments(arguments, self.to_store)), self.to_contents)

    def keep(self, wish: KeepWish) -> KeptRun:
        """Make a run of a cell's last execution, or of an earlier one.

        Raises:
            KeepError: The cell was not executed, still runs, or made a run already.
            ExecutionNotFoundError: There is no such execution.
        """
        self.ask("fold", {})  # the cell may have ended just now
        session_id, execution_id = self._meant(wish)
        kept = keep_execution(self.settings.store, session_id, execution_id, name=wish.name)
        self.follower.look_now()
        return KeptRun(kept.run_id, is_kept=True)

    def _meant(self, wish: KeepWish) -> tuple[str, str]:
        """The session and the id of the execution that is to be kept."""
        path = self.to_store(wish.notebook_path)
        if wish.execution_id:
            source = self.ask("executed_source", {"execution_id": wish.execution_id})
            return source.session_id, source.execution_id
        last = self.ask("list_executions", {"notebook_path": path, "cell_id": wish.cell_id, "limit": 1})
        if not wish.cell_id or not last:
            raise KeepError("this cell", "was not executed while cells were recorded: run it first")
        return last[0].session_id, last[0].execution_id

    def let_go(self, run_id: str) -> KeptRun:
        """Take a kept run out of the lists; nothing is deleted.

        Raises:
            KeepError: It is no such run.
        """
        run = self.ask("get_run", {"run_id": run_id}).run
        if run.kind != KIND:
            raise KeepError(f"run {run.run_id[:8]}", "is no cell that was kept: only those are let go")
        let_go(self.settings.store, run.run_id)
        self.follower.look_now()
        return KeptRun(run.run_id, is_kept=False)

    def edit(self, edit: RunEdit) -> RunsEdited:
        """Change runs.

        Raises:
            EditError: They cannot be changed so.
            RunNotFoundError: There is no such run.
        """
        try:
            whole = self.ask("find_runs", {"run_ids": edit.run_ids})
        except RunNotFoundError:
            self.ask("fold", {})  # it may have begun just now
            whole = self.ask("find_runs", {"run_ids": edit.run_ids})
        self.append(*events_of(replace(edit, run_ids=whole)))
        return RunsEdited(whole)

    def save_view(self, wish: ViewWish) -> SavedView:
        """Keep a view of the runs table, or take it away.

        Raises:
            EditError: It has no name, or is too long.
            StoreError: There is no store yet.
        """
        if not self.settings.store.is_dir():
            raise StoreError("there is no trail here yet: a view is kept once something was recorded")
        event = view_event(wish.name, wish.definition)
        self.append(event)
        return SavedView(event.name, event.at, event.definition)

    def append(self, *written: Event) -> None:
        """Write events into the server's own segment of the project's journal."""
        with self._writing:
            if self._writer is None:
                self._writer = JournalWriter(self.settings.store / "journal", on_trouble=self._log.warning)
            self._writer.append(*written)
        self.follower.look_now()

    def close_journal(self) -> None:
        """Seal the server's own segment."""
        with self._writing:
            if self._writer is not None:
                self._writer.close()

    def to_store(self, contents_path: str) -> str:
        """The store's name of a notebook.

        Raises:
            PathRefusedError: The path leads out of the server's root.
        """
        return paths.to_notebook_path(self._server_root, self.settings.root, contents_path)

    def to_contents(self, notebook_path: str) -> str:
        """The contents path of a notebook of the store."""
        return paths.to_contents_path(self._server_root, self.settings.root, notebook_path)
