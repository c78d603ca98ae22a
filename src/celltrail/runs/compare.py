"""What differs between two to twenty runs, and only the names of what does not."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from celltrail.errors import ComparisonError
from celltrail.runs.around import code_of, environment_of, hardware_of, packages_of, seed_of
from celltrail.store.direction import Direction, better_direction
from celltrail.store.runs import Artifact, DatasetUse, MetricValue, RunDetail, RunSummary

MOST_RUNS = 20
_SAME_SHOWN = 500
_SHOWN_OUTPUTS = ("image/", "text/html", "text/csv", "text/plain", "application/json")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `values` has one text per run, null where the run lacks it."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class MetricDifference:
    """A metric that differs.

    Attributes:
        name: Its key, the dataset and the slice that it was measured on.
        key: Its key alone.
        values: One per run; null where the run lacks it.
        differences: To the first run that is compared; null where either lacks it or is no number.
        better: Per run 1 where it is better than the first, -1 where worse, 0 where neither or not known.
        direction: Which way it gets better, as far as its name tells.
        best: The places of the best runs; empty where the direction is not known.
        counts: The points of its series, per run.
        execution_ids: The cells that measured it, per run; empty where the run lacks it.
    """

    name: str
    key: str
    values: tuple[float | None, ...]
    differences: tuple[float | None, ...]
    better: tuple[int, ...]
    direction: Direction
    best: tuple[int, ...]
    counts: tuple[int, ...]
    execution_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetDifference:
    """A dataset, by role and name, whose content differs.

    Attributes:
        rows: Per run; null where it is not known.
        added_columns: That the first run lacks and another has.
        removed_columns: That the first run has and another lacks.
        changed_columns: That several have, with another content or type; empty where no columns are known.
        is_sampled: Whether a digest covers a sample only.
    """

    name: str
    role: str
    digests: tuple[str | None, ...]
    changed_columns: tuple[str, ...]
    rows: tuple[int | None, ...] = ()
    added_columns: tuple[str, ...] = ()
    removed_columns: tuple[str, ...] = ()
    is_sampled: bool = False


@dataclass(frozen=True, slots=True)
class OutputDifference:
    """An artifact whose content differs; null where the run lacks it. `is_shown` says that a browser can show it."""

    path: str
    artifacts: tuple[Artifact | None, ...]
    is_shown: bool


@dataclass(frozen=True, slots=True)
class SamePart:
    """What is the same in all runs of one part: `names` are at most 500 of `count`."""

    part: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunComparison:
    """What differs between runs, in the order in which they were given; what is empty is the same in all.

    Attributes:
        runs: The runs; the first is the baseline.
        source: The cell that opened each run, where the sources differ.
        same: What does not differ, by part.
        notes: What could not be compared, or what one should know, in words.
    """

    runs: tuple[RunSummary, ...]
    params: tuple[Difference, ...]
    metrics: tuple[MetricDifference, ...]
    tags: tuple[Difference, ...]
    datasets: tuple[DatasetDifference, ...]
    packages: tuple[Difference, ...]
    environment: tuple[Difference, ...]
    hardware: tuple[Difference, ...]
    seed: tuple[Difference, ...]
    code: tuple[Difference, ...]
    source: tuple[Difference, ...]
    outputs: tuple[OutputDifference, ...]
    same: tuple[SamePart, ...]
    notes: tuple[str, ...]

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The ids of the runs."""
        return tuple(run.run_id for run in self.runs)

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        parts = (self.params, self.metrics, self.tags, self.datasets, self.packages, self.outputs)
        return not any((*parts, self.environment, self.hardware, self.seed, self.code, self.source))


def distinct_runs(run_ids: Sequence[str], *, fewest: int = 2) -> tuple[str, ...]:
    """The runs that are to be compared, each once.

    Raises:
        ComparisonError: They are fewer than `fewest`, or more than twenty.
    """
    found = tuple(dict.fromkeys(run_ids))
    if len(found) < fewest:
        given = f"run {found[0][:8]} alone" if found else "no run"
        raise ComparisonError(f"{given} cannot be compared: give two or more different runs")
    if len(found) > MOST_RUNS:
        raise ComparisonError(f"{len(found)} runs are too many to be compared: give at most {MOST_RUNS}")
    return found


def compare_runs(runs: Sequence[RunDetail]) -> RunComparison:
    """What differs between two to twenty runs; the first is what the others are compared with.

    Raises:
        ComparisonError: There are fewer than two runs, or more than twenty.
    """
    runs = _counted_once(runs)
    same: list[SamePart] = []

    def differ(part: str, read: Callable[[RunDetail], Mapping[str, str]]) -> tuple[Difference, ...]:
        sides = [read(run) for run in runs]
        found = _differences(sides)
        names = dict.fromkeys(name for side in sides for name in side)
        _note_same(same, part, [name for name in names if name not in {one.name for one in found}])
        return found

    return RunComparison(
        runs=tuple(run.run for run in runs),
        metrics=_metrics(runs, same),
        params=differ("parameters", lambda run: {param.key: param.value for param in run.params}),
        tags=differ("tags", lambda run: {tag.key: tag.value for tag in run.tags}),
        datasets=_datasets(runs, same),
        packages=differ("packages", packages_of),
        environment=differ("environment", environment_of),
        hardware=differ("hardware", hardware_of),
        seed=differ("seed", seed_of),
        code=differ("code", code_of),
        source=differ("source", lambda run: {"source": run.execution.source} if run.execution else {}),
        outputs=_outputs(runs, same),
        same=tuple(same),
        notes=_notes(runs),
    )


def _counted_once(runs: Sequence[RunDetail]) -> list[RunDetail]:
    by_id = {run.run.run_id: run for run in runs}
    return [by_id[run_id] for run_id in distinct_runs([run.run.run_id for run in runs])]


def _note_same(same: list[SamePart], part: str, names: Sequence[str]) -> None:
    if names:
        same.append(SamePart(part, len(names), tuple(names[:_SAME_SHOWN])))


def _differences(sides: Sequence[Mapping[str, str]]) -> tuple[Difference, ...]:
    names = dict.fromkeys(name for side in sides for name in side)
    found = (Difference(name, tuple(side.get(name) for side in sides)) for name in names)
    return tuple(one for one in found if len(set(one.values)) > 1)


# --- metrics ------------------------------------------------------------------------------------------------------


def name_metric(metric: MetricValue) -> str:
    """A metric with what it was measured on: `rmse on X_test [age > 60]`."""
    measured = f" on {metric.dataset_name}" if metric.dataset_name else ""
    return f"{metric.key}{measured}" + (f" [{metric.slice_name}]" if metric.slice_name else "")


def _metrics(runs: Sequence[RunDetail], same: list[SamePart]) -> tuple[MetricDifference, ...]:
    sides = [{name_metric(metric): metric for metric in run.metrics} for run in runs]
    found, equal = [], []
    for name in dict.fromkeys(name for side in sides for name in side):
        metrics = [side.get(name) for side in sides]
        values = tuple(metric.value if metric else None for metric in metrics)
        if all(_is_equal(value, values[0]) for value in values):
            equal.append(name)
            continue
        found.append(_metric_difference(name, metrics, values))
    _note_same(same, "metrics", equal)
    return tuple(found)


def _metric_difference(
    name: str, metrics: Sequence[MetricValue | None], values: tuple[float | None, ...]
) -> MetricDifference:
    key = next(metric.key for metric in metrics if metric)
    direction = better_direction(key)
    return MetricDifference(
        name=name,
        key=key,
        values=values,
        differences=tuple(difference_of(values[0], value) for value in values),
        better=tuple(_better(values[0], value, direction) for value in values),
        direction=direction,
        best=best_places(values, direction),
        counts=tuple(metric.count if metric else 0 for metric in metrics),
        execution_ids=tuple(metric.execution_id if metric else "" for metric in metrics),
    )


def _is_equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def difference_of(baseline: float | None, value: float | None) -> float | None:
    """How far a value is from the baseline's: zero between equal infinities and two NaN, None where nothing tells."""
    if baseline is None or value is None:
        return None
    difference = 0.0 if _is_equal(baseline, value) else value - baseline
    return None if math.isnan(difference) else difference


def _better(baseline: float | None, value: float | None, direction: Direction) -> int:
    difference = difference_of(baseline, value)
    if not difference or direction is Direction.UNKNOWN:
        return 0
    return 1 if (difference > 0) == (direction is Direction.HIGHER) else -1


def best_places(values: Sequence[float | None], direction: Direction) -> tuple[int, ...]:
    """The places of the best values; none where the direction is not known."""
    known = [value for value in values if value is not None and not math.isnan(value)]
    if not known or direction is Direction.UNKNOWN:
        return ()
    best = max(known) if direction is Direction.HIGHER else min(known)
    return tuple(place for place, value in enumerate(values) if value == best)


# --- data and outputs -----------------------------------------------------------------------------------------------


def _datasets(runs: Sequence[RunDetail], same: list[SamePart]) -> tuple[DatasetDifference, ...]:
    sides = [{(use.role.value, use.name): use for use in run.datasets} for run in runs]
    found, equal = [], []
    for role, name in dict.fromkeys(key for side in sides for key in side):
        uses = [side.get((role, name)) for side in sides]
        if len({use.dataset.digest if use else None for use in uses}) > 1:
            found.append(_dataset_difference(name, role, uses))
        else:
            equal.append(f"{name} ({role})")
    _note_same(same, "data", equal)
    return tuple(found)


def _dataset_difference(name: str, role: str, uses: Sequence[DatasetUse | None]) -> DatasetDifference:
    known = [use for use in uses if use and use.dataset.columns]
    sides = [{column.name: f"{column.dtype} {column.digest}" for column in use.dataset.columns} for use in known]
    is_known = len(sides) > 1 and len(sides) == len([use for use in uses if use])
    first = sides[0] if is_known else {}
    differing = [one.name for one in _differences(sides)] if is_known else []
    everywhere = {name for name in differing if all(name in side for side in sides)}
    return DatasetDifference(
        name=name,
        role=role,
        digests=tuple(use.dataset.digest if use else None for use in uses),
        changed_columns=tuple(one for one in differing if one in everywhere),
        rows=tuple(use.dataset.rows if use else None for use in uses),
        added_columns=tuple(one for one in differing if one not in first),
        removed_columns=tuple(one for one in differing if one in first and one not in everywhere),
        is_sampled=any(use.dataset.is_sampled for use in uses if use),
    )


def _outputs(runs: Sequence[RunDetail], same: list[SamePart]) -> tuple[OutputDifference, ...]:
    sides = [{one.path: one for one in run.artifacts if one.kind != "replay"} for run in runs]
    found, equal = [], []
    for path in dict.fromkeys(path for side in sides for path in side):
        artifacts = tuple(side.get(path) for side in sides)
        if len({one.digest if one else None for one in artifacts}) > 1:
            is_shown = any(one is not None and one.media_type.startswith(_SHOWN_OUTPUTS) for one in artifacts)
            found.append(OutputDifference(path, artifacts, is_shown))
        else:
            equal.append(path)
    _note_same(same, "outputs", equal)
    return tuple(found)


# --- notes --------------------------------------------------------------------------------------------------------


def _notes(runs: Sequence[RunDetail]) -> tuple[str, ...]:
    notebooks = dict.fromkeys(run.run.notebook_path or "(no notebook)" for run in runs)
    notes = [f"the runs come from {len(notebooks)} notebooks: {', '.join(notebooks)}"] if len(notebooks) > 1 else []
    notes += _lacking(runs, "metric", lambda run: run.metrics)
    notes += _lacking(runs, "record of the packages", lambda run: run.environment)
    unended = [run.run for run in runs if run.run.status != "finished"]
    notes += [f"run {run.run_id[:8]} {_STATES.get(run.status, run.status)}" for run in unended]
    return tuple(notes)


_STATES = {"running": "is still running", "failed": "failed", "interrupted": "was interrupted", "killed": "was killed"}


def _lacking(runs: Sequence[RunDetail], what: str, read: Callable[[RunDetail], object]) -> Iterable[str]:
    lacking = [run.run.run_id[:8] for run in runs if not read(run)]
    if not lacking:
        return []
    who = "none of the runs has" if len(lacking) == len(runs) else f"{', '.join(lacking)} {_have(lacking)}"
    return [f"{who} a {what}" if len(lacking) == len(runs) else f"{who} no {what}"]


def _have(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"
