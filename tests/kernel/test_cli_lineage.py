"""`celltrail lineage`: what a run needs and why, what would change, and what the notebook no longer tells."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from notebook_kernel import NotebookKernel
from written_notebooks import cell, celltrail, write_notebook

HOSTILE = "\x1b[31mred"
CELLS = (
    ("imports", "import os, celltrail"),
    ("write", "open('numbers.txt', 'w').write('1 2 3')"),
    ("low", "scale = 2"),
    ("unrelated", "colour = 'red'"),
    ("top", "numbers = [scale * int(text) for text in open('numbers.txt').read().split()]"),
    ("gone", "numbers.append(7)"),
    ("broken", "numbers.append(8)\n1 / 0\nnumbers.clear()"),
    ("measure", "with celltrail.start_run('total'):\n    celltrail.log_metric('sum', sum(numbers))"),
    ("low", "scale = 3"),
    ("late", f"# {HOSTILE}\nshown = sum(numbers)"),
    ("slow", "for number in range(3):\n    numbers.append(number)\nraise KeyboardInterrupt"),
    ("after", "with celltrail.start_run('after'):\n    celltrail.log_metric('sum', sum(numbers))"),
    ("kill", "numbers.append(1)\nos.kill(os.getpid(), 9)"),
)


@dataclass(frozen=True)
class Project:
    """A project's folder and its runs by name."""

    folder: Path
    total: str
    after: str


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """Cells that ran out of order, failed, were stopped; the kernel died in the last one."""
    folder = tmp_path_factory.mktemp("lineage")
    shown = ("imports", "write", "top", "low", "unrelated", "broken", "measure")
    sources = dict(CELLS) | {"unrelated": "colour = 'blue'"}
    write_notebook(folder / "messy.ipynb", *(cell(sources[cell_id], cell_id=cell_id) for cell_id in shown))
    kernel = NotebookKernel(folder, JPY_SESSION_NAME=str(folder / "messy.ipynb"))
    for cell_id, source in CELLS[:-1]:
        kernel.run(source, cell_id=cell_id)
    kernel.send(CELLS[-1][1], cell_id="kill")
    kernel.manager.provisioner.process.wait(timeout=60)
    kernel.kill()
    runs = json.loads(celltrail("runs", "--json", folder=folder).out)["runs"]
    ids = {run["name"]: run["run_id"] for run in runs}
    return Project(folder, ids["total"], ids["after"])


def asked(project: Project, *words: object) -> dict[str, Any]:
    said = celltrail("lineage", *words, "--json", folder=project.folder)
    assert said.code == 0, said.err
    return json.loads(said.out)


@pytest.fixture(scope="module")
def total(project) -> dict[str, Any]:
    """The lineage of the run `total`."""
    return asked(project, project.total)


def counts(answer: dict[str, Any]) -> list[int]:
    return [step["execution"]["execution_count"] for step in answer["trace"]["steps"]]


def step(answer: dict[str, Any], count: int) -> dict[str, Any]:
    return next(one for one in answer["trace"]["steps"] if one["execution"]["execution_count"] == count)


def test_a_run_has_the_executions_that_it_needs_and_what_flows_between_them(total):
    assert (counts(total), total["trace"]["total"], total["kind"]) == ([1, 2, 3, 5, 6, 7, 8], 8, "slice")
    made = step(total, 5)
    assert [(one["source_count"], one["what"]) for one in made["uses"]] == [(2, ["numbers.txt"]), (3, ["scale"])]
    assert [(use["path"], use["mode"]) for use in made["execution"]["files"]] == [("numbers.txt", "read")]
    assert step(total, 6)["reasons"] == ["changes numbers, used by [8]"]
    assert [one["source_count"] for one in step(total, 8)["uses"]] == [1, 5, 6, 7]


def test_marks_tell_of_cells_that_ran_out_of_order_were_edited_or_are_gone(project, total):
    kinds = {count: [mark["kind"] for mark in step(total, count)["marks"]] for count in counts(total)}
    assert kinds[3] == ["edited"]
    assert kinds[5] == ["out-of-order", "rebound"]
    assert kinds[6] == ["deleted"]
    assert kinds[2] == []
    [unrelated] = asked(project, project.total, "--cell", 4)["trace"]["steps"]
    assert [mark["text"] for mark in unrelated["marks"]] == ["[4] was edited since: its cell has another source now"]


def test_a_failed_cell_counts_up_to_the_statement_that_failed(total):
    assert step(total, 7)["execution"]["status"] == "failed"
    assert 5 in counts(total)  # the list is not emptied: that statement never ran


def test_cells_that_were_stopped_or_killed_have_their_place(project):
    after = asked(project, project.after)
    assert step(after, 11)["execution"]["status"] == "interrupted"
    killed = asked(project, project.after, "--cell", 13)
    assert step(killed, 13)["execution"]["status"] == "killed"
    assert 11 in counts(killed)


def test_the_stale_set_has_what_would_change_and_its_runs(project):
    run_id = project.total
    answer = asked(project, "--notebook", project.folder / "messy.ipynb", "--cell", 3, "--stale")
    assert (counts(answer)[:5], answer["kind"]) == ([3, 5, 6, 7, 8], "stale")
    assert step(answer, 5)["reasons"] == ["uses scale, which [3] writes"]
    told = celltrail("lineage", run_id, "--cell", 3, "--stale", folder=project.folder)
    assert "later executions may come to something else" in told.out
    assert run_id[:8] in told.out
    assert (
        "nothing later depends on it" in celltrail("lineage", run_id, "--cell", 4, "--stale", folder=project.folder).out
    )


def test_people_read_a_tree_that_no_cell_can_drive(project):
    run_id = project.total
    told = celltrail("lineage", run_id, folder=project.folder)
    assert told.code == 0, told.err
    lines = told.out.splitlines()
    assert lines[0].startswith(f"lineage of total  {run_id[:8]}  messy.ipynb")
    assert any("[5] numbers = [scale" in line for line in lines)
    assert any("from [3]: scale" in line for line in lines)
    assert any("reads numbers.txt  blake3:" in line for line in lines)
    assert any("out-of-order: [5] ran after [3]" in line for line in lines)
    assert "it needs 7 of 8 cell executions of its session up to there" in told.out
    full = celltrail("lineage", run_id, "--cell", 10, "--full", folder=project.folder)
    assert "the full history: 10 cell executions" in full.out
    assert "\x1b" not in full.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say which run"),
        (("--notebook", "messy.ipynb"), "say which run"),
        (("--notebook", "other.ipynb", "--cell", 1), "no cell of other.ipynb was ever executed here"),
        (("nope",), "no run"),
    ],
)
def test_what_cannot_be_found_says_what_to_do(project, words, said):
    answer = celltrail("lineage", *words, folder=project.folder)
    assert answer.code in {1, 2}
    assert said in answer.err
    assert "Traceback" not in answer.err


def test_a_cell_that_never_ran_is_refused_with_those_that_did(project):
    answer = celltrail("lineage", project.total, "--cell", 99, folder=project.folder)
    assert (answer.code, "the session has no execution [99]; it has [1] to [13]" in answer.err) == (2, True)


def test_the_lineage_of_a_trail_without_runs_of_cells_is_refused(tmp_path):
    (tmp_path / "pyproject.toml").touch()
    answer = celltrail("lineage", "abcd", folder=tmp_path)
    assert answer.code == 1
    assert "there is no trail" in answer.err
