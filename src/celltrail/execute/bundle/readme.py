"""The words that go with a bundle: what it is, how to make the run again, and what is missing."""

import re
from collections.abc import Iterable

from celltrail.execute.bundle.manifest import Manifest
from celltrail.execute.replay.report import ReplayPlan
from celltrail.store.runs import RunDetail

_SHOWN = 30
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#!])")


def readme(
    described: Manifest, detail: RunDetail, plan: ReplayPlan, *, data: Iterable[str], code: Iterable[str]
) -> str:
    """README.md of a bundle."""
    run_id = described.run_id[:8]
    packages = ", with the packages in `environment/requirements.txt`" if detail.environment else ""
    lines = [
        f"# Run {_plain(described.run_name)} ({run_id})",
        "",
        "Written by celltrail. It holds what is needed to look at this run and to make it again on another machine.",
        "",
        "## Make it again",
        "",
        "```",
        f"pip install celltrail=={described.celltrail}   # or a later one",
        "celltrail import THIS_FILE.zip FOLDER          # executes nothing",
        "cd FOLDER",
        f"celltrail replay {run_id} --dry-run             # what would run",
        f"celltrail replay {run_id}                       # runs it and compares",
        "```",
        "",
        f"The replay **executes the code** of {len(plan.steps)} cells with your rights: see `notebooks/run.ipynb`.",
        f"It ran on Python {_plain(described.python)}{packages}.",
        "",
        "## What it measured",
        "",
        *_table(("metric", "value"), ((metric.key, repr(metric.value)) for metric in detail.metrics)),
        *_table(("parameter", "value"), ((p.key, p.value) for p in detail.params if not p.is_default)),
        "## What is in it",
        "",
        "- `notebooks/run.ipynb`: the cells that the run needs, as they were executed, in that order",
        "- `notebooks/history.ipynb`: all that its session executed up to the run",
        f"- `trail/`: the trail of the session. It tells of **all** {described.history} cell executions of that kernel",
        "  with their sources and errors, also those that have nothing to do with this run",
        f"- `project/`: data ({_listed(data)}) and modules ({_listed(code)}) of the project",
        *(["- `environment/`: the packages and their versions"] if detail.environment else []),
        "- `manifest.json`: every file with its size and digest; an import checks them all",
        "",
        "## What is missing",
        "",
        *(
            [f"- {_plain(one.what)}: {_plain(one.why)}" for one in described.left_out]
            or ["Nothing that the trail knows of."]
        ),
        "",
        *_notes(plan),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _notes(plan: ReplayPlan) -> list[str]:
    return ["## Notes", "", *(f"- {_plain(note)}" for note in plan.notes)] if plan.notes else []


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> list[str]:
    found = [*rows]
    if not found:
        return []
    lines = [f"| {head[0]} | {head[1]} |", "| --- | --- |"]
    lines += [f"| {_plain(key)} | {_plain(value)[:200]} |" for key, value in found[:_SHOWN]]
    rest = len(found) - _SHOWN
    return [*lines, *([f"| and {rest} more | |"] if rest > 0 else []), ""]


def _listed(names: Iterable[str]) -> str:
    found = [*names]
    rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return (", ".join(_plain(name) for name in found[:_SHOWN]) or "none") + rest


def _plain(words: str) -> str:
    """Text that stays text in Markdown."""
    return _MARKUP.sub(r"\\\1", " ".join(words.split()))
