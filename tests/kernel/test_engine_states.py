"""An execution ends in the state that it ended in: in the exit code, the JSON and the output notebook."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from written_notebooks import cell, printed, run, write_notebook


def states_of(executed):
    return [one["metadata"]["papermill"]["status"] for one in executed["cells"]]


def test_a_notebook_that_ends_well_is_finished(tmp_path):
    said = run(write_notebook(tmp_path / "fine.ipynb", "x = 1", "print(x + 1)"))
    assert (said.code, said.result["state"], said.result["executed_count"]) == (0, "finished", 2)
    assert said.executed["metadata"]["celltrail"]["status"] == "finished"
    assert printed(said.executed) == "2\n"


def test_a_cell_that_raises_fails_the_notebook_and_is_named(tmp_path):
    said = run(write_notebook(tmp_path / "wrong.ipynb", "x = 1", cell("1 / 0", cell_id="divide"), "print('never')"))
    assert (said.code, said.result["state"]) == (1, "failed")
    failure = said.result["failure"]
    assert (failure["number"], failure["cell_id"], failure["name"]) == (2, "divide", "ZeroDivisionError")
    executed = [one for one in said.executed["cells"] if one["cell_type"] == "code"]
    assert [one["metadata"]["papermill"]["status"] for one in executed] == ["completed", "failed", "pending"]
    assert said.executed["metadata"]["celltrail"]["status"] == "failed"


def test_a_cell_tagged_raises_exception_may_raise_and_its_error_stays_in_the_output(tmp_path):
    said = run(write_notebook(tmp_path / "allowed.ipynb", cell("1 / 0", "raises-exception"), "print('went on')"))
    assert (said.code, said.result["state"]) == (0, "finished")
    assert said.executed["cells"][0]["outputs"][0]["output_type"] == "error"
    assert said.executed["cells"][0]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert printed(said.executed) == "went on\n"


@pytest.mark.parametrize(("code", "state"), [("", "finished"), ("0", "finished"), ("3", "failed"), ("'no'", "failed")])
def test_a_notebook_may_end_itself(tmp_path, code, state):
    said = run(write_notebook(tmp_path / "exits.ipynb", f"import sys; sys.exit({code})", "print('never')"))
    assert said.result["state"] == state
    assert "never" not in printed(said.executed)
    assert said.executed["cells"][-1]["metadata"]["papermill"]["status"] == "pending"


@pytest.mark.parametrize("how", ["os._exit(3)", "os.kill(os.getpid(), 9)"])
def test_a_dead_kernel_is_never_completed(tmp_path, how):
    said = run(write_notebook(tmp_path / "dead.ipynb", "import os", how, "print('never')"))
    assert (said.code, said.result["state"]) == (4, "died")
    assert said.result["failure"]["number"] == 2
    assert states_of(said.executed) == ["completed", "failed", "pending"]
    assert said.executed["metadata"]["papermill"]["exception"] is True
    assert said.executed["metadata"]["celltrail"]["status"] == "died"


def test_when_the_executing_process_is_killed_the_output_says_it_and_the_trail_is_there(tmp_path):
    said = run(
        write_notebook(tmp_path / "shot.ipynb", "x = 1", "import os; os.kill(os.getppid(), 9)", "print('never')")
    )
    assert (said.code, said.result["state"]) == (4, "died")
    assert "the executing process ended with code -9" in said.result["failure"]["message"]
    assert said.executed["metadata"]["celltrail"]["status"] == "died"
    assert "completed" not in states_of(said.executed)[1:]


def test_a_cell_that_takes_too_long_is_timed_out_and_its_kernel_is_interrupted(tmp_path):
    mark = tmp_path / "interrupted"
    endless = f"try:\n    while True: sum(range(9))\nfinally: open({str(mark)!r}, 'w').close()"
    said = run(write_notebook(tmp_path / "endless.ipynb", endless, "1"), "--cell-timeout", 1)
    assert (said.code, said.result["state"]) == (3, "timed-out")
    assert mark.exists(), "the cell got to end by itself, so that its trail says interrupted"
    assert states_of(said.executed) == ["failed", "pending"]
    assert said.executed["metadata"]["celltrail"]["status"] == "timed-out"


def test_the_timeout_of_the_whole_notebook_counts_all_cells(tmp_path):
    pause = "import time; time.sleep(1.5)"
    said = run(write_notebook(tmp_path / "slow.ipynb", *[pause] * 8), "--timeout", 4)
    assert (said.code, said.result["state"]) == (3, "timed-out")
    assert 1 <= said.result["failure"]["number"] <= 4
    assert "the whole notebook's time" in said.result["failure"]["message"]


def test_a_cell_that_ignores_interrupts_is_killed_with_its_kernel(tmp_path):
    stubborn = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    said = run(write_notebook(tmp_path / "stubborn.ipynb", stubborn), "--cell-timeout", 1)
    assert (said.code, said.result["state"]) == (3, "timed-out")


def test_a_kernel_without_stdout_goes_on(tmp_path):
    said = run(write_notebook(tmp_path / "mute.ipynb", "import sys; sys.stdout.close()", "x = 1"))
    assert said.result["state"] in {"finished", "failed"}
    assert said.result["executed_count"] == 2


def test_fifty_megabytes_of_output_arrive_whole(tmp_path):
    loud = "for _ in range(50): print('x' * 999_999)"
    said = run(write_notebook(tmp_path / "loud.ipynb", loud))
    assert said.result["state"] == "finished"
    assert len(printed(said.executed)) == 50_000_000
    assert len(said.executed["cells"][0]["outputs"]) == 1


def started(notebook: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "celltrail.cli", "run", notebook.name, "--json"]
    return subprocess.Popen(
        words, cwd=notebook.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_the_kernel_and_is_written_into_the_output(tmp_path, how):
    mark = tmp_path / "begun"
    notebook = write_notebook(
        tmp_path / "long.ipynb", f"open({str(mark)!r}, 'w').close()\nimport time; time.sleep(600)"
    )
    process = started(notebook)
    wait_for(mark)
    process.send_signal(how)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    (result,) = json.loads(out)["results"]
    assert result["state"] == "interrupted"
    executed = json.loads(Path(result["output"]).read_text(encoding="utf-8"))
    assert executed["metadata"]["celltrail"]["status"] == "interrupted"
    assert states_of(executed) == ["failed"]


def test_an_interrupt_that_comes_again_while_the_cell_ends_changes_nothing(tmp_path):
    """The event loop itself raises one interrupt twice when it stopped a task of the client's."""
    mark = tmp_path / "begun"
    notebook = write_notebook(
        tmp_path / "long.ipynb",
        f"import time\nopen({str(mark)!r}, 'w').close()\ntry:\n    time.sleep(600)\nfinally:\n    time.sleep(1)",
    )
    output = tmp_path / "out.ipynb"
    words = [sys.executable, "-m", "papermill", "--engine", "celltrail", str(notebook), str(output)]
    with subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        wait_for(mark)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
        process.wait(timeout=60)
    executed = json.loads(output.read_text(encoding="utf-8"))
    assert executed["metadata"]["celltrail"]["status"] == "interrupted"
    assert states_of(executed) == ["failed"]


def test_a_killed_command_leaves_no_kernel_behind(tmp_path):
    mark = tmp_path / "pid"
    source = f"import os, time, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\n"
    notebook = write_notebook(tmp_path / "orphan.ipynb", source, *["time.sleep(0.5)"] * 200)
    process = started(notebook)
    wait_for(mark)
    process.kill()
    process.communicate(timeout=60)
    time.sleep(0.2)
    kernel = int(mark.read_text())
    deadline = time.monotonic() + 60
    while Path(f"/proc/{kernel}").exists() if Path("/proc/self").exists() else _lives(kernel):
        assert time.monotonic() < deadline, "the kernel is still there"
        time.sleep(0.2)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
