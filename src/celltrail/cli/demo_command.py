"""`celltrail demo`: a real notebook, executed twice, and what the trail then knows. It ends by itself."""

import json
import shlex
from pathlib import Path

import click

from celltrail.cli.exits import EXIT_OK
from celltrail.config import ensure_store_folder
from celltrail.errors import ExecutionError
from celltrail.execute.job import Job, JobResult, JobState

NOTEBOOK = "diabetes_progression.ipynb"
_OTHER = {"seed": 11, "n_trees": 60, "alphas": [0.1, 5.0]}


@click.command("demo")
@click.argument("folder", default="celltrail-demo", type=click.Path(file_okay=False))
def command(folder: str) -> int:
    """Run a real notebook twice in FOLDER, with other parameters, and show what was captured.

    Nothing is downloaded; the data ships with scikit-learn. FOLDER is made; an earlier demo in it is kept and added to.

    \b
    Examples:
      celltrail demo
      celltrail demo ~/first-look
    """  # noqa: D301 - \b is click's mark of lines to keep
    from celltrail.cli.exits import EXIT_ERROR
    from celltrail.cli.story import print_start, print_story

    target = Path(folder).absolute()
    notebook = place_notebook(target)
    _refuse_without_sklearn(notebook)
    print_start(notebook, _OTHER)
    results = _run_twice(notebook)
    print_story(notebook, results, look_with=_look_with(notebook))
    return EXIT_OK if all(result.state is JobState.FINISHED for result in results) else EXIT_ERROR


def place_notebook(folder: Path) -> Path:
    """Copy the demo notebook into a folder that is a project of its own; a copy that is there already is kept.

    Raises:
        ExecutionError: The folder cannot be written, or this installation lacks the notebook.
    """
    target = folder / NOTEBOOK
    try:
        ensure_store_folder(folder / ".celltrail")
        if not target.exists():
            target.write_bytes(shipped_notebook().read_bytes())
    except OSError as error:
        raise ExecutionError(target, "cannot be executed", f"{error.strerror}: name another folder") from error
    return target


def shipped_notebook() -> Path:
    """The demo notebook: in the wheel beside this module, in a checkout at its own place.

    Raises:
        ExecutionError: It is in neither.
    """
    here = Path(__file__).parent
    places = (here / "notebooks" / NOTEBOOK, here.parents[2] / "notebooks" / NOTEBOOK)
    for place in places:
        if place.is_file():
            return place
    raise ExecutionError(places[0], "cannot be executed", "it is missing: install celltrail again")


def _refuse_without_sklearn(notebook: Path) -> None:
    from importlib.util import find_spec

    missing = [name for name in ("sklearn", "matplotlib") if find_spec(name) is None]
    if missing:
        problem = f"{' and '.join(missing)} not installed: pip install 'celltrail[demo]'"
        raise ExecutionError(notebook, "cannot be executed", problem)


def _run_twice(notebook: Path) -> tuple[JobResult, ...]:
    from celltrail.cli.execution import execute_quietly
    from celltrail.execute.source import default_output, prepare_output

    results: list[JobResult] = []
    for parameters in ({}, _OTHER):
        output = default_output(notebook)
        prepare_output(output)
        job = Job(
            notebook=str(notebook),
            output=str(output),
            parameters=json.dumps(parameters),
            working_directory=str(notebook.parent),
            kernel_name="python3",
        )
        results += execute_quietly((job,))
        if results[-1].state is not JobState.FINISHED:
            break
    return tuple(results)


def _look_with(notebook: Path) -> tuple[str, ...]:
    folder = shlex.quote(str(notebook.parent))
    return (
        f"jupyter lab {folder}",
        f"celltrail runs --project {folder}",
    )
