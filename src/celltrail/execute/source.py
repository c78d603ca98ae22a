"""A notebook file before it is executed: that it can be read, which parameters it declares, where its copy goes."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celltrail import clock, config
from celltrail.errors import ExecutionError
from celltrail.execute.parameters import PARAMETERS_TAG, Declared, read_declared

UNUSABLE = "cannot be executed"


@dataclass(frozen=True, slots=True)
class NotebookSource:
    """What matters of a notebook before it runs; `kernel_name` is empty where the file names none."""

    path: Path
    kernel_name: str
    language: str
    declared: tuple[Declared, ...]


def read_source(path: Path) -> NotebookSource:
    """Read a notebook file.

    Raises:
        ExecutionError: There is no such file, it cannot be read, or it is no notebook.
    """
    _refuse_odd_name(path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExecutionError(path, UNUSABLE, "there is no such file") from None
    except IsADirectoryError:
        raise ExecutionError(path, UNUSABLE, "it is a folder; name the notebooks in it") from None
    except OSError as error:
        raise ExecutionError(path, UNUSABLE, error.strerror or str(error)) from error
    except ValueError as error:
        raise ExecutionError(path, UNUSABLE, f"it is no valid JSON ({error}): open and repair it") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ExecutionError(path, UNUSABLE, "it is JSON but no notebook of format 4: save it again in JupyterLab")
    kernel = notebook.get("metadata", {}).get("kernelspec", {})
    return NotebookSource(
        path=path,
        kernel_name=kernel.get("name", ""),
        language=(kernel.get("language") or "python").lower(),
        declared=_declared_in(notebook["cells"]),
    )


def read_code_cells(path: Path) -> dict[str, str]:
    """What a notebook's code cells say now, by their ids, from top to bottom; nothing where that cannot be read."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell.get("id")]
        return {str(cell["id"]): "".join(cell["source"]) for cell in cells}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def default_output(notebook: Path) -> Path:
    """`executed/<stem>-<time>-<random>.ipynb` in the store's folder of the notebook's project, which is made.

    Raises:
        ExecutionError: The store's folder cannot be made.
    """
    store = config.load_settings(notebook.parent).store
    try:
        config.ensure_store_folder(store)
    except OSError as error:
        problem = f"{store} cannot be written ({error.strerror}): name another place for the output with --output"
        raise ExecutionError(notebook, UNUSABLE, problem) from error
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(clock.now() / 1e6))
    return store / "executed" / f"{notebook.stem[:120]}-{stamp}-{clock.new_id()[:6]}.ipynb"


def prepare_output(output: Path) -> None:
    """Make sure that the output can be written before an hour was spent on it; no empty file is left behind.

    Raises:
        ExecutionError: It cannot.
    """
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        is_new = not output.exists()
        with output.open("a", encoding="utf-8"):
            pass
        if is_new:
            output.unlink()
    except OSError as error:
        problem = f"the output cannot be written ({error.strerror}): name another place with --output"
        raise ExecutionError(output, UNUSABLE, problem) from error


def _refuse_odd_name(path: Path) -> None:
    """The path stands in the output notebook, which is UTF-8."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise ExecutionError(path, UNUSABLE, "its name is no valid UTF-8: rename it") from None


def _declared_in(cells: list[Any]) -> tuple[Declared, ...]:
    for cell in cells:
        if PARAMETERS_TAG in cell.get("metadata", {}).get("tags", ()):
            return read_declared("".join(cell["source"]))
    return ()
