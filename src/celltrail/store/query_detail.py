"""All of one run or several: `get_run` and `get_runs` of the contract."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, TypeVar

from celltrail import codec
from celltrail.errors import RunNotFoundError
from celltrail.records import (
    CodeVersion,
    ColumnInfo,
    DatasetRole,
    DatasetVersion,
    Environment,
    ErrorInfo,
    Hardware,
    LoggedModel,
    Origin,
    Package,
    Param,
    ParamKind,
    Seed,
    SystemUse,
    Tag,
)
from celltrail.store.query_cells import executions_of
from celltrail.store.query_groups import group_of
from celltrail.store.query_runs import metric_value, summaries
from celltrail.store.reading import Reading
from celltrail.store.replays import REPLAY_SESSIONS
from celltrail.store.runs import Artifact, DatasetUse, MetricValue, RunDetail
from celltrail.store.several import AmbiguousMetric
from celltrail.store.text import clean

T = TypeVar("T")

_MIN_PREFIX = 4
_CHILDREN = 200

_FIND = """
SELECT run_no, run_id FROM run WHERE is_known AND (run_id = ? OR (length(?) >= ? AND starts_with(run_id, ?)))
ORDER BY run_id = ? DESC, run_id LIMIT 5
"""
# Of several runs at once, by their numbers: what `celltrail compare` and the detail of one run read.
_WANTED = "(SELECT unnest(?::INTEGER[]) AS run_no)"
_ROW = f"""
SELECT r.run_no, error_json, seed_json, peak_memory_bytes, coalesce(nullif(r.environment_digest, ''),
    s.environment_digest, ''), coalesce(nullif(r.hardware_digest, ''), s.hardware_digest, ''), code_digest, execution_id
FROM run r JOIN {_WANTED} USING (run_no) LEFT JOIN session s ON s.session_id = r.session_id
"""  # noqa: S608 - a table of ours
_PARAMS = f"""
SELECT run_no, key, value, kind, origin, source, is_default
FROM param JOIN {_WANTED} USING (run_no) JOIN key USING (key_no) ORDER BY key
"""  # noqa: S608 - a table of ours
_TAGS = f"SELECT run_no, key, value FROM tag JOIN {_WANTED} USING (run_no) JOIN key USING (key_no) ORDER BY key"  # noqa: S608 - a table of ours
_METRICS = f"""
SELECT m.run_no, key.key, m.value, m.step, m.logged_at, m.point_count, m.minimum, m.maximum, series.evidence,
    series.dataset_name, series.dataset_digest, series.slice_name, series.execution_id
FROM metric_last m JOIN {_WANTED} wanted ON wanted.run_no = m.run_no
    JOIN series USING (series_no) JOIN key ON key.key_no = m.key_no
ORDER BY key.key, m.logged_at, m.step, m.series_no
"""  # noqa: S608 - a table of ours
_AMBIGUOUS = """
SELECT key, value, logged_at, execution_id, candidate_run_ids_json, reason, dataset_name FROM ambiguous_metric
WHERE contains(candidate_run_ids_json, ?) ORDER BY logged_at
"""
# The panel's list of them, and the line below `celltrail runs`; replays repeat what others left open.
_ALL_AMBIGUOUS = f"""
SELECT key, value, logged_at, a.execution_id, candidate_run_ids_json, reason, dataset_name
FROM ambiguous_metric a LEFT JOIN cell_execution c ON c.execution_id = a.execution_id
    LEFT JOIN session s ON s.session_id = c.session_id
WHERE s.notebook_path = ? OR (? = '' AND coalesce(s.session_id, '') NOT IN ({REPLAY_SESSIONS}))
QUALIFY 1 = row_number() OVER (
    PARTITION BY key, dataset_name, s.notebook_path, coalesce(nullif(c.cell_id, ''), a.execution_id)
    ORDER BY logged_at DESC)
ORDER BY logged_at DESC, key LIMIT ?
"""  # noqa: S608 - texts of ours
_DATASETS = f"""
SELECT run_no, name, role, d.digest, coalesce(kind, ''), row_count, column_count, coalesce(columns_json, '[]'),
    size_bytes, coalesce(source, ''), coalesce(is_sampled, false), coalesce(version, '')
FROM run_dataset d JOIN {_WANTED} USING (run_no) LEFT JOIN dataset_version USING (digest)
ORDER BY used_at, role, name
"""  # noqa: S608 - a table of ours
_ARTIFACTS = f"""
SELECT run_no, path, digest, size_bytes, media_type, kind, logged_at
FROM artifact JOIN {_WANTED} USING (run_no) ORDER BY path
"""  # noqa: S608 - a table of ours
_MODELS = f"SELECT run_no, model_json FROM model JOIN {_WANTED} USING (run_no) ORDER BY name"  # noqa: S608 - a table of ours
_SYSTEM = f"SELECT run_no, use_json FROM system_use JOIN {_WANTED} USING (run_no)"  # noqa: S608 - a table of ours
_ENVIRONMENT = "SELECT digest, python, implementation, os, packages_json, notes_json FROM environment WHERE digest = ?"
_HARDWARE = "SELECT digest, cpu, cores, memory_bytes, gpus_json, blas, threads_json FROM hardware WHERE digest = ?"
_CODE = "SELECT digest, commit_id, branch, is_dirty, diff_digest FROM code_version WHERE digest = ?"
_WHOLE_IDS = "SELECT run_id, run_no FROM run JOIN (SELECT unnest(?::VARCHAR[]) AS run_id) USING (run_id) WHERE is_known"
_NUMBERS = "SELECT run_no FROM run WHERE is_known AND list_contains(?::VARCHAR[], run_id)"
_PARTS = {
    "params": _PARAMS,
    "metrics": _METRICS,
    "tags": _TAGS,
    "datasets": _DATASETS,
    "artifacts": _ARTIFACTS,
    "models": _MODELS,
    "system": _SYSTEM,
}
_CHILD_NUMBERS = "SELECT run_no FROM run WHERE parent_run_id = ? AND is_known ORDER BY started_at, run_no LIMIT ?"


def find_run(reading: Reading, run_id: str) -> tuple[int, str]:
    """The number and the whole id of a run, by its id or the beginning of it.

    Raises:
        RunNotFoundError: No run or more than one matches.
    """
    text = clean(run_id)
    found = reading.rows(_FIND, [text, text, _MIN_PREFIX, text, text])
    if len(found) != 1 and not (found and found[0][1] == text):
        raise RunNotFoundError(run_id, tuple(row[1] for row in found))
    return found[0]


def get_run(reading: Reading, run_id: str) -> RunDetail:
    """Everything of one run.

    Raises:
        RunNotFoundError: No run or more than one matches.
    """
    number, whole_id = find_run(reading, run_id)
    detail = _details(reading, [number])[0]
    children = [row[0] for row in reading.rows(_CHILD_NUMBERS, [whole_id, _CHILDREN])]
    return replace(
        detail,
        ambiguous_metrics=_ambiguous(reading, whole_id),
        children=summaries(reading, children),
        group=group_of(reading, number, detail.run.group_id),
    )


def get_runs(reading: Reading, run_ids: Sequence[str]) -> tuple[RunDetail, ...]:
    """Several runs in the order given, each without what other runs have to do with it.

    Raises:
        RunNotFoundError: For one of the ids no run or more than one matches.
    """
    return _details(reading, [number for number, _ in _find(reading, run_ids)])


def find_runs(reading: Reading, run_ids: Sequence[str]) -> tuple[str, ...]:
    """The whole ids of runs.

    Raises:
        RunNotFoundError: For one of the ids no run or more than one matches.
    """
    return tuple(whole_id for _, whole_id in _find(reading, run_ids))


def _find(reading: Reading, run_ids: Sequence[str]) -> list[tuple[int, str]]:
    texts = [clean(run_id) for run_id in run_ids]
    known: dict[str, int] = dict(reading.rows(_WHOLE_IDS, [texts]))
    return [(known[text], text) if text in known else find_run(reading, text) for text in texts]


def _details(reading: Reading, numbers: list[int]) -> tuple[RunDetail, ...]:
    wanted = [sorted(set(numbers))]
    rows = {row[0]: row[1:] for row in reading.rows(_ROW, wanted)}
    runs = {run.run_id: run for run in summaries(reading, wanted[0], keys=None)}
    by_number = dict(zip(wanted[0], runs.values(), strict=True))
    found = {name: _by_run(reading, sql, wanted) for name, sql in _PARTS.items()}
    known = _Surroundings(reading)
    executions = executions_of(reading, [row[6] for row in rows.values()])

    def detail(number: int) -> RunDetail:
        error, seed, memory, environment, hardware, code, execution_id = rows[number]
        of = {name: parts.get(number, []) for name, parts in found.items()}
        return RunDetail(
            run=by_number[number],
            error=_loads(ErrorInfo, error),
            params=tuple(_param(row) for row in of["params"]),
            metrics=_metrics(of["metrics"]),
            ambiguous_metrics=(),
            tags=tuple(Tag(*row) for row in of["tags"]),
            datasets=tuple(_dataset(row) for row in of["datasets"]),
            artifacts=tuple(Artifact(*row) for row in of["artifacts"]),
            environment=known.environment(environment),
            hardware=known.hardware(hardware),
            code=known.code(code),
            seed=_loads(Seed, seed),
            peak_memory_bytes=memory,
            execution=executions.get(execution_id),
            children=(),
            models=tuple(codec.loads(LoggedModel, row[0]) for row in of["models"]),
            system=next((codec.loads(SystemUse, row[0]) for row in of["system"]), None),
        )

    return tuple(detail(number) for number in numbers)


def _by_run(reading: Reading, sql: str, wanted: list[list[int]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for number, *row in reading.rows(sql, wanted):
        found.setdefault(number, []).append(tuple(row))
    return found


class _Surroundings:
    """What several runs may share, each read once."""

    def __init__(self, reading: Reading) -> None:
        self.environment = cache(partial(_environment, reading))
        self.hardware = cache(partial(_hardware, reading))
        self.code = cache(partial(_code, reading))


def _metrics(rows: Sequence[tuple[Any, ...]]) -> tuple[MetricValue, ...]:
    """Per key, dataset and slice the latest value; what was measured again counts into the same series."""
    merged: dict[tuple[str, ...], MetricValue] = {}
    for row in rows:
        value = metric_value(row)
        same = (value.key, value.dataset_name, value.dataset_digest, value.slice_name)
        merged[same] = _merge(merged[same], value) if same in merged else value
    keys = {value.key for value in merged.values()}
    return tuple(sorted(merged.values(), key=lambda value: _place(value.key, keys)))


def _place(key: str, keys: set[str]) -> tuple[str, int]:
    """By key, but the folds of a cross-validation below their mean and spread."""
    for rank, prefix in enumerate(("mean_", "std_")):
        base = key.removeprefix(prefix)
        if base != key and base in keys:
            return base, rank
    return key, 2


def _merge(earlier: MetricValue, later: MetricValue) -> MetricValue:
    low = [one for one in (earlier.minimum, later.minimum) if one is not None]
    high = [one for one in (earlier.maximum, later.maximum) if one is not None]
    return MetricValue(
        key=later.key,
        value=later.value,
        step=later.step,
        at=later.at,
        count=earlier.count + later.count,
        minimum=min(low, default=None),
        maximum=max(high, default=None),
        evidence=later.evidence,
        dataset_name=later.dataset_name,
        dataset_digest=later.dataset_digest,
        slice_name=later.slice_name,
        execution_id=later.execution_id,
    )


def list_ambiguous(reading: Reading, notebook_path: str, limit: int) -> tuple[AmbiguousMetric, ...]:
    """Metrics that more than one run may own, newest first."""
    notebook = clean(notebook_path)
    rows = reading.rows(_ALL_AMBIGUOUS, [notebook, notebook, max(limit, 0)])
    return _with_names(reading, [_ambiguous_metric(row) for row in rows])


def _ambiguous(reading: Reading, run_id: str) -> tuple[AmbiguousMetric, ...]:
    found = (_ambiguous_metric(row) for row in reading.rows(_AMBIGUOUS, [run_id]))
    return _with_names(reading, [metric for metric in found if run_id in metric.candidate_run_ids])


def _with_names(reading: Reading, metrics: list[AmbiguousMetric]) -> tuple[AmbiguousMetric, ...]:
    wanted = sorted({run_id for metric in metrics for run_id in metric.candidate_run_ids})
    numbers = [row[0] for row in reading.rows(_NUMBERS, [wanted])] if wanted else []
    names = {run.run_id: f"{run.title} {run.differs}".rstrip() for run in summaries(reading, numbers)}
    return tuple(
        replace(metric, candidate_names=tuple(names.get(run_id, "") for run_id in metric.candidate_run_ids))
        for metric in metrics
    )


def _ambiguous_metric(row: tuple[Any, ...]) -> AmbiguousMetric:
    key, value, at, execution_id, candidates, reason, dataset_name = row
    run_ids = codec.loads(tuple[str, ...], candidates)
    return AmbiguousMetric(key, value, at, execution_id, run_ids, reason, dataset_name)


def _param(row: tuple[Any, ...]) -> Param:
    key, value, kind, origin, source, is_default = row
    return Param(key, value, ParamKind(kind), Origin(origin), source, is_default)


def _dataset(row: tuple[Any, ...]) -> DatasetUse:
    name, role, digest, kind, rows, column_count, columns, *rest = row
    described = codec.loads(tuple[ColumnInfo, ...], columns)
    return DatasetUse(name, DatasetRole(role), DatasetVersion(digest, kind, rows, column_count, described, *rest))


def _environment(reading: Reading, digest: str) -> Environment | None:
    for found, python, implementation, system, packages, notes in reading.rows(_ENVIRONMENT, [digest]):
        listed = codec.loads(tuple[Package, ...], packages)
        return Environment(found, python, implementation, system, listed, codec.loads(tuple[str, ...], notes))
    return None


def _hardware(reading: Reading, digest: str) -> Hardware | None:
    for found, cpu, cores, memory, gpus, blas, threads in reading.rows(_HARDWARE, [digest]):
        lists = codec.loads(tuple[str, ...], gpus), codec.loads(tuple[str, ...], threads)
        return Hardware(found, cpu, cores, memory, lists[0], blas, lists[1])
    return None


def _code(reading: Reading, digest: str) -> CodeVersion | None:
    return next((CodeVersion(*row) for row in reading.rows(_CODE, [digest])), None)


def _loads(cls: type[T], text: str | None) -> T | None:
    return None if text is None else codec.loads(cls, text)
