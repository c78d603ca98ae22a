"""Which version of a dataset somebody means: by name, digest, run, time or the source's own id."""

import datetime as dt
import re
from collections.abc import Sequence

from celltrail.errors import RunNotFoundError, StoreError
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetEntry, DatasetQuery

LATEST, PREVIOUS = "latest", "previous"
_DIGEST = re.compile(r"(?:[a-z0-9-]+:)?[0-9a-f]{4,64}", re.ASCII)
_MIN_PREFIX = 4
_MAX_VERSIONS = 10_000


class DatasetNotFoundError(StoreError):
    """No dataset or no version of one is what was asked for, or several are."""

    def __init__(self, asked: str, problem: str) -> None:
        super().__init__(f"{asked!r:.200} {problem}")
        self.asked = asked


def versions_of(store: Store, name: str, *, with_replays: bool = False) -> tuple[DatasetEntry, ...]:
    """The versions of a dataset, those used last first; those that only replays used where they are asked for.

    Raises:
        DatasetNotFoundError: There is no dataset of that name, and no source.
    """
    found = store.list_dataset_versions(DatasetQuery(name, limit=_MAX_VERSIONS, with_replays=with_replays))
    if not found and store.list_dataset_versions(DatasetQuery(name, limit=1, with_replays=True)):
        raise DatasetNotFoundError(name, "was used by replays only: `celltrail data log NAME --replays` lists it")
    if not found:
        raise DatasetNotFoundError(name, "is no dataset of this project: `celltrail data` lists them")
    return found


def find_version(store: Store, asked: str, *, of: str = "") -> DatasetEntry:
    """The one version that is meant.

    Args:
        store: The project's.
        asked: `NAME` (its latest version), `NAME@WHICH`, or only WHICH: the beginning of a digest, of a run's id, a
            version id of the source, a time in UTC (what was in use then), `latest`, `previous`.
        of: The dataset's name, where `asked` is only WHICH of it.

    Raises:
        DatasetNotFoundError: None is meant, or more than one.
    """
    name, which = (of, asked) if of else _split(store, asked)
    known = store.list_dataset_versions(DatasetQuery(name, limit=_MAX_VERSIONS)) if name else ()
    if name and not known:
        raise DatasetNotFoundError(name, "is no dataset of this project: `celltrail data` lists them")
    contents = tuple(one for one in known if one.dataset.digest)
    if which == PREVIOUS and len(contents) == 1:
        raise DatasetNotFoundError(name, "has one version only: there is none before it")
    for find in (_by_order, _by_source_version):
        found = find(contents, which)
        if found is not None:
            return found
    return _one(asked, [*_by_digest(store, name, which), *_by_run(store, name, which), *_by_time(contents, which)])


def _split(store: Store, asked: str) -> tuple[str, str]:
    """Name and WHICH; a dataset may have an @ in its name."""
    if store.list_dataset_versions(DatasetQuery(asked, limit=1, with_replays=True)):
        return asked, LATEST
    name, sign, which = asked.rpartition("@")
    if sign and name and which:
        return name, which
    return "", asked


def _by_order(known: Sequence[DatasetEntry], which: str) -> DatasetEntry | None:
    place = {LATEST: 0, PREVIOUS: 1}.get(which)
    return known[place] if place is not None and place < len(known) else None


def _by_source_version(known: Sequence[DatasetEntry], which: str) -> DatasetEntry | None:
    return next((one for one in known if one.dataset.version and one.dataset.version == which), None)


def _by_digest(store: Store, name: str, which: str) -> list[DatasetEntry]:
    if not _DIGEST.fullmatch(which.lower()):
        return []
    return list(store.list_dataset_versions(DatasetQuery(name, digest=which, limit=_MAX_VERSIONS)))


def _by_run(store: Store, name: str, which: str) -> list[DatasetEntry]:
    if len(which) < _MIN_PREFIX:
        return []
    try:
        run_id = store.get_run(which).run.run_id
    except RunNotFoundError:
        return []
    return list(store.list_dataset_versions(DatasetQuery(name, run_id=run_id, limit=_MAX_VERSIONS)))


def _by_time(known: Sequence[DatasetEntry], which: str) -> list[DatasetEntry]:
    """What was in use at a time: of the versions that were used by then the one that came up last."""
    try:
        at = dt.datetime.fromisoformat(which)
    except ValueError:
        return []
    if at.tzinfo is None:
        at = at.replace(tzinfo=dt.UTC)
    if "T" not in which and " " not in which:
        at += dt.timedelta(days=1)  # a day is meant as its end
    before = [one for one in known if one.first_at <= at.timestamp() * 1e6]
    return [max(before, key=lambda one: one.first_at)] if before else []


def _one(asked: str, found: Sequence[DatasetEntry]) -> DatasetEntry:
    contents = {one.dataset.digest: one for one in reversed(found)}
    if len(contents) == 1:
        return next(iter(contents.values()))
    if not contents:
        raise DatasetNotFoundError(
            asked,
            "is no version of a dataset: give NAME@WHICH, where WHICH is the beginning of a digest or of a run's id, "
            "a version id, a time, latest or previous; `celltrail data log NAME` lists the versions",
        )
    names = ", ".join(sorted({f"{one.name} {one.dataset.digest[:20]}" for one in contents.values()})[:5])
    raise DatasetNotFoundError(asked, f"may be {len(contents)} versions ({names}): give more of it, or NAME@ before it")
