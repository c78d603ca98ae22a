"""Datasets as people read them: tables of datasets, of versions, and of what differs between two."""

from collections import Counter
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from celltrail.cli.terminal import NARROW, console, plain_table, safe
from celltrail.config import Settings
from celltrail.datasets.diff import SAME, ColumnDiff, DatasetDiff
from celltrail.datasets.folder_diff import FileDiff
from celltrail.datasets.restore import Restored
from celltrail.errors import BlobNotFoundError
from celltrail.fingerprint.files import FileDigests
from celltrail.journal.blobs import BlobStore
from celltrail.runs.text import ago, day_and_time, escape, size
from celltrail.store.datasets import DatasetEntry, DatasetSummary

_FILES = 25
_RUNS = 3
_COLUMNS = ("last used", "digest", "rows", "columns", "size", "version", "kept", "used by", "runs")  # of versions
_ALWAYS = frozenset({"last used", "digest", "kept", "runs"})  # the others where they say something
_NUMBERS = frozenset({"rows", "columns", "size"})
_DIGEST = 12  # hexadecimal digits of a digest
_STYLES = {"added": "green", "removed": "red", "changed": "yellow", "retyped": "yellow"}


def print_datasets(found: Sequence[DatasetSummary]) -> None:
    """The table of datasets."""
    out = console()
    if not found:
        out.print("No data was used yet. Name a dataset in a notebook: celltrail.dataset('sales', 'data/sales.csv')")
        return
    is_narrow = out.width < NARROW
    table = plain_table()
    table.collapse_padding = is_narrow
    for name in ("dataset", "versions", "latest", "runs", "last used", *(() if is_narrow else ("used as", "source"))):
        table.add_column(name, justify="right" if name in {"versions", "runs"} else "left", no_wrap=name != "source")
    for one in found:
        sources = [source for source in one.sources if source != one.name]
        row = [
            safe(one.name, "bold" if one.is_named else ""),
            Text(str(one.version_count)),
            _short(one.latest_digest),
            Text(str(one.run_count or "")),
            Text(ago(one.last_at)),
            safe(", ".join(one.roles)),
            safe(", ".join(sources[:2]) + (f" and {len(sources) - 2} more" if sources[2:] else ""), "dim"),
        ]
        table.add_row(*row[: len(table.columns)])
    out.print(table)


def print_log(settings: Settings, found: Sequence[DatasetEntry], limit: int) -> None:
    """The table of a dataset's versions, and whether its file has changed since."""
    out = console()
    sources = {one.dataset.source for one in found if one.dataset.source}
    is_narrow = out.width < NARROW
    has_names = len({one.name for one in found} | sources) > 1 and not is_narrow
    rows = [_version(settings, one, runs=1 if is_narrow else _RUNS) for one in found[:limit]]
    told = [name for name in _COLUMNS if name in _ALWAYS or any(row[name].plain != "-" for row in rows)]
    if is_narrow and "columns" in told:
        told.remove("columns")
    table = plain_table()
    table.collapse_padding = is_narrow
    for name in (*told, *(("name, source",) if has_names else ())):
        wraps = name in {"runs", "name, source"}
        table.add_column(name, justify="right" if name in _NUMBERS else "left", no_wrap=not wraps, min_width=4)
    for one, row in zip(found, rows, strict=False):
        where = one.name if one.name == one.dataset.source else f"{one.name}, {one.dataset.source}".rstrip(", ")
        table.add_row(*(row[name] for name in told), *([safe(where, "dim")] if has_names else ()))
    out.print(table)
    if len(found) > limit:
        out.print(f"{limit} of {len(found)} versions; -n shows more")
    if len(sources) > 1:
        out.print(f"{len(sources)} sources go by this name")
    for note in dict.fromkeys(f"{_plain(one.dataset.digest)}: {one.note}" for one in found[:limit] if one.note):
        out.print(escape(note), markup=False, soft_wrap=True)
    _print_now(settings, found)


def _version(settings: Settings, one: DatasetEntry, *, runs: int) -> dict[str, Text]:
    """A version's row, by the names of the columns."""
    dataset = one.dataset
    return {
        "last used": Text(day_and_time(one.last_at)),
        "digest": _short(dataset.digest, is_sampled=dataset.is_sampled),
        "rows": Text("-" if dataset.rows is None else f"{dataset.rows:,}"),
        "columns": Text("-" if dataset.column_count is None else str(dataset.column_count)),
        "size": Text(size(dataset.size_bytes)),
        "version": safe(dataset.version[:20] or "-"),
        "kept": Text("yes" if _is_kept(settings, one) else "-"),
        "used by": Text("replays only" if one.is_replayed else "-"),
        "runs": _runs(one, runs),
    }


def _print_now(settings: Settings, found: Sequence[DatasetEntry]) -> None:
    own = [one.dataset for one in found if not one.is_replayed]
    latest = next((one for one in own if one.kind == "file" and one.digest), None)
    if latest is None or not latest.source:
        return
    now = FileDigests().digest(settings.root / latest.source)
    if now is None:
        console().print(f"the file {escape(latest.source)} is not there now", markup=False, soft_wrap=True)
    elif now != latest.digest:
        said = f"the file {escape(latest.source)} has changed since: it is {_plain(now)} now"
        console().print(said, markup=False, soft_wrap=True)


def _is_kept(settings: Settings, one: DatasetEntry) -> bool:
    try:
        return BlobStore(settings.store).path(one.blob or one.dataset.digest).exists()
    except BlobNotFoundError:
        return False


def _runs(one: DatasetEntry, shown: int = _RUNS) -> Text:
    listed = " ".join(f"{run_id[:8]}{' (replay)' * (run_id in one.replay_ids)}" for run_id in one.run_ids[:shown])
    more = one.run_count - min(len(one.run_ids), shown)
    return Text(f"{listed} +{more}" if more else listed)


def _plain(digest: str) -> str:
    if digest.startswith("version-"):  # it stands for the version, of which nobody knows the content
        return "by version"
    algorithm, _, digits = digest.rpartition(":")
    return f"{algorithm}:{digits[:_DIGEST]}".lstrip(":") or "without a digest"


def _short(digest: str, *, is_sampled: bool = False) -> Text:
    if not digest:
        return Text("-", style="dim")
    return safe(_plain(digest)).append(" sampled" if is_sampled and "sampled" not in digest else "", style="dim")


def print_diff(diff: DatasetDiff) -> None:
    """How two versions differ."""
    out = console()
    table = Table.grid(padding=(0, 2))
    for sign, one in (("-", diff.before), ("+", diff.after)):
        version = f"version {one.dataset.version[:24]}" if one.dataset.version else ""
        table.add_row(
            sign,
            safe(one.name, "bold"),
            _short(one.dataset.digest),
            safe(version),
            Text(day_and_time(one.last_at)),
            _runs(one),
        )
    out.print(table)
    if diff.is_same:
        out.print("the same content")
        return
    if diff.files:
        _print_files(diff.files)
        return
    out.print(Text(_rows(diff)))
    changed = [column for column in diff.columns if column.change != SAME or column.changed_values]
    if changed:
        out.print(_columns_table(changed))
    if diff.columns:
        out.print(f"{len(diff.columns) - len(changed)} of {len(diff.columns)} columns are the same")
    else:
        out.print("their columns are not known")
    if diff.is_reordered:
        out.print("the columns stand in another order")
    for note in dict.fromkeys(diff.notes):
        out.print(escape(note), markup=False, soft_wrap=True)


def _print_files(files: Sequence[FileDiff]) -> None:
    counts = Counter(one.change for one in files)
    out = console()
    out.print("files: " + ", ".join(f"{count:,} {change}" for change, count in counts.items()))
    table = Table.grid(padding=(0, 2))
    for one in files[:_FILES]:
        sizes = " -> ".join(size(count) for count in (one.before_bytes, one.after_bytes) if count is not None)
        table.add_row(Text(one.change, _STYLES[one.change]), safe(one.path), Text(sizes, "dim"))
    out.print(table)
    if len(files) > _FILES:
        out.print(f"and {len(files) - _FILES} more; --json has all")


def _rows(diff: DatasetDiff) -> str:
    counts = [("?" if count is None else f"{count:,}") for count in (diff.rows_before, diff.rows_after)]
    text = f"rows: {counts[0]} -> {counts[1]}" if counts[0] != counts[1] else f"rows: {counts[0]}"
    if diff.rows_only_before is None or diff.rows_only_after is None:
        return text
    how = f" by {escape(diff.key)}" if diff.key else ""
    return f"{text}; {diff.rows_only_before:,} removed and {diff.rows_only_after:,} added{how}"


def _columns_table(columns: Sequence[ColumnDiff]) -> Table:
    table = plain_table()
    for name in ("column", "change", "type", "values changed"):
        table.add_column(name, justify="right" if name == "values changed" else "left")
    for column in columns:
        kind = column.after or column.before
        if column.before and column.after and column.before != column.after:
            kind = f"{column.before} -> {column.after}"
        values = "" if column.changed_values is None else f"{column.changed_values:,}"
        table.add_row(safe(column.name), Text(column.change, _STYLES.get(column.change, "")), safe(kind), values)
    return table


def print_restored(entry: DatasetEntry, done: Restored) -> None:
    """What was written where."""
    what = f"{escape(entry.name)} {_plain(entry.dataset.digest)}"
    if done.was_there:
        console().print(f"{escape(done.path)} is {what} already", markup=False, soft_wrap=True)
        return
    said = f"wrote {what} to {escape(done.path)}, {size(done.size_bytes)} from {escape(done.kept_in)}"
    console().print(said, markup=False, soft_wrap=True)
