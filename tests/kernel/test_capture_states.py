"""Every cell, run and session ends in the right state, however it ends."""

import os
import signal
import time
from collections.abc import Callable

from notebook_kernel import NotebookKernel

from celltrail.journal import events
from celltrail.records import Status

NewKernel = Callable[..., NotebookKernel]


def wait_until_running(kernel: NotebookKernel, cell_id: str) -> events.CellStarted:
    return kernel.wait_for(events.CellStarted, lambda event: event.cell_id == cell_id)


def test_an_interrupted_cell_and_its_run_are_interrupted(kernel: NotebookKernel) -> None:
    sent = kernel.send("import time, celltrail\ncelltrail.log_metric('seen', 1)\nwhile True: time.sleep(0.05)")
    wait_until_running(kernel, sent[1])
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    reply = kernel.collect(sent)[0]
    finished = kernel.finished(reply)
    assert finished.status is Status.INTERRUPTED
    assert finished.error is not None
    assert finished.error.name == "KeyboardInterrupt"
    run = kernel.runs_of(reply)[0]
    ended = kernel.wait_for(events.RunFinished, lambda event: event.run_id == run.run_id)
    assert ended.status is Status.INTERRUPTED


def test_a_top_level_await_is_one_cell_with_its_names_and_outputs(kernel: NotebookKernel) -> None:
    reply = kernel.run("import asyncio\nprint('before')\nslept = await asyncio.sleep(0.1, 'awake')\nprint(slept)")
    finished = kernel.finished(reply)
    assert finished.status is Status.FINISHED
    assert "slept" in finished.names_written
    assert finished.duration_s >= 0.1
    assert finished.outputs[0].size_bytes == len("before\nawake\n")


def test_an_interrupted_await_is_interrupted_and_the_next_cell_stands_alone(kernel: NotebookKernel) -> None:
    sent = kernel.send("await asyncio.sleep(30)")
    wait_until_running(kernel, sent[1])
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    reply = kernel.collect(sent)[0]
    assert kernel.finished(reply).status is Status.INTERRUPTED
    after = kernel.run("celltrail.log_metric('after', 1)")
    assert kernel.runs_of(after)[0].execution_id == kernel.started(after).execution_id


def test_an_await_that_raises_fails(kernel: NotebookKernel) -> None:
    reply = kernel.run("await asyncio.sleep(0)\nraise KeyError('gone')")
    finished = kernel.finished(reply)
    assert finished.status is Status.FAILED
    assert finished.error is not None
    assert finished.error.name == "KeyError"


def test_a_task_that_outlives_its_cell_logs_to_the_cell_that_made_it(kernel: NotebookKernel) -> None:
    maker = kernel.run(
        "async def later():\n    await asyncio.sleep(0.3)\n    celltrail.log_metric('late', 7)\n"
        "task = asyncio.ensure_future(later())\nawait asyncio.sleep(0)"
    )
    kernel.run("await task")
    late = next(metric for metric in kernel.metrics() if metric.series.key == "late")
    assert late.series.execution_id == kernel.started(maker).execution_id


def test_a_thread_that_outlives_its_cell_logs_to_the_cell_that_started_it(kernel: NotebookKernel) -> None:
    maker = kernel.run(
        "import threading, time\ngo = threading.Event()\n"
        "def work():\n    celltrail.log_metric('early', 1)\n    go.wait()\n    celltrail.log_metric('later', 2)\n"
        "thread = threading.Thread(target=work); thread.start(); time.sleep(0.2)"
    )
    kernel.run("go.set(); thread.join()")
    logged = {m.series.key: m.series for m in kernel.metrics() if m.series.key in {"early", "later"}}
    assert logged["early"].run_id == logged["later"].run_id
    assert logged["later"].execution_id == kernel.started(maker).execution_id


def test_nested_cells_are_part_of_their_cell(kernel: NotebookKernel) -> None:
    reply = kernel.run("shell = get_ipython()\nr = shell.run_cell('nested_value = 5')\nr = shell.run_cell('1/0')")
    finished = kernel.finished(reply)
    assert finished.status is Status.FINISHED
    assert "nested_value" in finished.names_written
    assert finished.notes == ("it ran 2 nested cells, which are part of it",)
    assert [event.source for event in kernel.of_type(events.CellStarted)].count("nested_value = 5") == 0


def test_subshells_run_at_once_and_each_keeps_its_own_run_and_outputs(kernel: NotebookKernel) -> None:
    subshells = [kernel.control("create_subshell_request", {})["subshell_id"] for _ in range(2)]
    code = (
        "import time, celltrail\nwith celltrail.start_run('sub {0}'):\n"
        "    for step_{0} in range(20):\n        celltrail.log_metric('value_{0}', step_{0})\n"
        "        print('{0}' * 10); time.sleep(0.02)\nonly_{0} = {0}"
    )
    started = time.monotonic()
    replies = kernel.collect(
        kernel.send(code.format(0)),
        kernel.send(code.format(1), subshell=subshells[0]),
        kernel.send(code.format(2), subshell=subshells[1]),
    )
    assert time.monotonic() - started < 20
    for number, reply in enumerate(replies):
        finished = kernel.finished(reply)
        assert finished.status is Status.FINISHED
        assert finished.outputs[0].size_bytes == 20 * 11
        runs = kernel.runs_of(reply)
        assert [run.name for run in runs] == [f"sub {number}"]
        assert runs[0].parent_run_id == ""
        values = [m.value for m in kernel.metrics() if m.series.run_id == runs[0].run_id]
        assert values == list(range(20))
        assert {m.series.key for m in kernel.metrics() if m.series.run_id == runs[0].run_id} == {f"value_{number}"}
    for subshell in subshells:
        kernel.control("delete_subshell_request", {"subshell_id": subshell})


def test_a_forked_child_neither_ends_the_session_nor_writes_as_its_parent(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "import celltrail, os, multiprocessing\n"
        "def child(n): celltrail.log_metric('in_child', n); return n\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool: total = sum(pool.map(child, range(4)))\n"
        "pid = os.fork()\n"
        "if pid == 0:\n    from celltrail.capture import active; active.current_session().end(); os._exit(0)\n"
        "_ = os.waitpid(pid, 0)\ntotal"
    )
    assert reply.result() == "6"
    assert kernel.finished(reply).status is Status.FINISHED
    assert kernel.of_type(events.SessionEnded) == []
    writers = {event.writer for event in kernel.of_type(events.SegmentOpened)}
    assert len(writers) >= 2
    assert sorted(m.value for m in kernel.metrics() if m.series.key == "in_child") == [0, 1, 2, 3]
    assert kernel.run("'alive'").result() == "'alive'"


def test_nothing_failed_inside_celltrail(kernel: NotebookKernel) -> None:
    assert kernel.of_type(events.CaptureFailed) == []


def test_a_killed_kernel_leaves_the_start_of_its_cell_and_run(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    sent = kernel.send("import celltrail, time\ncelltrail.log_metric('last', 3)\ntime.sleep(60)")
    wait_until_running(kernel, sent[1])
    kernel.wait_for(events.SeriesDeclared)
    kernel.kill()
    assert [event.cell_id for event in kernel.of_type(events.CellStarted)] == [sent[1]]
    assert kernel.of_type(events.CellFinished) == []
    assert [metric.value for metric in kernel.metrics()] == [3]
    assert kernel.of_type(events.SessionEnded) == []


def test_shutdown_and_restart_end_the_session_and_seal_its_journal(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    kernel.run("import celltrail\nheld = celltrail.start_run('open to the end')")
    kernel.restart()
    kernel.run("x = 1")
    kernel.shutdown()
    sessions = kernel.of_type(events.SessionStarted)
    assert len(sessions) == 2
    assert {event.session_id for event in kernel.of_type(events.SessionEnded)} == {s.session_id for s in sessions}
    assert [event.is_last for event in kernel.of_type(events.SegmentSealed)] == [True, True]
    assert [event.status for event in kernel.of_type(events.RunFinished)] == [Status.FINISHED]


def test_a_kernel_in_which_nothing_ran_leaves_nothing(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    kernel.shutdown()
    assert not kernel.store.exists()


def test_os_exit_in_a_cell_leaves_it_unfinished(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    kernel.run("x = 1")
    sent = kernel.send("import os; os._exit(1)")
    wait_until_running(kernel, sent[1])
    time.sleep(0.5)
    assert len(kernel.of_type(events.CellFinished)) == 1
    assert len(kernel.of_type(events.CellStarted)) == 2


def test_a_signal_that_ends_the_process_loses_nothing_that_was_logged(new_kernel: NewKernel) -> None:
    kernel = new_kernel()
    code = "import celltrail, os\nfor i in range(500): celltrail.log_metric('m', i)\nprint(os.getpid(), flush=True)"
    pid = int(kernel.run(code).stream())
    os.kill(pid, signal.SIGTERM)
    time.sleep(0.5)
    assert [metric.value for metric in kernel.metrics()] == list(range(500))
    assert [metric.step for metric in kernel.metrics()] == list(range(500))
