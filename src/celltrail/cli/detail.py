"""One run as people read it: a section for each thing that is known of it, none for what is not."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from celltrail.cli.machine import machine_facts
from celltrail.cli.models import model_facts
from celltrail.cli.terminal import name_of, runs_table, safe, state_of
from celltrail.records import CodeVersion, Param, SourceUse, Status
from celltrail.runs.text import day_and_time, duration, escape, number, size
from celltrail.store.runs import CellExecution, MetricValue, RunDetail, RunSummary
from celltrail.store.several import RunGroup

_SHOWN = 25  # rows of a section without --all
_METRICS = 200  # and of its metrics
_VALUE = 200  # characters of a value without --all: two lines
_QUERY = 160  # characters of a query's text without --all
_DIGEST = 24  # characters of a digest: its algorithm and enough of it to compare by eye


def print_detail(out: Console, detail: RunDetail, *, show_all: bool) -> None:
    """Print a run."""
    is_utf8 = out.encoding.startswith("utf")
    run = detail.run
    out.print(name_of(run), state_of(run, is_utf8=is_utf8), Text(run.run_id, style="dim"))
    _print_pairs(out, _facts(detail, show_all=show_all))
    if detail.error:
        _title(out, "error")
        _print_indented(out, safe(f"{detail.error.name}: {detail.error.message}", "red"))
    _print_metrics(out, detail, show_all=show_all)
    _print_group(out, detail.group)
    _print_params(out, detail.params, show_all=show_all)
    _print_datasets(out, detail)
    for model in detail.models:
        _title(out, "model")
        _print_pairs(out, list(model_facts(model)))
    _print_artifacts(out, detail)
    _print_surroundings(out, detail, show_all=show_all)
    if detail.children:
        _title(out, f"children ({run.child_count})")
        _print_indented(out, runs_table(detail.children[: None if show_all else _SHOWN], out))
        _print_rest(out, run.child_count, len(detail.children) if show_all else _SHOWN)
    if detail.execution:
        _print_execution(out, detail.execution, show_all=show_all)


def _facts(detail: RunDetail, *, show_all: bool) -> list[tuple[str, str]]:
    run = detail.run
    cell = f", cell {run.cell_id or '(no id)'} [{run.execution_count}]" if run.execution_count else ", made by no cell"
    facts = [
        ("name", run.name if run.title not in {"", run.name} else ""),
        ("kind", run.kind),
        ("estimator", run.estimator),
        ("variable", run.variable),
        ("notebook", f"{run.notebook_path or '-'}{cell}"),
        ("started", day_and_time(run.started_at)),
        ("cell ended", _cell_end(run)),
        ("took", "not known, its process was killed" if _is_untimed(run) else duration(run.duration_s)),
        *machine_facts(detail),
        ("parent", run.parent_run_id),
        *((tag.key, _cut(tag.value, show_all=show_all)) for tag in detail.tags),
    ]
    return [(key, value) for key, value in facts if value]


def _cell_end(run: RunSummary) -> str:
    return f"{run.cell_status} after this run: {run.cell_error}".rstrip(": ") if run.cell_status else ""


def _is_untimed(run: RunSummary) -> bool:
    return run.status is Status.KILLED and run.duration_s is None


def _print_metrics(out: Console, detail: RunDetail, *, show_all: bool) -> None:
    if detail.metrics:
        _title(out, "metrics")
        table = Table.grid(padding=(0, 2))
        keys = {metric.key for metric in detail.metrics}
        shown = detail.metrics if show_all else detail.metrics[:_METRICS]
        for metric in shown:
            is_folds = metric.count > 1 and f"mean_{metric.key}" in keys
            measured = f"on {metric.dataset_name}" if metric.dataset_name else ""
            part = f"slice {metric.slice_name}" if metric.slice_name else ""
            table.add_row(
                safe(f"  {metric.key}" if is_folds else metric.key),
                Text("" if is_folds else number(metric.value), style="bold"),
                safe(" ".join(filter(None, (measured, part, _series(metric, is_folds=is_folds))))),
                Text(f"by {metric.evidence}", style="dim"),
            )
        _print_indented(out, table)
        _print_rest(out, len(detail.metrics), len(shown), "metrics")
    if detail.ambiguous_metrics:
        _title(out, "metrics that may belong to this run or another")
        for ambiguous in detail.ambiguous_metrics:
            named = zip(ambiguous.candidate_run_ids, ambiguous.candidate_names, strict=True)
            runs = " or ".join(f"{run_id[:8]} {name}".rstrip() for run_id, name in named)
            _print_indented(out, safe(f"{ambiguous.key} {number(ambiguous.value)}: {ambiguous.reason} ({runs})"))


def _print_group(out: Console, group: RunGroup | None) -> None:
    if group is None:
        return
    alike = "" if group.like_count == group.run_count else f", {group.like_count} with these parameters"
    _title(out, f"group ({group.run_count} runs of one loop{alike})")
    if not group.metrics:
        _print_indented(out, Text("no two with the same parameters have a metric", style="dim"))
    table = Table.grid(padding=(0, 2))
    for metric in group.metrics:
        table.add_row(
            safe(metric.key),
            Text(f"{number(metric.mean)} ± {number(metric.std)}", style="bold"),
            Text(f"mean and std of {metric.count}, {number(metric.minimum)} to {number(metric.maximum)}", style="dim"),
        )
    _print_indented(out, table)


def _series(metric: MetricValue, *, is_folds: bool) -> str:
    if metric.count < 2:  # noqa: PLR2004 - one value is no series
        return ""
    what = f"{metric.count} folds" if is_folds else f"last of {metric.count}"
    if metric.minimum is None or metric.maximum is None:
        return f"{what}, none is a number"
    return f"{what}, {number(metric.minimum)} to {number(metric.maximum)}"


def _print_params(out: Console, params: tuple[Param, ...], *, show_all: bool) -> None:
    shown = [param for param in params if show_all or not param.is_default]
    if not params:
        return
    _title(out, "parameters")
    table = Table.grid(padding=(0, 2))
    for param in shown:
        source = f"{param.origin} {param.source}".strip()
        table.add_row(safe(param.key), safe(_cut(param.value, show_all=show_all), "bold"), safe(source, "dim"))
    _print_indented(out, table)
    if len(shown) < len(params):
        _print_indented(out, Text(f"and {len(params) - len(shown)} at their defaults (--all)", style="dim"))


def _cut(value: str, *, show_all: bool) -> str:
    if show_all or len(value) <= _VALUE:
        return value
    return f"{value[:_VALUE]} … ({len(value):,} characters)"


def _print_datasets(out: Console, detail: RunDetail) -> None:
    if not detail.datasets:
        return
    _title(out, "datasets")
    table = Table.grid(padding=(0, 2))
    for use in detail.datasets:
        dataset = use.dataset
        shape = " x ".join(str(part) for part in (dataset.rows, dataset.column_count) if part is not None)
        note = "sampled" if dataset.is_sampled else f"version {dataset.version}" if dataset.version else ""
        table.add_row(
            safe(use.name, "bold"),
            Text(use.role),
            safe(f"{dataset.kind} {shape}".strip()),
            safe(dataset.digest[:_DIGEST]),
            safe(" ".join(filter(None, (dataset.source, note))), "dim"),
        )
    _print_indented(out, table)


def _print_artifacts(out: Console, detail: RunDetail) -> None:
    if not detail.artifacts:
        return
    _title(out, "artifacts")
    table = Table.grid(padding=(0, 2))
    for artifact in detail.artifacts:
        table.add_row(safe(artifact.path), Text(size(artifact.size_bytes)), safe(artifact.digest[:_DIGEST], "dim"))
    _print_indented(out, table)


def _print_surroundings(out: Console, detail: RunDetail, *, show_all: bool) -> None:
    facts: list[tuple[str, str]] = []
    if detail.code:
        facts.append(("code", _commit(detail.code)))
    if detail.environment:
        environment = detail.environment
        facts.append(("environment", f"Python {environment.python}, {environment.os}"))
        facts.append(("packages", f"{len(environment.packages)}, digest {environment.digest[:_DIGEST]}"))
        facts += [("note", note) for note in environment.notes]
    if detail.hardware:
        hardware = detail.hardware
        facts.append(("hardware", f"{hardware.cpu}, {hardware.cores} cores, {size(hardware.memory_bytes)}"))
        facts += [("gpu", gpu) for gpu in hardware.gpus]
    facts += _seed_facts(detail)
    if facts:
        _title(out, "where it ran")
        _print_pairs(out, facts)
    if show_all and detail.environment:
        _title(out, "packages")
        listed = ", ".join(f"{package.name} {package.version}" for package in detail.environment.packages)
        _print_indented(out, safe(listed))


def _commit(code: CodeVersion) -> str:
    if not code.commit:
        return f"git, no commit yet on {code.branch}" if code.branch else "no git"
    changes = "with uncommitted changes" if code.is_dirty else "clean"
    return f"{code.commit[:12]} on {code.branch or '(detached)'}, {changes}"


def _seed_facts(detail: RunDetail) -> list[tuple[str, str]]:
    if detail.seed is None:
        return []
    seed = detail.seed
    states = ", ".join(f"{param.key}={param.value}" for param in seed.random_states)
    facts = [
        ("random state", states),
        ("seeding", ", ".join(seed.seeding_calls)),
        ("drew from", ", ".join(seed.drew_from)),
    ]
    return [(key, value) for key, value in facts if value]


def _print_execution(out: Console, execution: CellExecution, *, show_all: bool) -> None:
    _title(out, f"cell [{execution.execution_count}]")
    error = execution.error
    outputs = [one for one in execution.outputs if one.kind != "error"]  # the trail has digests of them, no contents
    facts = [
        ("ended", "" if execution.status is Status.FINISHED else execution.status.value),
        ("error", f"{error.name}: {error.message}" if error else ""),
        ("reads", ", ".join(execution.names_read)),
        ("writes", ", ".join(execution.names_written)),
        *(
            ("showed", f"{', '.join(one.media_types) or one.kind}, {size(one.size_bytes)}, {one.digest[:_DIGEST]}")
            for one in outputs
        ),
        *((f"{use.mode}s file", f"{use.path} {use.digest[:_DIGEST]}") for use in execution.files),
        *((f"{use.mode}s {use.kind}", _source(use, show_all=show_all)) for use in execution.sources),
        *(("note", note) for note in execution.notes),
    ]
    _print_pairs(out, [(key, value) for key, value in facts if value])
    lines = execution.source.splitlines()
    shown = lines if show_all else lines[:_SHOWN]
    _print_indented(out, Text(escape("\n".join(shown), lines=True)))
    _print_rest(out, len(lines), len(shown), "lines")


def _source(use: SourceUse, *, show_all: bool) -> str:
    query = " ".join(use.query.split())
    if len(query) > _QUERY and not show_all:
        query = query[:_QUERY] + " …"
    facts = (
        use.name,
        use.uri,
        use.version and f"version {use.version}",
        f"{use.rows} rows" if use.rows is not None else "",
        size(use.size_bytes) if use.size_bytes is not None else "",
        use.digest[:_DIGEST],
        query,
        use.note,
    )
    return ", ".join(filter(None, facts))


def _print_pairs(out: Console, pairs: list[tuple[str, str]]) -> None:
    table = Table.grid(padding=(0, 2))
    for key, value in pairs:
        table.add_row(safe(key, "dim"), safe(value))
    _print_indented(out, table)


def _title(out: Console, title: str) -> None:
    out.print()
    out.print(Text(title, style="bold cyan"))


def _print_indented(out: Console, what: Text | Table) -> None:
    out.print(Padding(what, (0, 0, 0, 2), expand=False))


def _print_rest(out: Console, total: int, shown: int, what: str = "more") -> None:
    if total > shown:
        _print_indented(out, Text(f"… {total - shown} {what} (--all, or --json)", style="dim"))
