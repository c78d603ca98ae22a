"""Which project a command is about, and its store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from celltrail.config import Settings, load_settings
from celltrail.errors import StoreError
from celltrail.store.base import Store
from celltrail.store.runs import RunQuery, RunSummary

_PAGE = 500


class NoTrailError(StoreError):
    """Nothing was ever kept in this project."""

    def __init__(self, store: Path) -> None:
        super().__init__(
            f"there is no trail in {store}: execute a notebook of this project in JupyterLab or by "
            "`celltrail run NOTEBOOK`, or name another project with --project"
        )
        self.store = store


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The project's store, up to date with every journal; closed at the end.

    Raises:
        NoTrailError: The project has no store; none is made.
        StoreBusyError: Its owner does not answer.
        NewerStoreError: A newer celltrail made it.
    """
    from celltrail.store.open import open_store

    if not settings.store.is_dir():
        raise NoTrailError(settings.store)
    store = open_store(settings.store)
    try:
        yield store
    finally:
        store.close()


def settings_here(project: str | None) -> Settings:
    """The settings of the project around a folder, the current one where none is named."""
    return load_settings(Path(project) if project else Path.cwd())


def path_in_project(settings: Settings, notebook: Path) -> str:
    """A notebook as the trail names it: relative to the project's root, absolute outside it."""
    try:
        return notebook.relative_to(settings.root).as_posix()
    except ValueError:
        return notebook.as_posix()


def runs_of_session(store: Store, notebook_path: str, session_id: str, since: int) -> tuple[RunSummary, ...]:
    """The top-level runs of one kernel session, in the order that they started."""
    found: list[RunSummary] = []
    query = RunQuery(notebook_path=notebook_path, limit=_PAGE, keys=None)
    while True:
        page = store.search_runs(query)
        found += [run for run in page.runs if run.session_id == session_id]
        if not page.next_cursor or page.runs[-1].started_at < since:
            return tuple(reversed(found))
        query = RunQuery(notebook_path=notebook_path, limit=_PAGE, keys=None, cursor=page.next_cursor)
