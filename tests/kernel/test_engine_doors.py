"""Where notebooks come from and go to: papermill's own command, odd names, wrong files, several at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from written_notebooks import cell, celltrail, printed, run, write_notebook

from tiny_language import install_tiny, write_tiny

SAYS_REQUEST = "import json, os; print(json.dumps(get_ipython().get_parent()['metadata']), os.getcwd())"


def papermill(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papermill", "--engine", "celltrail", "--no-progress-bar", *map(str, words)]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False)


def test_the_kernel_is_told_the_cell_id_and_tags_as_jupyterlab_tells_them(tmp_path):
    notebook = write_notebook(tmp_path / "a" / "says.ipynb", cell(SAYS_REQUEST, "some-tag", cell_id="the-cell"))
    said = celltrail("run", notebook, "--json", folder=tmp_path)
    metadata, _, folder = printed(said.executed).strip().rpartition(" ")
    assert json.loads(metadata) == {"tags": ["some-tag"], "cellId": "the-cell"}
    assert folder == str(notebook.parent), "as in JupyterLab, the kernel starts where the notebook lies"


def test_papermill_finds_the_engine_and_honours_raises_exception(tmp_path):
    cells = [cell("alpha = 1", "parameters"), cell("1 / 0", "raises-exception"), cell(SAYS_REQUEST, cell_id="last")]
    write_notebook(tmp_path / "in.ipynb", *cells)
    done = papermill("in.ipynb", "out.ipynb", "-p", "alpha", "2", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    executed = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    assert executed["metadata"]["celltrail"]["status"] == "finished"
    assert json.loads(printed(executed).rpartition(" ")[0])["cellId"] == "last"
    assert [output["output_type"] for output in executed["cells"][2]["outputs"]] == ["error"]


def test_papermill_by_the_engine_refuses_an_unknown_parameter(tmp_path):
    write_notebook(tmp_path / "in.ipynb", cell("alpha = 1", "parameters"))
    done = papermill("in.ipynb", "out.ipynb", "-p", "alhpa", "2", folder=tmp_path)
    assert done.returncode != 0
    assert "did you mean alpha?" in done.stderr


def test_papermill_by_the_engine_writes_that_the_kernel_died(tmp_path):
    write_notebook(tmp_path / "in.ipynb", "import os; os._exit(1)")
    done = papermill("in.ipynb", "out.ipynb", folder=tmp_path)
    assert done.returncode != 0
    executed = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))
    assert executed["metadata"]["celltrail"]["status"] == "died"
    assert executed["cells"][0]["metadata"]["papermill"]["status"] == "failed"


@pytest.mark.parametrize("name", ["two words {x}.ipynb", "Überblick 📈 תוצאות.ipynb", "quote'd; $(rm).ipynb"])
def test_a_notebook_may_have_any_name(tmp_path, name):
    said = run(write_notebook(tmp_path / "a folder ü" / name, "print('ran')"))
    assert (said.code, said.result["state"]) == (0, "finished")
    assert printed(said.executed) == "ran\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        ("{not json", "it is no valid JSON"),
        ("[1, 2]", "no notebook of format 4"),
        ("\udcff", "it is no valid JSON"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_line(tmp_path, content, message):
    if content is not None:
        (tmp_path / "odd.ipynb").write_bytes(content.encode("utf-8", "surrogateescape"))
    said = celltrail("run", "odd.ipynb", folder=tmp_path)
    assert said.code == 2
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_name_that_is_no_text_is_said_in_one_line(tmp_path):
    name = os.fsdecode(b"odd\xff.ipynb")
    write_notebook(tmp_path / "n.ipynb", "1").rename(tmp_path / name)
    said = celltrail("run", name, folder=tmp_path)
    assert said.code == 2
    assert "its name is no valid UTF-8: rename it" in said.err
    assert said.err.count("\n") == 1


def test_a_missing_kernel_is_wrong_usage_and_the_known_ones_are_named(tmp_path):
    notebook = write_notebook(tmp_path / "r.ipynb", "1", kernel="no-such-kernel")
    said = celltrail("run", notebook, folder=tmp_path)
    assert said.code == 2
    assert "no kernel 'no-such-kernel' here; --kernel takes one of these:" in said.err
    assert run(notebook, "--kernel", "python3").code == 0


def test_an_output_that_cannot_be_written_is_found_before_anything_runs(tmp_path):
    mark = tmp_path / "ran"
    notebook = write_notebook(tmp_path / "n.ipynb", f"open({str(mark)!r}, 'w').close()")
    (tmp_path / "file").touch()
    said = celltrail("run", notebook, "--output", tmp_path / "file" / "out.ipynb", folder=tmp_path)
    assert said.code == 2
    assert "the output cannot be written" in said.err
    assert not mark.exists()


def test_the_output_never_replaces_the_notebook(tmp_path):
    notebook = write_notebook(tmp_path / "n.ipynb", "1")
    before = notebook.read_bytes()
    said = celltrail("run", notebook, "--output", "n.ipynb", folder=tmp_path)
    assert said.code == 2
    assert "would replace the notebook" in said.err
    assert notebook.read_bytes() == before


def test_one_notebook_may_run_twice_at_once(tmp_path):
    notebook = write_notebook(tmp_path / "n.ipynb", "import os, time; time.sleep(0.5); print(os.getpid())")
    said = celltrail("run", notebook, notebook, "--at-once", 2, "--json", folder=tmp_path)
    assert said.code == 0
    first, second = (json.loads(Path(result["output"]).read_text(encoding="utf-8")) for result in said.results)
    assert printed(first) != printed(second)


def test_several_notebooks_go_on_when_one_fails_and_the_worst_gives_the_exit_code(tmp_path):
    bad = write_notebook(tmp_path / "bad.ipynb", "1 / 0")
    good = write_notebook(tmp_path / "good.ipynb", "1")
    said = celltrail("run", bad, good, "--json", folder=tmp_path)
    assert said.code == 1
    assert [result["state"] for result in said.results] == ["failed", "finished"]


def test_without_a_terminal_each_cell_is_a_plain_line(tmp_path):
    notebook = write_notebook(tmp_path / "n.ipynb", "x = 1", "# note\nprint('\x1b[31mred')")
    said = celltrail("run", notebook, folder=tmp_path)
    lines = said.out.splitlines()
    assert lines[0].startswith("[1/2] cell 1 ")
    assert lines[0].endswith("x = 1")
    assert lines[1].startswith("[2/2] cell 2 ")
    assert "\x1b" not in said.out
    assert lines[2].startswith("finished  n.ipynb  2 of 2 cells in ")


def test_a_kernel_in_an_environment_without_celltrail_is_said_and_its_notebook_runs(tmp_path):
    without = "import sys; sys.modules['celltrail'] = None; from ipykernel import kernelapp; kernelapp.main()"
    spec = {
        "argv": [sys.executable, "-c", without, "-f", "{connection_file}"],
        "display_name": "x",
        "language": "python",
    }
    folder = tmp_path / "jupyter" / "kernels" / "without"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    notebook = write_notebook(tmp_path / "n.ipynb", "print('ran')", kernel="without")
    said = celltrail("run", notebook, folder=tmp_path, JUPYTER_PATH=str(tmp_path / "jupyter"))
    assert said.code == 0
    assert "celltrail is not active in this notebook's kernel: no runs were kept" in said.out
    assert "pip install celltrail" in said.out


def test_a_kernel_of_another_language_runs_and_is_said_to_leave_no_trail(tmp_path):
    install_tiny(tmp_path / "jupyter")
    write_tiny(tmp_path / "n.ipynb", "olleh", "dlrow")
    said = celltrail(
        "run", tmp_path / "n.ipynb", "-o", "out.ipynb", folder=tmp_path, JUPYTER_PATH=str(tmp_path / "jupyter")
    )
    assert said.code == 0
    assert "2 of 2 cells" in said.out
    assert "another language than Python: its cells leave no trail" in said.out
    cells = json.loads((tmp_path / "out.ipynb").read_text(encoding="utf-8"))["cells"]
    assert [cell["outputs"][0]["text"] for cell in cells] == [["hello"], ["world"]]


def test_a_kernel_where_tracking_is_off_is_said(tmp_path):
    notebook = write_notebook(tmp_path / "n.ipynb", "x = 1")
    (tmp_path / "pyproject.toml").write_text("[tool.celltrail]\nenabled = false\n", encoding="utf-8")
    said = celltrail("run", notebook, folder=tmp_path)
    assert said.code == 0
    assert "tracking is off in this kernel" in said.out
