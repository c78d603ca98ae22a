"""One run for people who write Python: everything that is kept of it, short to look at, with MLflow's views."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from html import escape
from typing import Self

from celltrail.records import RunInfo
from celltrail.store.runs import RunDetail

_SHORT_ID = 8
_SHOWN = 12  # rows of a table in a notebook
_LONG = 120  # characters of a value in a notebook


@dataclass(frozen=True, slots=True)
class RunData:
    """A run's values as `run.data` of MLflow has them: of each metric the last value."""

    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]


class Run(RunDetail):
    """Everything that is kept of one run; `run.data` and `run.info` as in MLflow, the rest as in `RunDetail`."""

    __slots__ = ()

    @classmethod
    def of(cls, detail: RunDetail) -> Self:
        """The same run, with views."""
        return cls(**{field.name: getattr(detail, field.name) for field in fields(RunDetail)})

    @property
    def info(self) -> RunInfo:
        """Its id, name, state and times."""
        run = self.run
        ended = None if run.ended_at is None else run.ended_at // 1000
        return RunInfo(run.run_id, run.name, run.status.upper(), run.started_at // 1000, ended)

    @property
    def data(self) -> RunData:
        """Its parameters, metrics and tags, by key."""
        run = self.run
        return RunData(dict(run.params), dict(run.metrics), dict(run.tags))

    def __repr__(self) -> str:
        run = self.run
        name = f"{run.title or run.name} {run.differs}".rstrip()
        metric = f", {_plain(run.key_metric.key)} {run.key_metric.value:.6g}" if run.key_metric else ""
        counts = f"{len(run.params)} params, {len(run.metrics)} metrics"
        return f"<celltrail run {name[:_LONG]!r} {run.run_id[:_SHORT_ID]} {run.status}{metric}, {counts}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: nothing in it is markup but ours."""
        run = self.run
        where = f"{run.notebook_path} [{run.execution_count}]" if run.execution_count else run.notebook_path
        facts = " · ".join(part for part in (run.status, where, f"celltrail show {run.run_id[:_SHORT_ID]}") if part)
        chosen = {param.key: param.value for param in self.params if not param.is_default}
        metrics = {key: f"{value:.6g}" for key, value in run.metrics.items()}
        parts = [
            f"<div><strong>{_text(run.title or run.name)}</strong> {_text(run.differs)}</div>",
            f"<div>{_text(facts)}</div>",
            *_table("metrics", metrics),
            *_table("params", chosen),
            *_table("tags", run.tags),
        ]
        return f"<div>{''.join(parts)}</div>"


def _plain(key: str) -> str:
    return key[:_LONG] if key.isprintable() else repr(key[:_LONG])


def _table(title: str, values: Mapping[str, str]) -> Iterable[str]:
    if not values:
        return
    shown = list(values.items())[:_SHOWN]
    rows = "".join(f"<tr><th>{_text(key)}</th><td>{_text(value)}</td></tr>" for key, value in shown)
    rest = len(values) - len(shown)
    more = f"<tr><td colspan='2'>and {rest} more in run.data.{title}</td></tr>" if rest else ""
    yield f"<table><caption>{title}</caption>{rows}{more}</table>"


def _text(value: str) -> str:
    cut = value if len(value) <= _LONG else value[: _LONG - 1] + "…"
    return f"<bdi>{escape(cut)}</bdi>" if cut else ""
