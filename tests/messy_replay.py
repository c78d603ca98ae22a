"""A messy notebook recorded by a real kernel, its runs replayed by the public command, and the answers judged."""

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import nbformat

from messy_notebook import Act, MessyNotebook, Right, Target

sys.path.insert(0, str(Path(__file__).parent / "kernel"))

from notebook_kernel import NotebookKernel

TIMEOUT_S = 240
_OURS = frozenset({"pyproject.toml", "home", ".celltrail", "messy.ipynb"})


class Judged(StrEnum):
    """What an answer is worth."""

    RIGHT = "right"
    WEAKER = "weaker"  # true, and less than was possible: the full history where a slice does, a cause not named
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Answer:
    """The replay of one run.

    Attributes:
        status: The verdict.
        is_by_slice: Whether fewer executions than the session had were enough.
        was_widened: Whether the slice was not enough, so that the full history was run after it.
        step_count: Executions of the slice.
        total: Executions of the full history.
        is_made: Whether a run came out.
        has_same_metrics: Whether there are metrics, and all are identical.
        reason: The reason in the report.
        judged: What the answer is worth.
        cpu_s: CPU seconds of the command, its kernel included.
        work_s: CPU seconds of the replayed cells; 0 where more than one attempt was made.
        notebook: The notebook that was written.
    """

    status: str
    is_by_slice: bool
    was_widened: bool
    step_count: int
    total: int
    is_made: bool
    has_same_metrics: bool
    reason: str
    judged: Judged
    cpu_s: float
    work_s: float
    notebook: str


def surroundings(folder: Path, extra: dict[str, str]) -> dict[str, str]:
    """The environment of both the recording kernel and the replay."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CELLTRAIL", "JPY_"))}
    given = {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **given, **extra}


def celltrail(folder: Path, environment: dict[str, str], *words: object) -> tuple[int, str, str]:
    """What the command printed."""
    done = subprocess.run(
        [sys.executable, "-m", "celltrail.cli", *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def record(notebook: MessyNotebook, folder: Path) -> None:
    """Execute the notebook as it was played, in a kernel of a new project, and change files as they changed after."""
    (folder / "pyproject.toml").touch()
    for name, text in notebook.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    if notebook.parameters:
        _run_headless(notebook, folder)
    else:
        _run_by_hand(notebook, folder)
    if notebook.is_tidied:
        _tidy(folder, kept={*notebook.files, *_OURS})
    for name, text in notebook.edited.items():
        (folder / name).unlink() if text is None else (folder / name).write_text(text, encoding="utf-8")


def _tidy(folder: Path, kept: set[str]) -> None:
    for path in folder.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _run_by_hand(notebook: MessyNotebook, folder: Path) -> None:
    kernel = NotebookKernel(folder, **notebook.environment)
    try:
        for step in notebook.steps():
            match step.act:
                case Act.RUN:
                    kernel.run(step.source, cell_id=step.cell_id)
                case Act.RESTART:
                    kernel.restart()
                case Act.DELETE:
                    pass  # the front end tells of it with the next execution; nothing runs
    finally:
        kernel.shutdown()


def _run_headless(notebook: MessyNotebook, folder: Path) -> None:
    made = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    )
    for step in notebook.steps():
        tags = {"tags": ["parameters"]} if step.cell_id == "parameters" else {}
        made.cells.append(nbformat.v4.new_code_cell(step.source, id=step.cell_id, metadata=tags))
    nbformat.write(made, folder / "messy.ipynb")
    given = [word for name, value in notebook.parameters.items() for word in ("-p", name, value)]
    environment = surroundings(folder, notebook.environment)
    code, out, error = celltrail(folder, environment, "run", "messy.ipynb", *given)
    assert code == 0, out + error


def replays(notebook: MessyNotebook, folder: Path) -> Iterator[tuple[Target, Answer]]:
    """Replay each target of a recorded notebook."""
    then = notebook.environment if notebook.environment_then is None else notebook.environment_then
    environment = surroundings(folder, then)
    words = ("runs", "--json", "--children", "-n", "1000", "-o", "attributes.start_time ASC")
    code, out, error = celltrail(folder, environment, *words)
    assert code == 0, error
    runs = json.loads(out)["runs"]  # before the first replay: later ones have runs of replays among them
    for target in notebook.targets:
        found = [run["run_id"] for run in runs if run["name"] == target.run]
        assert len(found) > target.turn, f"no run {target.run!r} {target.turn}: {[run['name'] for run in runs]}"
        yield target, _replay(target, found[target.turn], folder, environment)


def _replay(target: Target, run_id: str, folder: Path, environment: dict[str, str]) -> Answer:
    before = _cpu_of_children()
    _, out, error = celltrail(folder, environment, "replay", run_id, "--json")
    cpu_s = _cpu_of_children() - before
    assert out, error
    report = json.loads(out)
    metrics = [one["status"] for one in report["results"] if one["name"].startswith("metric")]
    first = report["attempts"][0]
    total = report["plan"]["total"]
    is_by_slice = len(report["attempts"]) == 1 and first["step_count"] < total
    return Answer(
        status=report["status"],
        is_by_slice=is_by_slice,
        was_widened=len(report["attempts"]) > 1,
        step_count=first["step_count"],
        total=total,
        is_made=bool(report["replayed_run_id"]),
        has_same_metrics=bool(metrics) and set(metrics) == {"identical"},
        reason=report["reason"],
        judged=judge(target, report, is_by_slice=is_by_slice),
        cpu_s=round(cpu_s, 2),
        work_s=_work(folder, report) if len(report["attempts"]) == 1 else 0.0,
        notebook=first["notebook"],
    )


def _cpu_of_children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _work(folder: Path, report: dict[str, Any]) -> float:
    """CPU seconds of the cells in the replay's own session."""
    from celltrail.cli.project import opened
    from celltrail.config import load_settings
    from celltrail.execute.replay.session import read_session

    if not report["replayed_run_id"]:
        return 0.0
    settings = load_settings(folder)
    with opened(settings) as store:
        session_id = store.get_run(report["replayed_run_id"]).run.session_id
    return round(sum(one.cpu_s for one in read_session(settings.store, session_id).executions), 3)


def judge(target: Target, report: dict[str, Any], *, is_by_slice: bool) -> Judged:
    """What a report is worth beside the right answer."""
    is_same = report["status"] in {"identical", "within tolerance"}
    if target.right in {Right.SLICE, Right.FULL}:
        if not is_same:
            return Judged.WRONG
        is_enough = is_by_slice or (target.right is Right.FULL and not report["was_widened"])
        return Judged.RIGHT if is_enough else Judged.WEAKER
    if is_same:
        return Judged.WRONG
    is_kind = report["status"] == target.right.value
    return Judged.RIGHT if is_kind and _is_named(target, report) else Judged.WEAKER


def _is_named(target: Target, report: dict[str, Any]) -> bool:
    """Whether the answer says what stands in the way."""
    items = [one for one in report["checklist"] if one["status"] != "identical"]
    said = report["reason"] + json.dumps([one["findings"] for one in items])
    is_item = not target.item or target.item in {one["name"] for one in items}
    return is_item and target.names in said
