"""Where capture starts by itself, and every way to turn it off."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel, python

from celltrail.journal import events

NewKernel = Callable[..., NotebookKernel]


def test_the_environment_variable_turns_it_off(new_kernel: NewKernel) -> None:
    kernel = new_kernel(CELLTRAIL="off")
    kernel.run("import celltrail\ncelltrail.log_metric('m', 1)")
    assert not kernel.store.exists()
    said = "celltrail: off, by CELLTRAIL=off in the environment; unset it and restart the kernel to record\n"
    assert kernel.run("%track").stream() == said
    assert "setting CELLTRAIL is 'off'" in kernel.run("%track on").stream("stderr")
    kernel.run("x = 1")
    assert not kernel.store.exists(), "what the environment forbids no notebook can start"


def test_keeping_a_variable_while_off_says_that_nothing_was_kept(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    kernel.run("z = 1.0")
    kernel.run("%track off")
    shown = kernel.run("%track z")
    assert "kept z" not in shown.stream()
    assert "nothing was kept" in shown.stream("stderr")


def test_the_project_s_setting_turns_it_off(new_kernel: NewKernel, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.celltrail]\nenabled = false\n")
    kernel = new_kernel(tmp_path)
    kernel.run("x = 1")
    assert not kernel.store.exists()


def test_a_tagged_cell_and_a_paused_project_leave_nothing_of_their_cells(kernel: NotebookKernel) -> None:
    first = kernel.run("import celltrail\nx = 1")
    kernel.run(
        "secret = 1\ncelltrail.log_metric('hidden', 1)\ncelltrail.log_param('hidden', 1)\n"
        "with celltrail.start_run('hidden'): celltrail.log_metric('hidden', 2)\nopen('hidden.txt', 'w').close()",
        tags=("celltrail-skip",),
    )
    (kernel.store / "paused").touch()
    kernel.run("also_secret = 2\ncelltrail.log_metric('hidden', 3)")
    assert kernel.run("%track").stream().startswith("celltrail: paused in JupyterLab")
    (kernel.store / "paused").unlink()
    last = kernel.run("y = 2\ncelltrail.log_metric('shown', 1)")
    assert [event.cell_id for event in kernel.of_type(events.CellStarted)] == [first.id, last.id]
    assert [run.kind for run in kernel.of_type(events.RunStarted)] == ["cell"]
    assert "hidden" not in str(kernel.journal())
    assert {m.series.key for m in kernel.metrics()} == {"shown"}


@pytest.mark.parametrize(
    ("setting", "environment", "told"),
    [
        ("", {"CELLTRAIL": "maybe"}, "setting CELLTRAIL is 'maybe'; use on or off"),
        ("[tool.celltrail]\nenabled = 'yes'\n", {}, "setting tool.celltrail.enabled is 'yes'; use a bool"),
        ("[tool.celltrail\n", {}, "use a pyproject.toml that is valid TOML"),
    ],
)
def test_a_bad_setting_is_one_line_and_the_kernel_works(
    tmp_path: Path, setting: str, environment: dict[str, str], told: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(setting)
    kernel = NotebookKernel(tmp_path, **environment)
    try:
        assert kernel.run("1 + 1").result() == "2"
        assert not kernel.store.exists()
        reply = kernel.run("%track on")
        assert reply.status == "error"
        assert told in reply.reply["evalue"]
    finally:
        kernel.kill()


def ipython(folder: Path, code: str, **environment: str) -> str:
    done = subprocess.run(
        [python(), "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor"],
        input=code,
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout + done.stderr


def test_a_bare_repl_is_not_recorded_until_asked(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    shown = ipython(tmp_path, "x = 1\n%track\nexit\n")
    assert "celltrail: off · %track on starts it" in shown
    assert not (tmp_path / ".celltrail").exists()
    ipython(tmp_path, "%track on\ny = 1\nimport celltrail; celltrail.log_metric('m', 1)\nexit\n")
    kernel = Journal(tmp_path)
    assert [event.source for event in kernel.of_type(events.CellStarted)][:1] == ["y = 1"]
    assert [event.front_end for event in kernel.of_type(events.SessionStarted)] == ["ipython"]
    assert len(kernel.of_type(events.SessionEnded)) == 1
    ipython(tmp_path, "z = 1\nexit\n", CELLTRAIL="on")
    assert len(kernel.of_type(events.SessionStarted)) == 2


class Journal(NotebookKernel):
    """Only the reading half, for what no kernel wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


def script(folder: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "train.py").write_text(code)
    return subprocess.run(
        [python(), "train.py"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_in_a_script_the_functions_open_a_session_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    code = "import celltrail\nwith celltrail.start_run('s'):\n    celltrail.log_metric('m', 1)\n"
    code += "celltrail.log_metric('n', 2)\n"
    done = script(tmp_path, code)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    journal = Journal(tmp_path)
    session = journal.of_type(events.SessionStarted)[0]
    assert (session.front_end, session.notebook_path) == ("script", "train.py")
    runs = {run.run_id: run.name for run in journal.of_type(events.RunStarted)}
    assert {(runs[m.series.run_id], m.series.key, m.value) for m in journal.metrics()} == {
        ("s", "m", 1.0),
        ("outside cells", "n", 2.0),
    }
    assert len(journal.of_type(events.RunFinished)) == 2
    assert journal.of_type(events.RunContext)[0].environment_digest
    assert len(journal.of_type(events.SessionEnded)) == 1


def test_in_a_script_the_switch_makes_the_functions_do_nothing(tmp_path: Path) -> None:
    done = script(tmp_path, "import celltrail\ncelltrail.log_metric('m', 1)\n", CELLTRAIL="off")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / ".celltrail").exists()


def test_the_engine_s_environment_makes_a_headless_session_with_its_parameters(
    new_kernel: NewKernel, tmp_path: Path
) -> None:
    kernel = new_kernel(
        CELLTRAIL_NOTEBOOK=str(tmp_path / "work" / "a.ipynb"),
        CELLTRAIL_KERNEL_ID="k-1",
        CELLTRAIL_PARAMETERS=json.dumps({"alpha": 0.5, "name": "n", "flag": True, "none": None, "many": [1, 2]}),
    )
    kernel.run("import celltrail\ncelltrail.log_metric('m', 1)")
    session = kernel.of_type(events.SessionStarted)[0]
    assert (session.front_end, session.notebook_path, session.kernel_id) == ("headless", "work/a.ipynb", "k-1")
    params = {p.key: (p.value, p.kind.value) for p in session.parameters}
    assert params == {
        "alpha": ("0.5", "number"),
        "name": ("n", "text"),
        "flag": ("True", "boolean"),
        "none": ("None", "none"),
        "many": ("[1, 2]", "object"),
    }
    logged = [p for event in kernel.of_type(events.ParamsLogged) for p in event.params]
    assert {p.key for p in logged if p.origin.value == "notebook"} == set(params)


def test_the_notebook_of_a_jupyter_kernel_is_relative_to_the_project(new_kernel: NewKernel, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    kernel = new_kernel(JPY_SESSION_NAME=str(tmp_path / "sub" / "my notebook.ipynb"))
    kernel.run("x = 1")
    assert kernel.of_type(events.SessionStarted)[0].notebook_path == "sub/my notebook.ipynb"
