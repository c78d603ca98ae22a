"""Versions of data over time: `list_datasets` and `list_dataset_versions` of the contract."""

from typing import Any

from celltrail import codec
from celltrail.records import ColumnInfo, DatasetVersion
from celltrail.store.datasets import DatasetEntry, DatasetQuery, DatasetSummary
from celltrail.store.reading import Reading
from celltrail.store.replays import REPLAY_SESSIONS
from celltrail.store.text import clean

_LISTED_RUNS = 20

# All that is known to have been used, one row for each use. A source that was ever named goes by that name; in runs
# the files that their cells read stand under their paths, other data under the name of the variable. A replay repeats
# an old use: it makes no version the latest.
_SEEN = f"""
WITH given AS (SELECT DISTINCT name, source FROM data_use WHERE name <> '' AND source <> ''),
replay AS ({REPLAY_SESSIONS}),
repeated AS (SELECT execution_id FROM cell_execution SEMI JOIN replay USING (session_id)),
seen AS (
    SELECT coalesce(nullif(u.name, ''), g.name, u.source) AS name, u.source, u.kind, u.version, u.digest, u.size_bytes,
        u.row_count, u.used_at, u.mode AS role, NULL AS run_no, u.note, u.name <> '' OR g.name IS NOT NULL AS is_named,
        u.execution_id IN (FROM repeated) AS is_replay
    FROM data_use u LEFT JOIN given g ON g.source = u.source AND u.name = ''
    UNION ALL
    SELECT coalesce(g.name, r.name), CASE WHEN r.role = 'input' THEN coalesce(g.source, d.source, '') ELSE '' END,
        coalesce(d.kind, ''), coalesce(d.version, ''), r.digest, NULL, NULL, r.used_at, r.role, r.run_no, '',
        g.name IS NOT NULL, r.run_no IN (SELECT run_no FROM run SEMI JOIN replay USING (session_id))
    FROM run_dataset r LEFT JOIN dataset_version d USING (digest)
        LEFT JOIN given g ON r.role = 'input' AND g.source = r.name
)"""  # noqa: S608 - texts of ours
# `celltrail data`: one row for each name.
_DATASETS = """
SELECT name, list(DISTINCT source) FILTER (source <> ''), list(DISTINCT role), bool_or(is_named),
    count(DISTINCT digest) FILTER (digest <> ''), count(DISTINCT run_no),
    arg_max(digest, used_at) FILTER (digest <> ''), max(used_at)
FROM seen WHERE NOT is_replay GROUP BY name ORDER BY bool_or(is_named) DESC, max(used_at) DESC, name LIMIT ?
"""
# `celltrail data log`, and what the words of `data diff` and `data restore` stand for.
_VERSIONS = """
, chosen AS (
    SELECT * FROM seen
    WHERE (? = '' OR name = ? OR source = ?)
        AND (? = '' OR starts_with(digest, ?) OR starts_with(split_part(digest, ':', 2), ?))
        AND (? = '' OR (name, digest) IN (
            SELECT (s.name, s.digest) FROM seen s JOIN run USING (run_no) WHERE run_id = ?))
        AND (? OR NOT is_replay)
), version AS (
    SELECT name, digest, arg_max(source, (source <> '', used_at)) AS source,
        arg_max(kind, (kind <> '', used_at)) AS kind, arg_max(version, (version <> '', used_at)) AS version,
        max(size_bytes) AS size_bytes, max(row_count) AS row_count,
        min(used_at) AS first_at,
        coalesce(max(used_at) FILTER (NOT is_replay), max(used_at)) AS last_at, list_sort(list(DISTINCT role)) AS roles,
        list_distinct(list(run_no ORDER BY used_at DESC) FILTER (run_no IS NOT NULL)) AS numbers,
        max(note) AS note, bool_and(is_replay) AS is_replayed
    FROM chosen GROUP BY name, digest
), content AS (
    SELECT digest, arg_max(blob, (blob <> '', kept_at)) AS blob,
        arg_max(media_type, (blob <> '', kept_at)) AS media_type, arg_max(note, (blob <> '', kept_at)) AS note
    FROM dataset_content GROUP BY digest
)
SELECT v.name, v.digest, v.source, v.kind, v.version, coalesce(v.size_bytes, d.size_bytes),
    coalesce(v.row_count, d.row_count), d.column_count, coalesce(d.columns_json, '[]'), coalesce(d.is_sampled, false),
    v.first_at, v.last_at, v.roles, v.numbers, coalesce(c.blob, ''), coalesce(c.media_type, ''),
    concat_ws('; ', nullif(v.note, ''), nullif(c.note, '')), v.is_replayed
FROM version v LEFT JOIN dataset_version d ON d.digest = v.digest AND v.digest <> ''
    LEFT JOIN content c ON c.digest = v.digest AND v.digest <> ''
ORDER BY v.last_at DESC, v.first_at DESC, v.name, v.digest LIMIT ?
"""
_RUN_IDS = f"""
SELECT run_no, run_id, session_id IN ({REPLAY_SESSIONS}) FROM run
WHERE is_known AND list_contains(?::INTEGER[], run_no) ORDER BY started_at DESC, run_no
"""  # noqa: S608 - texts of ours


def list_datasets(reading: Reading, limit: int) -> tuple[DatasetSummary, ...]:
    """The datasets, those with a name of their own first."""
    found = []
    for name, sources, roles, is_named, versions, runs, digest, at in reading.rows(_SEEN + _DATASETS, [max(limit, 0)]):
        texts = tuple(sorted(sources or ())), tuple(sorted(roles))
        found.append(DatasetSummary(name, *texts, is_named, versions, runs, digest or "", at))
    return tuple(found)


def list_versions(reading: Reading, query: DatasetQuery) -> tuple[DatasetEntry, ...]:
    """The versions that a query asks for, those used last first."""
    name, digest, run_id = clean(query.name), clean(query.digest).lower(), clean(query.run_id)
    is_all = query.with_replays or bool(digest or run_id)
    given = [name] * 3 + [digest] * 3 + [run_id] * 2
    rows = reading.rows(_SEEN + _VERSIONS, [*given, is_all, max(query.limit, 0)])
    wanted = sorted({number for row in rows for number in (row[13] or ())[:_LISTED_RUNS]})
    runs = {row[0]: (row[1], row[2]) for row in reading.rows(_RUN_IDS, [wanted])} if wanted else {}
    return tuple(_entry(row, runs) for row in rows)


def _entry(row: tuple[Any, ...], runs: dict[int, tuple[str, bool]]) -> DatasetEntry:
    name, digest, source, kind, version, size, rows, columns, described, is_sampled = row[:10]
    first_at, last_at, roles, numbers, blob, media_type, note, is_replayed = row[10:]
    known = codec.loads(tuple[ColumnInfo, ...], described)
    dataset = DatasetVersion(digest, kind, rows, columns, known, size, source, is_sampled, version)
    used_by = [runs[number] for number in (numbers or ())[:_LISTED_RUNS] if number in runs]
    return DatasetEntry(
        name=name,
        dataset=dataset,
        roles=tuple(roles),
        first_at=first_at,
        last_at=last_at,
        run_ids=tuple(run_id for run_id, _ in used_by),
        run_count=len(numbers or ()),
        blob=blob,
        media_type=media_type,
        note=note,
        is_replayed=is_replayed,
        replay_ids=tuple(run_id for run_id, is_replay in used_by if is_replay),
    )
