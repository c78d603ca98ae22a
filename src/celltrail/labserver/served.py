"""One project that this server serves: a thread of its own holds the store, folds it and tells what changed."""

import threading
from collections.abc import Callable
from logging import Logger
from pathlib import Path
from typing import Any

from celltrail import clock, config
from celltrail.errors import CelltrailError, StoreError
from celltrail.labserver import paths
from celltrail.labserver.changes import LIMIT
from celltrail.labserver.emptiness import EmptyStore
from celltrail.labserver.holding import Holder
from celltrail.labserver.replies import Project, ProjectState, StoreChanged
from celltrail.labserver.translate import translate_answer, translate_arguments
from celltrail.labserver.watch import JournalWatch
from celltrail.store.base import FoldReport, Store

_LIVELY_S = 0.12  # between two looks while a kernel is there or something was written lately
_QUIET_S = 1.0
_LINGER_US = 10_000_000  # how long "lately" is
_RETRY_US = 5_000_000  # between two tries to open a store that cannot be opened
_TAKEOVER_US = 2_000_000  # between two tries to become the owner
_CENSUS_US = 5_000_000  # between two folds without news that look for dead kernels


class ServedProject:
    """A project's store, kept up to date; all methods are safe from any thread.

    Raises nothing while it runs: what keeps it from its store is its state and message.
    """

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
        self._holder = holder
        self._announce = announce
        self._log = log
        self._store: Store = EmptyStore(settings.store)
        self._state = ProjectState.OPENING
        self._error: CelltrailError | None = None
        self._is_paused = config.is_paused(settings.store)
        self._is_live = False
        self._watch = JournalWatch(settings.store)
        self._changed_at = self._tried_at = self._folded_at = 0
        self._stop = False
        self._wake = threading.Event()
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._follow, name=f"celltrail-{key}", daemon=True)

    def start(self) -> None:
        """Begin to follow the project."""
        self._thread.start()

    def set_live(self, *, is_live: bool) -> None:
        """Say whether a kernel of the project runs in this server: then news are looked for more often."""
        if is_live and not self._is_live:
            self._wake.set()
        self._is_live = is_live

    def wake(self) -> None:
        """Look for news now."""
        self._folded_at = 0
        self._wake.set()

    def describe(self) -> Project:
        """What a front end shows of it."""
        error = self._error
        return Project(
            key=self.key,
            name=self.settings.root.name or str(self.settings.root),
            root=str(self.settings.root),
            store=str(self.settings.store),
            state=self._state,
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
        self._wake.set()

    def wait_until_opened(self) -> None:
        """Wait until the store was opened or refused for the first time, at most half a minute."""
        self._opened.wait(timeout=30)

    def ask(self, method: str, arguments: dict[str, Any]) -> Any:
        """Ask the store in its own words.

        Raises:
            CelltrailError: The store's answer, or why it cannot be opened.
        """
        self.wait_until_opened()
        if self._error is not None:
            raise self._error
        return getattr(self._store, method)(**arguments)

    def ask_for_browser(self, method: str, arguments: dict[str, Any]) -> Any:
        """Ask the store with contents paths in the question and in the answer.

        Raises:
            CelltrailError: As `ask`, or a path that leads out of the server's root.
        """
        return translate_answer(self.ask(method, translate_arguments(arguments, self.to_store)), self.to_contents)

    def to_store(self, contents_path: str) -> str:
        """The store's name of a notebook.

        Raises:
            PathRefusedError: The path leads out of the server's root.
        """
        return paths.to_notebook_path(self._server_root, self.settings.root, contents_path)

    def to_contents(self, notebook_path: str) -> str:
        """The contents path of a notebook of the store."""
        return paths.to_contents_path(self._server_root, self.settings.root, notebook_path)

    def close(self) -> None:
        """Fold what is left, let go of the store and end the thread; a second call does nothing."""
        self._stop = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _follow(self) -> None:
        try:
            while not self._stop:
                self._wake.clear()
                self._step()
                self._wake.wait(self._interval_s())
            if self._state is ProjectState.OWNED:
                self._fold(force=True)
        finally:
            self._let_go()

    def _interval_s(self) -> float:
        lately = clock.now() - self._changed_at < _LINGER_US
        return _LIVELY_S if self._is_live or lately else _QUIET_S

    def _step(self) -> None:
        try:
            self._hold()
            self._opened.set()
            if self._state in {ProjectState.OWNED, ProjectState.REMOTE}:
                self._fold()
        except CelltrailError as error:
            self._fail(error)
            self._opened.set()
        self._look_at_pause()

    def _hold(self) -> None:
        """Become the store's owner, or find who is; again from time to time where neither could be had."""
        pause = {ProjectState.REMOTE: _TAKEOVER_US, ProjectState.FAILED: _RETRY_US}.get(self._state, 0)
        if self._state is ProjectState.OWNED or clock.now() - self._tried_at < pause:
            return
        if self._state is not ProjectState.REMOTE and not self.settings.store.is_dir():
            self._become(ProjectState.EMPTY, self._store)
            return
        self._tried_at = clock.now()
        owned = self._holder.take()
        if owned is not None:
            self._become(ProjectState.OWNED, owned)
        elif self._state is not ProjectState.REMOTE:
            self._become(ProjectState.REMOTE, self._holder.ask_owner())

    def _become(self, state: ProjectState, store: Store) -> None:
        if state is self._state:
            return
        before, self._store, self._state, self._error = self._store, store, state, None
        self._watch.forget()
        self._folded_at = 0
        if before is not store:
            before.close()
        self._tell(is_partial=True)

    def _fail(self, error: CelltrailError) -> None:
        """Keep the error for whoever asks; a remote owner that is silent may have died: then its place is free."""
        self._log.warning("celltrail: %s", error)
        self._watch.forget()
        self._error = error
        self._tried_at = 0 if self._state is ProjectState.REMOTE else clock.now()
        if self._state is not ProjectState.FAILED:
            self._state = ProjectState.FAILED
            self._tell()

    def _fold(self, *, force: bool = False) -> None:
        has_news = self._watch.has_news()
        is_due = self._is_live and clock.now() - self._folded_at > _CENSUS_US
        if not (has_news or is_due or force):
            return
        if has_news:
            self._changed_at = clock.now()
        report = self._store.fold()
        self._folded_at = clock.now()
        if self._state is ProjectState.REMOTE and has_news:
            # The owner may have folded the news before we asked: its report tells only what was left.
            self._tell(is_partial=True)
        elif report.changed_run_ids or report.changed_notebooks:
            self._tell(report)

    def _look_at_pause(self) -> None:
        if self.is_paused != self._is_paused:
            self._is_paused = not self._is_paused
            self._tell()

    def _tell(self, report: FoldReport | None = None, *, is_partial: bool = False) -> None:
        run_ids = report.changed_run_ids if report else ()
        notebooks = report.changed_notebooks if report else ()
        self._announce(
            StoreChanged(
                project=self.key,
                state=self._state,
                is_paused=self._is_paused,
                changed_run_ids=run_ids[: LIMIT + 1],
                changed_notebooks=tuple(map(self.to_contents, notebooks[: LIMIT + 1])),
                is_partial=is_partial,
            )
        )

    def _let_go(self) -> None:
        self._store.close()
        self._holder.release()
        self._opened.set()
