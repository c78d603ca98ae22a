"""A replay that is killed leaves nothing half: the next one puts back what it wrote and removes what it made."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from notebook_kernel import NotebookKernel
from replayed_project import Project
from written_notebooks import celltrail

WRITES = "from pathlib import Path\nPath('out.txt').write_text('by the cell')"
SLOW = """
import time
with celltrail.start_run('slow'), open('half.txt', 'w') as half:
    half.write('half')
    half.flush()
    time.sleep(float(Path('seconds.txt').read_text()))
    half.write(' and half')
    celltrail.log_metric('one', 1.0)
"""


def kernels_of(folder: Path) -> list[int]:
    """The processes of kernels that our engine started for notebooks in a folder."""
    mark = f"CELLTRAIL_NOTEBOOK={folder}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_ours = mark in environment.read_bytes()
        except OSError:
            continue  # not ours, or gone
        if is_ours:
            found.append(int(environment.parent.name))
    return found


def until(is_so, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_replay_that_is_killed_leaves_nothing_half(tmp_path: Path):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "seconds.txt").write_text("0", encoding="utf-8")
    kernel = NotebookKernel(tmp_path)
    for source in ("import celltrail", WRITES, SLOW):
        kernel.run(source)
    kernel.shutdown()
    project = Project(tmp_path)
    run_id = project.run_named("slow")
    mine = {"out.txt": "mine", "half.txt": "my own", "seconds.txt": "60"}
    for name, text in mine.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "celltrail.cli", "replay", run_id]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: (tmp_path / "half.txt").read_text(encoding="utf-8") == "half")
    kernels = kernels_of(tmp_path)
    assert kernels
    for pid in (process.pid, *kernels):
        os.kill(pid, signal.SIGKILL)
    process.wait()
    until(lambda: not kernels_of(tmp_path))
    aside = tmp_path / ".celltrail" / "replays"
    assert list(aside.glob("*.files/kept.json"))
    (tmp_path / "seconds.txt").write_text("0", encoding="utf-8")
    said = celltrail("replay", run_id, folder=tmp_path)
    assert "a replay was killed: put back as they were: out.txt, half.txt" in said.out
    found = {name: (tmp_path / name).read_text(encoding="utf-8") for name in ("out.txt", "half.txt")}
    assert found == {"out.txt": "mine", "half.txt": "my own"}
    assert not list(aside.glob("*.files")), "no copy is left"
    assert not list(aside.rglob("tree")), "no folder is left"
