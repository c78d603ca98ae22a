"""What differs between runs, and nothing of what does not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from celltrail.store.base import DatasetUse, RunDetail


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs; `values` has one text per run, None where the run lacks it."""

    name: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class DatasetDifference:
    """A dataset, by role and name, whose content differs.

    `changed_columns` are columns that some of the runs have otherwise or not at all; empty where no columns are known.
    """

    name: str
    role: str
    digests: tuple[str | None, ...]
    changed_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunComparison:
    """What differs between runs, in the order in which they were given; what is empty is the same in all."""

    run_ids: tuple[str, ...]
    names: tuple[str, ...]
    params: tuple[Difference, ...]
    metrics: tuple[Difference, ...]
    tags: tuple[Difference, ...]
    datasets: tuple[DatasetDifference, ...]
    packages: tuple[Difference, ...]
    environment: tuple[Difference, ...]
    hardware: tuple[Difference, ...]
    seed: tuple[Difference, ...]
    code: tuple[Difference, ...]
    source: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        parts = (self.params, self.metrics, self.tags, self.datasets, self.packages)
        return not any((*parts, self.environment, self.hardware, self.seed, self.code, self.source))


def compare_runs(runs: Sequence[RunDetail]) -> RunComparison:
    """What differs between two or more runs.

    Raises:
        ValueError: There are fewer than two runs.
    """
    if len(runs) < 2:  # noqa: PLR2004 - to compare takes two
        raise ValueError(f"{len(runs)} runs cannot be compared: give two or more")

    def differ(read: Callable[[RunDetail], Mapping[str, str]]) -> tuple[Difference, ...]:
        return _differences([read(run) for run in runs])

    return RunComparison(
        run_ids=tuple(run.run.run_id for run in runs),
        names=tuple(run.run.name for run in runs),
        params=differ(lambda run: {param.key: param.value for param in run.params}),
        metrics=differ(_metrics),
        tags=differ(lambda run: {tag.key: tag.value for tag in run.tags}),
        datasets=_datasets(runs),
        packages=differ(lambda run: {p.name: p.version for p in run.environment.packages} if run.environment else {}),
        environment=differ(_environment),
        hardware=differ(_hardware),
        seed=differ(_seed),
        code=differ(_code),
        source=differ(lambda run: {"source": run.execution.source} if run.execution else {}),
    )


def _differences(sides: Sequence[Mapping[str, str]]) -> tuple[Difference, ...]:
    names = dict.fromkeys(name for side in sides for name in side)
    found = (Difference(name, tuple(side.get(name) for side in sides)) for name in names)
    return tuple(one for one in found if len(set(one.values)) > 1)


def _metrics(run: RunDetail) -> dict[str, str]:
    return {
        " ".join(part for part in (m.key, m.dataset_name and f"on {m.dataset_name}", m.slice_name) if part): repr(
            m.value
        )
        for m in run.metrics
    }


def _datasets(runs: Sequence[RunDetail]) -> tuple[DatasetDifference, ...]:
    sides = [{(use.role.value, use.name): use for use in run.datasets} for run in runs]
    found = []
    for role, name in dict.fromkeys(key for side in sides for key in side):
        uses = [side.get((role, name)) for side in sides]
        digests = tuple(use.dataset.digest if use else None for use in uses)
        if len(set(digests)) > 1:
            found.append(DatasetDifference(name, role, digests, _changed_columns([use for use in uses if use])))
    return tuple(found)


def _changed_columns(uses: Iterable[DatasetUse]) -> tuple[str, ...]:
    sides = [{column.name: f"{column.dtype} {column.digest}" for column in use.dataset.columns} for use in uses]
    return tuple(one.name for one in _differences(sides)) if len(sides) > 1 and all(sides) else ()


def _environment(run: RunDetail) -> dict[str, str]:
    seen = run.environment
    return {"python": seen.python, "implementation": seen.implementation, "os": seen.os} if seen else {}


def _hardware(run: RunDetail) -> dict[str, str]:
    seen = run.hardware
    if seen is None:
        return {}
    return {
        "cpu": seen.cpu,
        "cores": str(seen.cores),
        "memory": str(seen.memory_bytes),
        "gpus": ", ".join(seen.gpus),
        "blas": seen.blas,
        "threads": ", ".join(seen.threads),
    }


def _seed(run: RunDetail) -> dict[str, str]:
    seed = run.seed
    if seed is None:
        return {}
    return {
        **{param.key: param.value for param in seed.random_states},
        "seeding calls": ", ".join(seed.seeding_calls),
        **{f"{state.name} generator": state.digest for state in seed.generators},
    }


def _code(run: RunDetail) -> dict[str, str]:
    seen = run.code
    return {"commit": seen.commit, "branch": seen.branch, "uncommitted changes": seen.diff_digest} if seen else {}
