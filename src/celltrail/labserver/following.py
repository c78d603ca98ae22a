"""Following one store: a thread of its own holds it, folds it as its journal grows and tells what changed."""

import sys
import threading
from collections.abc import Callable
from logging import Logger
from pathlib import Path

from celltrail import clock, config
from celltrail.errors import CelltrailError, StoreBusyError, StoreError
from celltrail.labserver.changes import LIMIT
from celltrail.labserver.emptiness import EmptyStore
from celltrail.labserver.holding import Holder
from celltrail.labserver.replies import ProjectState, StoreChanged
from celltrail.labserver.watch import JournalWatch, pause_s
from celltrail.store.base import Store
from celltrail.store.health import FoldReport

_LIVELY_S = 0.12  # between two looks while a kernel is there or something was written lately
_QUIET_S = 1.0
_LINGER_US = 10_000_000  # how long "lately" is
_RETRY_US = 5_000_000  # between two tries to open a store that cannot be opened
_TAKEOVER_US = 2_000_000  # between two tries to become the owner in another's place
_CENSUS_US = 5_000_000  # between two folds without news, which look for dead kernels
_OPENING_US = 10_000_000  # how long a holder without an address, such as a command, is waited for
_PATIENCE_S = 30.0


class Follower:
    """Follows a store until `close`; every method is safe from any thread and raises nothing unless it says so.

    What keeps it from its store is its state and error, for the panel. A failure of its own ends the thread with its
    traceback in the server's log; `revive` starts it again.
    """

    def __init__(
        self,
        key: str,
        store_folder: Path,
        holder: Holder,
        *,
        announce: Callable[[StoreChanged], None],
        to_contents: Callable[[str], str],
        log: Logger,
    ) -> None:
        self.state = ProjectState.OPENING
        self.error: CelltrailError | None = None
        self._key = key
        self._folder = store_folder
        self._holder = holder
        self._announce = announce
        self._to_contents = to_contents
        self._log = log
        self._store: Store = EmptyStore(store_folder)
        self._watch = JournalWatch(store_folder)
        self._is_paused = config.is_paused(store_folder)
        self._is_live = False
        self._began_at = clock.now()
        self._lock_identity = 0
        self._fold_us = 0  # what the last look spent on folding
        self._changed_at = self._tried_at = self._folded_at = self._died_at = 0
        self._is_closing = False
        self._wake = threading.Event()
        self._settled = threading.Condition()
        self._thread = self._begin()

    def wait_until_settled(self) -> bool:
        """Wait until the store was opened or refused for the first time; False when that takes too long."""
        with self._settled:
            return self._settled.wait_for(lambda: self.state is not ProjectState.OPENING, _PATIENCE_S)

    def store(self) -> Store:
        """The store, once it was opened or refused for the first time.

        Raises:
            CelltrailError: It cannot be opened; it says why.
        """
        is_settled = self.wait_until_settled()
        with self._settled:
            if not is_settled:
                raise StoreBusyError(self._folder, "this server, which is still opening it")
            if self.error is not None:
                raise self.error
            return self._store

    def successor_of(self, store: Store) -> Store | None:
        """What took the place of a store whose owner no longer answers; None where nothing did within seconds."""
        self._tried_at = 0
        self.look_now()
        with self._settled:
            is_replaced = self._settled.wait_for(lambda: self._store is not store, 5.0)
            return self._store if is_replaced and self.error is None else None

    def set_live(self, *, is_live: bool) -> None:
        """Say whether a kernel of the project runs in this server: then news are looked for more often."""
        if is_live and not self._is_live:
            self._wake.set()
        self._is_live = is_live

    def tell_replay(self, revision: int) -> None:
        """Announce that the replay that the panel asked for is another now."""
        self._tell(replay_revision=revision)

    def look_now(self) -> None:
        """Fold, and look for dead kernels, without waiting for news."""
        self._folded_at = 0
        self._wake.set()

    def revive(self) -> None:
        """Start again after a failure of its own, not at once."""
        if not self._is_closing and not self._thread.is_alive() and clock.now() - self._died_at > _RETRY_US:
            self._thread = self._begin()

    def close(self) -> None:
        """Fold what is left, let go of the store and end the thread; a second call does nothing."""
        self._is_closing = True
        self._wake.set()
        self._thread.join(_PATIENCE_S)

    def _begin(self) -> threading.Thread:
        # A daemon: a server that ends without stopping its extensions must not wait for it.
        thread = threading.Thread(target=self._follow, name=f"celltrail-{self._key}", daemon=True)
        thread.start()
        return thread

    def _follow(self) -> None:
        try:
            while not self._is_closing:
                self._wake.clear()
                self._step()
                self._wake.wait(self._interval_s())
            if self.state is ProjectState.OWNED:
                self._store.fold()
        finally:
            self._store.close()
            failure = sys.exc_info()[1]
            if failure is not None:
                self._died_at = clock.now()
                self._fail(
                    StoreError(f"celltrail failed here and starts again soon; see the server's log: {failure!r}")
                )

    def _interval_s(self) -> float:
        lately = clock.now() - self._changed_at < _LINGER_US
        is_opening = self.state is ProjectState.OPENING
        usual = _LIVELY_S if self._is_live or lately or is_opening else _QUIET_S
        return pause_s(usual, self._fold_us / 1e6)

    def _step(self) -> None:
        self._fold_us = 0
        try:
            self._hold()
            if self.state in {ProjectState.OWNED, ProjectState.REMOTE}:
                self._fold()
        except CelltrailError as error:
            self._log.warning("celltrail: %s", error)
            self._store.close()
            self._fail(error)
        is_paused = config.is_paused(self._folder)
        if is_paused is not self._is_paused:
            self._is_paused = is_paused
            self._tell()

    def _hold(self) -> None:
        """Become the store's owner, or find who is; again from time to time where neither could be had."""
        if self.state is ProjectState.OWNED and self._holder.lock_identity() != self._lock_identity:
            self._log.warning("celltrail: the store in %s was removed; it is opened anew", self._folder)
            self._become(ProjectState.OPENING, EmptyStore(self._folder))
        pause = {ProjectState.REMOTE: _TAKEOVER_US, ProjectState.FAILED: _RETRY_US}.get(self.state, 0)
        if self.state is ProjectState.OWNED or clock.now() - self._tried_at < pause:
            return
        if self.state is not ProjectState.REMOTE and not self._folder.exists():
            self._become(ProjectState.EMPTY, EmptyStore(self._folder))
            return
        self._tried_at = clock.now()
        owned = self._holder.take()
        if owned is not None:
            self._become(ProjectState.OWNED, owned)
        elif self.state is not ProjectState.REMOTE:
            self._find_owner()

    def _find_owner(self) -> None:
        try:
            self._become(ProjectState.REMOTE, self._holder.ask_owner())
        except StoreBusyError:
            is_new = self.state in {ProjectState.OPENING, ProjectState.EMPTY}
            if not is_new or clock.now() - self._began_at > _OPENING_US:
                raise
            # A command holds it for a moment: look again at once, and let those who ask wait.
            self.state = ProjectState.OPENING

    def _fold(self) -> None:
        has_news = self._watch.has_news()
        is_due = self._folded_at == 0 or (self._is_live and clock.now() - self._folded_at > _CENSUS_US)
        if not (has_news or is_due):
            return
        if has_news:
            self._changed_at = clock.now()
        self._folded_at = clock.now()
        report = self._fold_or_succeed()
        self._fold_us = clock.now() - self._folded_at
        if self.state is ProjectState.REMOTE and has_news:
            # The owner may have folded the news before we asked: its report tells only what was left.
            self._tell(is_partial=True)
        elif report.changed_run_ids or report.changed_notebooks:
            self._tell(report)

    def _fold_or_succeed(self) -> FoldReport:
        """Fold; where the owner no longer answers, take its place or ask the next one."""
        try:
            return self._store.fold()
        except StoreBusyError:
            if self.state is not ProjectState.REMOTE:
                raise
        owned = self._holder.take()
        if owned is None:
            self._become(ProjectState.REMOTE, self._holder.ask_owner())
        else:
            self._become(ProjectState.OWNED, owned)
        return self._store.fold()

    def _become(self, state: ProjectState, store: Store) -> None:
        if state is ProjectState.EMPTY and self.state is ProjectState.EMPTY:
            return
        self._lock_identity = self._holder.lock_identity()
        with self._settled:
            before, self._store = self._store, store
            self.state, self.error = state, None
            self._settled.notify_all()
        self._watch.forget()
        self._folded_at = 0
        before.close()
        self._tell(is_partial=True)

    def _fail(self, error: CelltrailError) -> None:
        with self._settled:
            was_failed = self.state is ProjectState.FAILED
            self._store = EmptyStore(self._folder)
            self.state, self.error = ProjectState.FAILED, error
            self._settled.notify_all()
        self._watch.forget()
        if not was_failed:
            self._tell()

    def _tell(self, report: FoldReport | None = None, *, is_partial: bool = False, replay_revision: int = 0) -> None:
        run_ids = report.changed_run_ids if report else ()
        notebooks = report.changed_notebooks if report else ()
        self._announce(
            StoreChanged(
                project=self._key,
                state=self.state,
                is_paused=self._is_paused,
                changed_run_ids=run_ids[: LIMIT + 1],
                changed_notebooks=tuple(map(self._to_contents, notebooks[: LIMIT + 1])),
                is_partial=is_partial,
                replay_revision=replay_revision,
            )
        )
