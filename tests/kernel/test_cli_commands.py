"""The commands that ask: for people on a terminal or into a pipe, for programs as JSON, never with a traceback."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from written_notebooks import cell, celltrail, write_notebook

from celltrail.journal import events
from celltrail.records import CodeVersion, ErrorInfo, Origin, Param, ParamKind, SourceUse, Status
from journal_writing import Trail

HOSTILE = "evil \x1b[31m\u202ename\x07"
SOURCE = f"""
import celltrail, math
with celltrail.start_run({HOSTILE!r}):
    celltrail.log_params({{"alpha": 0.5, "team": "ערב"}})
    celltrail.log_metrics({{"rmse": 2.5, "lost": math.nan}})
"""
OTHER = """
with celltrail.start_run("📈 second [bold]"):
    celltrail.log_metric("rmse", 1.25)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "a project"
    notebook = write_notebook(folder / "two runs.ipynb", cell(SOURCE, cell_id="first"), OTHER)
    assert celltrail("run", notebook, folder=folder).code == 0
    return folder


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> Path:
    """A project whose trail was written as kernels write it: folds, a cell that failed, a metric of nobody, a kill."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "pyproject.toml").touch()
    trail = Trail(folder / ".celltrail", notebook="")
    asked = SourceUse("postgresql://ann@db/shop", "sql", query="SELECT *\n FROM t", rows=7, note="HTTP 404")
    execution = trail.cell("for ...", status=Status.FAILED, error=ErrorInfo("ValueError", "bad"), sources=(asked,))
    code = CodeVersion("xxh3-128:1", branch="trunk")
    ids = []
    for fold, score in enumerate((0.5, 0.7)):
        ids.append(trail.run("Ridge", execution_id=execution, group_id="g", metrics={"r2": score}))
        fold_of = Param("fold", str(fold), ParamKind.NUMBER, Origin.VARIABLE)
        trail.writer.append(events.ParamsLogged(ids[-1], trail.tick(), (fold_of,)))
    trail.writer.append(
        events.CodeVersionSeen(code),
        events.RunContext(ids[0], trail.tick(), code_digest=code.digest),
        events.MetricAmbiguous(trail.tick(), execution, "f1", 0.5, tuple(ids), "a blend"),
    )
    outer = trail.run("outer", kind="explicit")
    trail.run("inner", parent_run_id=outer, metrics={"r2": 0.25})
    trail.run("killed", is_finished=False)
    other = Trail(folder / ".celltrail", notebook="named.ipynb")
    other.run("elsewhere")
    other.end()
    trail.end()
    return folder


@pytest.fixture
def empty(tmp_path) -> Path:
    """A project in which nothing was kept."""
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


def listed(project: Path, *words: object) -> list[dict]:
    said = celltrail("runs", "--json", *words, folder=project)
    assert said.code == 0, said.err
    return json.loads(said.out)["runs"]


def test_runs_lists_newest_first_with_names_values_and_cells(project):
    said = celltrail("runs", folder=project)
    assert said.code == 0
    lines = [line for line in said.out.splitlines() if "finished" in line]
    assert "📈 second [bold]" in lines[0]
    assert "rmse 1.25" in lines[0]
    assert "[1]" in lines[1]


def test_the_list_tells_runs_apart_and_how_their_cell_ended(written):
    lines = celltrail("runs", folder=written).out.splitlines()
    [second, first] = [line for line in lines[:-1] if "Ridge" in line]
    assert "Ridge fold=0" in first
    assert "finished, cell failed" in first
    assert "Ridge fold=1" in second
    [outer] = [line for line in lines if "outer" in line]
    assert "r2 0.25 (of its last run)" in outer
    assert outer.rstrip().endswith("-"), "a front end that tells no notebook leaves a dash"
    assert lines[-1].startswith(
        "1 metric has several candidate runs: f1 of Ridge fold=0 or Ridge fold=1; celltrail show "
    )
    assert "candidate" not in celltrail("runs", "-s", "Ridge", folder=written).out


def test_a_killed_run_took_nobody_knows_how_long(written):
    [killed] = [line for line in celltrail("runs", folder=written).out.splitlines() if "killed" in line]
    assert " ms " not in killed
    [run] = listed(written, "-f", "name = 'killed'")
    assert run["duration_s"] is None
    assert "not known, its process was killed" in celltrail("show", run["run_id"], folder=written).out


def test_show_tells_the_sources_that_a_cell_read(written):
    said = celltrail("show", listed(written, "-f", "params.fold = 0")[0]["run_id"], folder=written).out
    assert "reads sql" in said
    assert "postgresql://ann@db/shop, 7 rows, SELECT * FROM t, HTTP 404" in said


def test_show_sums_up_the_folds_of_a_loop(written):
    said = celltrail("show", listed(written, "-f", "params.fold = 0")[0]["run_id"], folder=written).out
    assert "group (2 runs of one loop)" in said
    assert re.search(r"r2 +0\.6 ± 0\.1 +mean and std of 2, 0\.5 to 0\.7", said)
    assert re.search(r"cell ended +failed after this run: ValueError", said)
    assert "git, no commit yet on trunk" in said
    assert "metrics that may belong to this run or another" in said


def test_no_name_can_drive_the_terminal(project):
    for words in (("runs",), ("show", listed(project)[1]["run_id"])):
        said = celltrail(*words, folder=project)
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
        assert "\x07" not in said.out
        assert r"evil \x1b[31m\u202ename\x07" in said.out


def test_json_keeps_names_as_they_are_and_says_nan(project):
    first = listed(project)[1]
    assert first["name"] == HOSTILE
    assert first["metrics"] == {"rmse": 2.5, "lost": "NaN"}
    assert first["params"]["team"] == "ערב"


def test_filter_order_limit_and_notebook_narrow_the_list(project):
    assert [run["metrics"]["rmse"] for run in listed(project, "-o", "metrics.rmse DESC")] == [2.5, 1.25]
    assert [run["metrics"]["rmse"] for run in listed(project, "-f", "metrics.rmse < 2")] == [1.25]
    assert len(listed(project, "-n", 1)) == 1
    assert len(listed(project, "--notebook", "two runs.ipynb")) == 2
    (project / "deeper").mkdir()
    assert len(listed(project / "deeper", "--notebook", "two runs.ipynb")) == 2, "a name is enough in any folder"
    assert listed(project / "deeper", "--notebook", "runs.ipynb") == []
    assert listed(project, "--notebook", "other.ipynb") == []
    assert len(listed(project, "-s", "second")) == 1
    column = celltrail("runs", "-o", "metrics.rmse", folder=project).out.splitlines()
    assert "rmse" in column[0]
    assert "1.25" in column[2]


def test_show_takes_the_beginning_of_an_id_and_tells_everything(project):
    run_id = listed(project)[1]["run_id"]
    said = celltrail("show", run_id[:6], folder=project)
    assert said.code == 0
    for part in (run_id, "finished", "two runs.ipynb, cell first [1]", "rmse", "2.5", "NaN", "alpha", "logged", "ערב"):
        assert part.replace("NaN", "nan") in said.out, part
    assert "import celltrail, math" in said.out
    detail = json.loads(celltrail("show", run_id, "--json", folder=project).out)
    assert detail["run"]["run_id"] == run_id
    assert detail["environment"]["packages"]


def test_what_cannot_be_answered_is_one_line_and_an_exit_code(project, empty):
    missing = celltrail("show", "ffffffff", folder=project)
    assert (missing.code, missing.err.count("\n")) == (1, 1)
    assert "matches no run" in missing.err
    assert "'ab' is too short: give 4 or more characters" in celltrail("show", "ab", folder=project).err
    wrong = celltrail("runs", "-f", "metrics.rmse <", folder=project)
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)
    assert "expected a number" in wrong.err
    nothing = celltrail("show", "ffffffff", folder=empty)
    assert (nothing.code, nothing.err.count("\n")) == (1, 1)
    assert "there is no trail in" in nothing.err


def test_a_list_from_below_the_project_says_whose_store_it_is(project):
    (project / "below").mkdir()
    assert f"store: {project / '.celltrail'}" in celltrail("runs", folder=project / "below").out
    assert "store:" not in celltrail("runs", folder=project).out
    assert "store:" not in celltrail("runs", "--project", project, folder=project / "below").out


def test_asking_where_there_is_no_trail_makes_none(empty):
    assert "No runs yet" in celltrail("runs", folder=empty).out
    assert "No run matches" in celltrail("runs", "--search", "nothing has this name", folder=empty).out
    assert json.loads(celltrail("runs", "--json", folder=empty).out)["total"] == 0
    assert [path.name for path in empty.iterdir()] == ["pyproject.toml"]


def test_a_reader_that_leaves_early_gets_no_traceback(project):
    run_id = listed(project)[0]["run_id"]
    for words in (("runs", "--json"), ("--help",), ("show", "--json", "--all", run_id), ("show", "--all", run_id)):
        command = [sys.executable, "-m", "celltrail.cli", *words]
        process = subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        process.wait(timeout=60)
        assert b"Traceback" not in said
        assert b"BrokenPipe" not in said


def on_terminal(project: Path, *words: str, columns: int, **environment: str) -> str:
    """What a command prints on a real (pseudo) terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "celltrail.cli", *words],
        cwd=project,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color", **environment},
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux's end of a pseudo terminal
            break
        if not part:
            break
        said += part
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return said.decode()


def test_a_terminal_gets_colours_and_a_table_that_fits(project):
    said = on_terminal(project, "runs", columns=72)
    assert "\x1b[32m" in said
    plain = on_terminal(project, "runs", columns=72, NO_COLOR="1")
    assert "\x1b[32m" not in plain
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in plain.splitlines()]
    assert max(map(len, lines)) <= 72
    assert all("✓ finished" in line for line in lines[2:]), "what is cut is a name, never a state"


def test_a_narrow_terminal_keeps_what_tells_runs_apart_and_their_numbers(written):
    plain = on_terminal(written, "runs", "-f", "name = 'Ridge'", columns=80, NO_COLOR="1")
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in plain.splitlines()]
    [second, first] = [line for line in lines if "Ridge" in line]
    assert re.search(r"✓, cell failed +Ridge fold=0 +0\.5 r2 ", first)
    assert re.search(r"✓, cell failed +Ridge fold=1 +0\.7 r2 ", second)
    assert max(map(len, lines)) <= 80


def test_a_terminal_without_unicode_gets_words(project):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-m", "celltrail.cli", "runs"], cwd=project, env=environment, capture_output=True, check=True
    )
    assert b"[ok]" in done.stdout


def test_the_list_of_commands_needs_no_heavy_import():
    code = (
        "import sys; from celltrail.cli.app import group\n"
        "group.main(['--help'], standalone_mode=False)\n"
        "heavy = {'rich', 'duckdb', 'papermill', 'nbformat', 'jupyter_client', 'pandas', 'IPython'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("name", ["runs", "show", "run", "doctor", "demo"])
def test_every_command_has_help_with_examples_and_stands_in_the_documentation(name, tmp_path):
    said = celltrail(name, "--help", folder=tmp_path)
    assert said.code == 0
    assert f"Examples:\n    celltrail {name}" in said.out
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"## celltrail {name}" in page
    options = {word.strip(",") for word in said.out.split() if word.startswith("--")} - {"--help"}
    missing = [option for option in options if f"`{option}`" not in page and f"`{option} " not in page]
    assert not missing


def test_version_and_unknown_commands(tmp_path):
    assert celltrail("--version", folder=tmp_path).out.startswith("celltrail 0.")
    unknown = celltrail("rums", folder=tmp_path)
    assert unknown.code == 2
    assert "No such command 'rums'" in unknown.err
