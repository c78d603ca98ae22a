"""A run as a notebook: the executed sources in executed order, and one line that says where they are from."""

import json
import re
from pathlib import Path
from typing import Any

from celltrail import config
from celltrail.config import Settings
from celltrail.errors import ExecutionError
from celltrail.execute.replay.notebook import CELL_ID
from celltrail.execute.restore.plan import RestoreCell, RestorePlan

CANNOT_WRITE = "cannot be written"
_KEY = "celltrail_restored"
_ODD = re.compile(r"[^0-9A-Za-z]")


def make_restored(plan: RestorePlan) -> dict[str, Any]:
    """The notebook; the same plan makes the same one. The last execution of a cell keeps the cell's id."""
    return {
        "cells": [_heading(plan), *(_cell(number, one) for number, one in enumerate(plan.cells))],
        "metadata": {
            "kernelspec": {"name": plan.kernel_name, "display_name": plan.kernel_name, "language": "python"},
            _KEY: {"run_id": plan.run_id},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def default_path(plan: RestorePlan, settings: Settings, folder: Path | None = None) -> Path:
    """Where it goes: a folder that was named, else beside the run's notebook, else the project's root."""
    beside = (settings.root / plan.notebook_path).parent
    is_usable = beside.is_dir() and config.STORE_FOLDER not in beside.parts
    return (folder or (beside if is_usable else settings.root)) / file_name(plan.run_id)


def file_name(run_id: str) -> str:
    """The name of a run's notebook."""
    return f"restored-{_ODD.sub('', run_id)[:8] or 'run'}.ipynb"


def write_restored(plan: RestorePlan, path: Path) -> None:
    """Write it, over nothing.

    Raises:
        ExecutionError: There is a file of that name, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(make_restored(plan), indent=1) + "\n")
    except FileExistsError:
        problem = "it is there already and was left as it is: name another file with --notebook"
        raise ExecutionError(path, CANNOT_WRITE, problem) from None
    except OSError as error:
        problem = f"{error.strerror or error}: name another file with --notebook"
        raise ExecutionError(path, CANNOT_WRITE, problem) from error


def _heading(plan: RestorePlan) -> dict[str, Any]:
    run = _ODD.sub("?", plan.run_id)
    text = (
        f"What run `{run[:8]}` executed, put back by celltrail in executed order: "
        f"{len(plan.cells)} of {plan.total} cell executions."
    )
    return {"cell_type": "markdown", "id": "celltrail-restored", "metadata": {}, "source": text}


def _cell(number: int, cell: RestoreCell) -> dict[str, Any]:
    known = cell.cell_id if cell.is_last else cell.execution_id
    about = {"execution_id": cell.execution_id, "execution_count": cell.execution_count}
    return {
        "cell_type": "code",
        "id": known if CELL_ID.fullmatch(known) else f"restored-{number + 1}",
        "metadata": {_KEY: about, **({"tags": list(cell.tags)} if cell.tags else {})},
        "execution_count": None,
        "outputs": [],
        "source": cell.source,
    }
