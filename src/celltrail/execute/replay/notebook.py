"""The notebook of a replay: the executed sources in the order of their execution, one cell for each execution."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celltrail import clock, config
from celltrail.config import Settings
from celltrail.errors import ExecutionError
from celltrail.execute.parameters import INJECTED_TAG, PARAMETERS_TAG
from celltrail.execute.replay.cells import REPLAY_KEY, ours
from celltrail.execute.replay.parameters import parameters_of
from celltrail.execute.replay.pinned import pinning_cells
from celltrail.execute.replay.plan import Planned
from celltrail.execute.replay.report import ReplayPlan
from celltrail.execute.replay.reseeding import reseed
from celltrail.execute.replay.session import RecordedSession
from celltrail.execute.source import UNUSABLE
from celltrail.journal.blobs import BlobStore
from celltrail.journal.events import GeneratorsDrawn
from celltrail.records import Status
from celltrail.store.runs import CellExecution

CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SWITCH = re.compile(r"^([ \t]*)(%track[ \t]+(?:on|off))\b.*$", re.MULTILINE)
_CONTROL = re.compile(r"[^\w ./\[\]=,-]")
_INSIDE = "__import__('celltrail.execute.replay.inside', fromlist=['inside'])"
_REDIRECT = _INSIDE + ".redirect({root!r}, {tree!r})"
_PROTECT = "__import__('celltrail.execute.replay.guard', fromlist=['guard']).protect({path!r})"
_DROPPED_TAGS = frozenset({INJECTED_TAG, PARAMETERS_TAG, "skip-execution", "celltrail-skip", "raises-exception"})


@dataclass(frozen=True, slots=True)
class ReplayNotebook:
    """A written notebook, where its executed copy goes, and which execution each of its cells repeats."""

    path: Path
    output: Path
    repeats: tuple[tuple[str, str], ...]  # (cell id, execution id)


def write_notebook(settings: Settings, planned: Planned, session: RecordedSession, kernel_name: str) -> ReplayNotebook:
    """Write the notebook into the store's folder `replays`.

    Args:
        settings: The project's.
        planned: What is to be run.
        session: The session, with its papermill parameters and the states that its cells drew from.
        kernel_name: The kernel to run it with.

    Raises:
        ExecutionError: The folder cannot be written, or a notebook in it would belong to another store.
    """
    plan = planned.plan
    folder = _folder(settings)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(clock.now() / 1e6))
    run = re.sub(r"[^0-9a-zA-Z]", "", plan.run_id)[:8] or "run"
    stem = f"{run}-{stamp}{'-full' if plan.is_full else ''}-{clock.new_id()[:4]}"
    notebook, repeats = make_notebook(BlobStore(settings.store), planned, session, kernel_name)
    path = folder / f"{stem}.ipynb"
    first = [_own("protect", _PROTECT.format(path=str(territory_file(path))))]
    if planned.plan.is_apart:
        first.append(_own("redirect", _REDIRECT.format(root=str(settings.root), tree=str(tree_of(path)))))
    notebook["cells"][1:1] = first
    try:
        path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise _refused(path, error) from error
    return ReplayNotebook(path, folder / f"{stem}-executed.ipynb", repeats)


def make_notebook(
    blobs: BlobStore, planned: Planned, session: RecordedSession, kernel_name: str
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """The notebook itself, and which execution each of its cells repeats, as (cell id, execution id).

    The arguments are those of `write_notebook`; the same ones make the same notebook.
    """
    executions = planned.steps
    cells = [_cell(number, one, planned) for number, one in enumerate(executions)]
    drawn = [session.generators.get(one.execution_id) for one in executions]
    seed = planned.conditions.seed
    if seed is None:
        states = [_restoring(one) if one is not None and blobs.is_whole(one.digest) else None for one in drawn]
    else:
        states = _seeding(drawn, seed)
    pins, edits = _pinning(executions), _edits(planned)
    body = [cell for four in zip(edits, pins, states, cells, strict=True) for cell in four if cell is not None]
    models = [_own("models", "%track models on")] if planned.keeps_models else []
    notebook = {
        "cells": [_heading(planned.plan), *models, *body],
        "metadata": {
            "kernelspec": {"name": kernel_name, "display_name": kernel_name, "language": "python"},
            REPLAY_KEY: {"run_id": planned.plan.run_id},
            **_given(parameters_of(session.started.parameters, executions)),
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return notebook, tuple((cell["id"], one.execution_id) for cell, one in zip(cells, executions, strict=True))


def files_folder(notebook: Path) -> Path:
    """Where a replay keeps what it needs beside its notebook; it goes with the replay."""
    return notebook.with_suffix(".files")


def territory_file(notebook: Path) -> Path:
    """The file that says to a replay's kernel whose which files are."""
    return files_folder(notebook) / "territory.json"


def tree_of(notebook: Path) -> Path:
    """The folder that stands for the project's root, where a replay's notebook needs one."""
    return notebook.with_suffix("") / "tree"


def _own(name: str, source: str) -> dict[str, Any]:
    """A cell of ours; it is not recorded."""
    return {
        "cell_type": "code",
        "id": name[:64],
        "metadata": ours(),
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    """What papermill writes of the parameters that it injected, and the kernel is told."""
    known = {"default_parameters": {}, "environment_variables": {}, "version": ""}
    return {"papermill": {**known, "parameters": parameters}} if parameters else {}


def folder_of_replays(store: Path) -> Path:
    """Where a store's folder keeps the notebooks of replays."""
    return store / "replays"


def _folder(settings: Settings) -> Path:
    """A folder whose notebooks are recorded in this project's store: a notebook's settings come from where it lies."""
    for folder in map(folder_of_replays, (settings.store, settings.root / config.STORE_FOLDER)):
        try:
            config.ensure_store_folder(settings.store)
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refused(folder, error) from error
        if config.load_settings(folder).store == settings.store:
            return folder
    problem = f"notebooks below {settings.store} belong to another project: set CELLTRAIL_STORE to it while you replay"
    raise ExecutionError(settings.store / "replays", UNUSABLE, problem)


def _refused(path: Path, error: OSError) -> ExecutionError:
    return ExecutionError(path, UNUSABLE, f"it cannot be written ({error.strerror}): make the store's folder writable")


def _heading(plan: ReplayPlan) -> dict[str, Any]:
    text = (
        f"Replay of run `{_CONTROL.sub('?', plan.run_id)}`, written by celltrail from what was executed: "
        f"{len(plan.steps)} of {plan.total} cell executions."
    )
    return {"cell_type": "markdown", "id": "celltrail-replay", "metadata": {}, "source": text}


def _cell(number: int, execution: CellExecution, planned: Planned) -> dict[str, Any]:
    known = execution.execution_id
    return {
        "cell_type": "code",
        "id": known if CELL_ID.fullmatch(known) else f"step-{number + 1}",
        "metadata": {
            "tags": _tags(execution, goes_on=planned.goes_on),
            REPLAY_KEY: {
                "execution_id": execution.execution_id,
                "execution_count": execution.execution_count,
                "cell_id": execution.cell_id,
                "reasons": list(planned.plan.steps[number].reasons),
            },
        },
        "execution_count": None,
        "outputs": [],
        "source": _SWITCH.sub(r"\1pass  # \2 is left out: a replay is recorded", _source(execution, planned)),
    }


def _source(execution: CellExecution, planned: Planned) -> str:
    seed = planned.conditions.seed
    return execution.source if seed is None else reseed(execution.source, seed).source


def _pinning(executions: Sequence[CellExecution]) -> list[dict[str, Any] | None]:
    """Cells that say at which version the next one reads a versioned source."""
    sources = pinning_cells(executions)
    pairs = zip(executions, sources, strict=True)
    return [_own(f"versions-{one.execution_id}", source) if source else None for one, source in pairs]


def _edits(planned: Planned) -> list[dict[str, Any] | None]:
    """Cells that write modules as the next one has to find them, where they were edited while the session ran."""
    changes = planned.loaded.changes(planned.steps)
    found = [(one.execution_id, changes.get(one.execution_id)) for one in planned.steps]
    return [_own(f"modules-{one}", f"{_INSIDE}.put_sources({files!r})") if files else None for one, files in found]


def _restoring(drawn: GeneratorsDrawn) -> dict[str, Any]:
    """A cell that sets the random generators to what they were when the next one began."""
    source = f"import celltrail\n\ncelltrail.restore_generators({drawn.digest!r})"
    return _own(f"random-{drawn.execution_id}", source)


def _seeding(drawn: Sequence[GeneratorsDrawn | None], seed: int) -> list[dict[str, Any] | None]:
    """One cell that seeds the generators, before the first that draws from them."""
    names = sorted({name for one in drawn if one is not None for name in one.drew_from})
    first = next((place for place, one in enumerate(drawn) if one is not None), None)
    source = f"{_INSIDE}.seed_generators({', '.join([str(seed), *map(repr, names)])})"
    return [_own("seed", source) if place == first else None for place in range(len(drawn))]


def _tags(execution: CellExecution, *, goes_on: bool) -> list[str]:
    """The cell's tags: it was executed then, so it is now; one that failed then may, and any if it goes on."""
    tags = [tag for tag in execution.tags if tag not in _DROPPED_TAGS]
    if {INJECTED_TAG, PARAMETERS_TAG} & set(execution.tags):
        tags.append(PARAMETERS_TAG)
    if execution.status is not Status.FINISHED or goes_on:
        tags.append("raises-exception")
    return tags
