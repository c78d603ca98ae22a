"""When celltrail cannot do its work, the cell succeeds and the user is told once."""

import os
from collections.abc import Callable
from pathlib import Path

from notebook_kernel import NotebookKernel

from celltrail.journal import events

NewKernel = Callable[..., NotebookKernel]

LOG = "import celltrail\ncelltrail.log_metric('m', {0})\ncelltrail.log_param('p{0}', 1)\n{0}"


def told(texts: list[str]) -> list[str]:
    return [line for text in texts for line in text.splitlines() if "celltrail" in line]


def test_a_folder_that_cannot_be_written_costs_one_line_and_no_cell(new_kernel: NewKernel, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / ".celltrail").write_text("a file where the store's folder would be")
    kernel = new_kernel(tmp_path)
    replies = [kernel.run(LOG.format(number)) for number in range(4)]
    assert [reply.result() for reply in replies] == ["0", "1", "2", "3"]
    lines = told([reply.stream("stderr") for reply in replies])
    assert len(lines) == 1
    assert "cannot write to" in lines[0]
    assert "cannot write" in kernel.run("%track").stream()


def test_a_store_that_goes_away_and_comes_back_loses_nothing(new_kernel: NewKernel, tmp_path: Path) -> None:
    kernel = new_kernel(tmp_path, CELLTRAIL_STORE=str(tmp_path / "store"))
    (tmp_path / "store").write_text("not a folder yet")
    kernel.run(LOG.format(1))
    (tmp_path / "store").unlink()
    kernel.run("import time; time.sleep(2.5)")
    kernel.run(LOG.format(2))
    kernel.shutdown()
    (tmp_path / ".celltrail").symlink_to(tmp_path / "store")
    assert [metric.value for metric in kernel.metrics()] == [1, 2]
    assert len(kernel.of_type(events.CellFinished)) == 3


def test_a_full_disk_costs_one_line_and_no_cell(new_kernel: NewKernel, tmp_path: Path) -> None:
    kernel = new_kernel(tmp_path)
    kernel.run("import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)")
    kernel.run("resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))")
    code = "import celltrail\nfor i in range(5000): celltrail.log_metric('m', i)\ni"
    replies = [kernel.run(code) for _ in range(3)]
    assert [reply.result() for reply in replies] == ["4999"] * 3
    assert len(told([reply.stream("stderr") for reply in replies])) == 1
    kernel.run("resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))")
    kernel.shutdown()
    assert len(kernel.metrics()) == 15_000


def test_an_artifact_that_the_disk_refuses_is_told_and_the_run_goes_on(new_kernel: NewKernel, tmp_path: Path) -> None:
    kernel = new_kernel(tmp_path)
    kernel.run("import celltrail")
    (kernel.store / "blobs").write_text("in the way")
    (tmp_path / "a.txt").write_text("a")
    reply = kernel.run("celltrail.log_artifact('a.txt')\ncelltrail.log_metric('m', 1)\n'done'")
    assert reply.result() == "'done'"
    assert len(told([reply.stream("stderr")])) == 1
    failed = kernel.of_type(events.CaptureFailed)
    assert [event.where for event in failed] == ["log_artifact"]
    assert "failures of celltrail's own" in kernel.run("%track").stream()


def test_celltrail_s_own_failure_is_counted_and_told_once(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    kernel.run(
        "from celltrail.capture import namespace\n"
        "def broken(*a, **k): raise RuntimeError('inside celltrail')\nnamespace.analyse = broken"
    )
    replies = [kernel.run(f"value_{number} = {number}\nvalue_{number}") for number in range(12)]
    assert [reply.result() for reply in replies] == [str(number) for number in range(12)]
    assert len(told([reply.stream("stderr") for reply in replies])) == 1
    failed = kernel.of_type(events.CaptureFailed)
    assert [event.error.name for event in failed] == ["RuntimeError", "RuntimeError"]
    assert failed[1].error.message.endswith("(for the 10th time)")
    assert len(kernel.of_type(events.CellFinished)) == 13


def test_without_a_home_git_and_environment_it_still_records(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    kernel = NotebookKernel(tmp_path, HOME="/nonexistent", PATH=os.devnull)
    try:
        reply = kernel.run(LOG.format(7))
        assert reply.result() == "7"
        assert told([reply.stream("stderr")]) == []
        run = kernel.runs_of(reply)[0]
        context = kernel.wait_for(events.RunContext, lambda event: event.run_id == run.run_id and event.seed)
        assert context.code_digest == ""
        assert context.environment_digest != ""
    finally:
        kernel.shutdown()
    assert kernel.of_type(events.CaptureFailed) == []


def test_a_name_whose_value_cannot_be_compared_or_shown_hurts_nothing(kernel: NotebookKernel) -> None:
    kernel.run(
        "import celltrail\nclass Hostile:\n"
        "    def __getattribute__(self, name): raise RuntimeError('hostile ' + name)\n"
        "    def __eq__(self, other): raise RuntimeError('eq')\n    __hash__ = None\n"
        "    def __bool__(self): raise RuntimeError('bool')\nhostile = Hostile()\nclass Sub(str): pass\ntext = Sub('x')"
    )
    reply = kernel.run(
        "with celltrail.start_run('h'):\n    other = hostile\n    celltrail.log_metric('m', 1); text, hostile\n'fine'"
    )
    assert reply.result() == "'fine'"
    assert kernel.finished(reply).names_read == ("celltrail", "hostile", "text")
    assert kernel.of_type(events.CaptureFailed) == []


def test_a_deleted_store_is_written_anew(new_kernel: NewKernel) -> None:
    import shutil

    kernel = new_kernel()
    kernel.run("x = 1")
    shutil.rmtree(kernel.store)
    assert kernel.run("y = 2").status == "ok"
    kernel.run("import time; time.sleep(2.2)")
    kernel.run("z = 3")
    kernel.shutdown()
    assert "z = 3" in {event.source for event in kernel.of_type(events.CellStarted)}
