"""Sessions that a replay has to live with: thousands of cells, hostile names, parameters, paths and sources."""

import json
import time
from pathlib import Path

from replayed_project import Project
from written_notebooks import celltrail

from celltrail.records import FileUse, Param, ParamKind
from journal_writing import Trail

LOGGED = "with celltrail.start_run('few'):\n    celltrail.log_metric('value', rate * 8)"
HOSTILE = "\x1b]0;owned\x07'); __import__('os').system('touch owned') #"


def project_of(folder: Path) -> Project:
    (folder / "pyproject.toml").touch()
    return Project(folder)


def test_a_session_of_two_thousand_cells_is_sliced_to_what_the_run_needs(tmp_path):
    project = project_of(tmp_path)
    trail = Trail(tmp_path / ".celltrail")
    trail.cell("import celltrail", cell_id="imports")
    trail.cell("rate = 0.5", cell_id="rate")
    trail.cell("note = {'count': 0}", cell_id="note")
    for number in range(1996):
        trail.cell(f"note['count'] += {number}\nlast_{number} = note['count']", cell_id=f"n{number % 400}")
    run_id = trail.run("few", execution_id=trail.cell(LOGGED, cell_id="run"), kind="explicit", metrics={"value": 4.0})
    trail.end()
    began = time.monotonic()
    code, report = project.replay(run_id)
    assert (code, report["status"]) == (0, "identical"), report["reason"]
    assert [step["execution_count"] for step in report["plan"]["steps"]] == [1, 2, 2000]
    assert report["plan"]["total"] == 2000
    assert time.monotonic() - began < 120


def test_hostile_names_parameters_and_sources_stay_text_until_the_replay_and_are_shown_first(tmp_path):
    project = project_of(tmp_path)
    trail = Trail(tmp_path / ".celltrail", notebook=f"../{HOSTILE}.ipynb")
    read = FileUse("../../../etc/passwd", "read", "blake3:" + "0" * 64)
    wrote = FileUse("../outside.txt", "write", "blake3:" + "0" * 64)
    source = (
        f"# {HOSTILE}\nimport celltrail\nwith celltrail.start_run({HOSTILE!r}):\n    celltrail.log_metric('one', 1.0)"
    )
    cell = trail.cell(source, cell_id=HOSTILE, files=(read, wrote))
    run_id = trail.run(HOSTILE, execution_id=cell, kind="explicit", metrics={"one": 1.0}, tags={HOSTILE: HOSTILE})
    trail.end()
    said = celltrail("replay", run_id, "--dry-run", folder=tmp_path)
    assert said.code in {0, 2}
    assert "\x1b" not in said.out + said.err
    code, report = project.replay(run_id)
    assert report["status"] in {"identical", "cannot", "differs"}
    assert code in {0, 1, 2}
    assert not (tmp_path / "owned").exists(), "a name is never a command"
    assert not list(tmp_path.rglob("outside.txt"))
    written = list(tmp_path.rglob("*.ipynb"))
    assert {path.parent for path in written} <= {tmp_path / ".celltrail" / "replays"}
    for path in written:
        json.loads(path.read_text(encoding="utf-8"))


def test_parameters_that_are_no_values_are_left_out_and_never_evaluated(tmp_path):
    from celltrail.execute.replay.parameters import parameters_of
    from celltrail.execute.replay.session import read_session

    trail = Trail(tmp_path / ".celltrail")
    source = "alpha = __import__('os').system('touch owned')"
    trail.cell(source)
    trail.end()
    executions = read_session(tmp_path / ".celltrail", trail.session_id).executions
    hostile = (Param("alpha", "__import__('os').system('touch owned')", ParamKind.NUMBER), Param(HOSTILE, "1"))
    assert parameters_of(hostile, executions) == {}
    assert not Path("owned").exists()
