"""Facts about runs, and what runs refer to: bulk rows of which a later one with the same key replaces the earlier."""

import math
from typing import Any

from celltrail import codec
from celltrail.fingerprint.digest import of_source_version
from celltrail.journal import events
from celltrail.records import ParamKind
from celltrail.store.loading import KeyNumbers, RowCache
from celltrail.store.rows import RunRow
from celltrail.store.staging import Staging
from celltrail.store.table import NOTE_TAG
from celltrail.store.text import clean

# Per table the columns that make a row the same fact, and its time: the latest counts.
_REPLACED = {
    "param": ("run_no", "key_no", "logged_at"),
    "tag": ("run_no", "key_no", "logged_at"),
    "tag_removal": ("run_no", "key_no", "removed_at"),
    "saved_view": ("name", "saved_at"),
    "artifact": ("run_no", "path", "logged_at"),
    "model": ("run_no", "name", "logged_at"),
    "system_use": ("run_no", "used_at"),
}
# Per table the columns that make a row the same; the first one stays.
_KEPT = {
    "dataset_version": ("digest",),
    "environment": ("digest",),
    "hardware": ("digest",),
    "code_version": ("digest",),
    "run_dataset": ("run_no", "digest", "role", "name"),
    "dataset_content": ("digest", "blob"),
    "note": ("run_no", "noted_at"),
}

# Whichever was read first: a removal takes what was set before it.
_TAKE_OFF = """
DELETE FROM tag USING tag_removal gone
WHERE tag.run_no = gone.run_no AND tag.key_no = gone.key_no AND tag.logged_at <= gone.removed_at
"""


class Facts:
    """The facts of one chunk, gathered and written."""

    def __init__(self, staging: Staging, runs: RowCache[RunRow], keys: KeyNumbers) -> None:
        self._staging = staging
        self._runs = runs
        self._keys = keys
        self._latest: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {table: {} for table in _REPLACED}
        self._first: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {table: {} for table in _KEPT}
        self._ambiguous: list[tuple[Any, ...]] = []
        self._data_uses: list[tuple[Any, ...]] = []
        self._failures: list[tuple[Any, ...]] = []

    # --- what runs refer to -------------------------------------------------------------------------------------

    def see_environment(self, _: str, event: events.EnvironmentSeen) -> None:
        """An environment's description."""
        seen = event.environment
        row = (seen.digest, seen.python, seen.implementation, seen.os, _json(seen.packages), _json(seen.notes))
        self._first["environment"].setdefault((seen.digest,), row)

    def see_hardware(self, _: str, event: events.HardwareSeen) -> None:
        """A machine's description."""
        seen = event.hardware
        gpus, threads = _json(seen.gpus), _json(seen.threads)
        row = (seen.digest, seen.cpu, seen.cores, seen.memory_bytes, gpus, seen.blas, threads)
        self._first["hardware"].setdefault((seen.digest,), row)

    def see_code(self, _: str, event: events.CodeVersionSeen) -> None:
        """A code version's description."""
        seen = event.code
        row = (seen.digest, seen.commit, seen.branch, seen.is_dirty, seen.diff_digest)
        self._first["code_version"].setdefault((seen.digest,), row)

    def see_dataset(self, _: str, event: events.DatasetSeen) -> None:
        """A dataset version's description."""
        seen = event.dataset
        shape = (seen.rows, seen.column_count, _json(seen.columns), seen.size_bytes)
        row = (seen.digest, seen.kind, *shape, seen.source, seen.is_sampled, seen.version)
        self._first["dataset_version"].setdefault((seen.digest,), row)

    # --- what cells did with data -------------------------------------------------------------------------------

    def use_data(self, _: str, event: events.CellFinished) -> None:
        """What a cell read and wrote."""
        for use in event.files:
            file = (use.path, "file", use.mode, "", use.digest, use.size_bytes, None, "")
            self._data_uses.append((event.execution_id, event.at, "", *file))
        for one in event.sources:
            digest = one.digest or of_source_version(one.kind, one.uri, one.version)
            what = (one.uri, one.kind, one.mode, one.version, digest, one.size_bytes, one.rows, one.note)
            self._data_uses.append((event.execution_id, event.at, one.name, *what))

    def name_dataset(self, _: str, event: events.DatasetNamed) -> None:
        """A cell named a dataset."""
        found = event.dataset
        self.see_dataset("", events.DatasetSeen(found))
        what = (found.source, found.kind, "named", found.version, found.digest, found.size_bytes, found.rows)
        self._data_uses.append((event.execution_id, event.at, event.name, *what, event.note))

    def keep_content(self, _: str, event: events.ContentKept) -> None:
        """Which blob holds a content."""
        same = (event.digest, event.blob)
        row = (*same, event.source, event.size_bytes, event.media_type, event.at, event.note)
        self._first["dataset_content"].setdefault(same, row)

    # --- facts about a run --------------------------------------------------------------------------------------

    def use_dataset(self, _: str, event: events.DatasetUsed) -> None:
        """A run used a dataset."""
        run_no = self._runs.get(event.run_id).run_no
        same = (run_no, event.digest, event.role, event.name)
        self._first["run_dataset"].setdefault(same, (*same, event.at))

    def log_params(self, _: str, event: events.ParamsLogged) -> None:
        """Parameters of a run."""
        run_no = self._runs.get(event.run_id).run_no
        for param in event.params:
            key_no = self._keys.number(param.key)
            what = (param.value, _number(param.value, param.kind), param.kind, param.origin, param.source)
            self._replace("param", (run_no, key_no), event.at, (*what, param.is_default))

    def set_tags(self, _: str, event: events.TagsSet) -> None:
        """Tags of a run."""
        run_no = self._runs.get(event.run_id).run_no
        for tag in event.tags:
            self._replace("tag", (run_no, self._keys.number(tag.key)), event.at, (tag.value,))
            if tag.key == NOTE_TAG:
                same = (run_no, event.at)
                self._first["note"].setdefault(same, (*same, tag.value))

    def remove_tags(self, _: str, event: events.TagsRemoved) -> None:
        """Tags taken off a run."""
        run_no = self._runs.get(event.run_id).run_no
        for key in event.keys:
            self._replace("tag_removal", (run_no, self._keys.number(key)), event.at, ())

    def save_view(self, _: str, event: events.ViewSaved) -> None:
        """A view of the runs table."""
        self._replace("saved_view", (clean(event.name),), event.at, (event.definition,))

    def log_artifact(self, _: str, event: events.ArtifactLogged) -> None:
        """A file of a run."""
        run_no = self._runs.get(event.run_id).run_no
        what = (event.digest, event.size_bytes, event.media_type, event.kind)
        self._replace("artifact", (run_no, event.path), event.at, what)

    def log_model(self, _: str, event: events.ModelLogged) -> None:
        """A model of a run."""
        run_no = self._runs.get(event.run_id).run_no
        self._replace("model", (run_no, event.model.name), event.at, (_json(event.model),))

    def use_system(self, _: str, event: events.SystemUsed) -> None:
        """What a run took of the machine."""
        run_no = self._runs.get(event.run_id).run_no
        self._replace("system_use", (run_no,), event.at, (_json(event.use),))

    def add_ambiguous(self, _: str, event: events.MetricAmbiguous) -> None:
        """A metric that more than one run may own."""
        candidates = _json(event.candidate_run_ids)
        what = (event.execution_id, candidates, event.reason, event.dataset_name, event.dataset_digest)
        self._ambiguous.append((event.key, event.value, event.at, *what))

    # --- our own failures ---------------------------------------------------------------------------------------

    def fail(self, _: str, event: events.CaptureFailed) -> None:
        """A failure at the capture boundary."""
        error = event.error
        self.note_failure(event.where, f"{error.name}: {error.message}", event.session_id, event.at, 1)

    def drop(self, _: str, event: events.EventsDropped) -> None:
        """Events that a full disk cost."""
        message = "events are lost: the disk refused them for longer than memory could hold them"
        self.note_failure("journal", message, "", event.at, event.count)

    def note_failure(self, place: str, message: str, session_id: str, at: int, count: int) -> None:  # noqa: PLR0917 - a row
        """Keep a failure for the panel and `celltrail doctor`."""
        self._failures.append((place, message, session_id, at, count))

    # --- writing ------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Put all of it into the tables."""
        for table, latest in self._latest.items():
            self._write_latest(table, list(latest.values()))
        if self._latest["tag"] or self._latest["tag_removal"]:
            self._staging.connection.execute(_TAKE_OFF)
        for table, first in self._first.items():
            self._write_first(table, list(first.values()))
        self._staging.insert("ambiguous_metric", self._ambiguous)
        self._staging.insert("capture_failure", self._failures)
        self._staging.insert("data_use", self._data_uses)

    def _replace(self, table: str, same: tuple[Any, ...], at: int, what: tuple[Any, ...]) -> None:
        held = self._latest[table].get(same)
        if held is None or held[len(same)] <= at:
            self._latest[table][same] = (*same, at, *what)

    def _write_latest(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        *columns, at = _REPLACED[table]
        same = " AND ".join(f"old.{column} = new.{column}" for column in columns)
        connection = self._staging.connection
        self._staging.set_aside("incoming", rows, like=table)
        connection.execute(f"DELETE FROM {table} old USING incoming new WHERE {same} AND old.{at} <= new.{at}")  # noqa: S608 - our names
        connection.execute(f"INSERT INTO {table} FROM incoming new WHERE NOT EXISTS (FROM {table} old WHERE {same})")
        connection.execute("DROP TABLE incoming")

    def _write_first(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        same = " AND ".join(f"old.{column} = new.{column}" for column in _KEPT[table])
        connection = self._staging.connection
        self._staging.set_aside("incoming", rows, like=table)
        connection.execute(f"INSERT INTO {table} FROM incoming new WHERE NOT EXISTS (FROM {table} old WHERE {same})")
        connection.execute("DROP TABLE incoming")


def _number(text: str, kind: ParamKind) -> float | None:
    """The number that a parameter's text reads as, so that `params.alpha < 0.5` compares numbers."""
    if kind in {ParamKind.OBJECT, ParamKind.NONE, ParamKind.BOOLEAN}:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _json(value: Any) -> str:
    return codec.dumps(value).decode("ascii")
