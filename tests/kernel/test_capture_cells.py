"""What is recorded of a cell: where it stands, what it read and wrote, what it showed and how it failed."""

import random
import time
from pathlib import Path

import numpy as np
import pytest
from notebook_kernel import NotebookKernel

from celltrail.fingerprint.seed import packed, raw_states, restore
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import Status


def test_a_cell_s_start_names_its_notebook_cell_source_count_and_tags(kernel: NotebookKernel) -> None:
    reply = kernel.run("a = 1 # ünïcode 🎈", cell_id="abc-1", tags=("one", "two"))
    started = kernel.started(reply)
    assert (started.source, started.tags) == ("a = 1 # ünïcode 🎈", ("one", "two"))
    assert started.execution_count == reply.reply["execution_count"]
    session = kernel.of_type(events.SessionStarted)[0]
    assert session.session_id == started.session_id
    assert session.front_end == "jupyter"


def test_names_read_and_written_are_the_cell_s(kernel: NotebookKernel) -> None:
    kernel.run("rate = 2\ndef scale(v): return v * rate")
    finished = kernel.finished(kernel.run("scaled = scale(4)"))
    assert finished.names_read == ("rate", "scale")
    assert finished.names_written == ("scaled",)


def test_names_bound_by_magics_and_shell_lines_are_seen(kernel: NotebookKernel) -> None:
    kernel.run("folder_name = 'x'")
    finished = kernel.finished(kernel.run("lines = !echo {folder_name}\n%time timed = folder_name"))
    assert "timed" in finished.names_written
    assert "lines" in finished.names_written
    assert "folder_name" in finished.names_read
    finished = kernel.finished(kernel.run("%%time\ninner_value = folder_name * 2"))
    assert finished.names_written == ("inner_value",)
    assert finished.names_read == ("folder_name",)


def test_times_are_measured(kernel: NotebookKernel) -> None:
    finished = kernel.finished(kernel.run("import time; time.sleep(0.2)\nblock = bytearray(200_000_000)"))
    assert 0.2 <= finished.duration_s < 5
    assert 0 < finished.cpu_s < finished.duration_s
    assert finished.peak_memory_bytes > 200_000_000
    kernel.run("del block")


def test_files_that_a_cell_reads_and_writes_are_digested(kernel: NotebookKernel) -> None:
    from blake3 import blake3

    (kernel.folder / "in.csv").write_text("a,b\n1,2\n")
    code = "import os\ntext = open('in.csv').read()\nwith open('out.txt', 'w') as f: f.write(text * 2)"
    found = {file.path: file for file in kernel.finished(kernel.run(code)).files}
    assert set(found) == {"in.csv", "out.txt"}
    assert found["in.csv"].mode == "read"
    assert found["in.csv"].digest == "blake3:" + blake3(b"a,b\n1,2\n").hexdigest()
    assert (found["out.txt"].mode, found["out.txt"].size_bytes) == ("write", 16)


def test_a_file_outside_the_project_keeps_its_whole_path(kernel: NotebookKernel, tmp_path: Path) -> None:
    (tmp_path / "far.csv").write_text("1")
    finished = kernel.finished(kernel.run(f"open({str(tmp_path / 'far.csv')!r}).close()"))
    assert [file.path for file in finished.files] == [str(tmp_path / "far.csv")]


def test_a_large_file_is_digested_after_the_cell(kernel: NotebookKernel) -> None:
    (kernel.folder / "large.bin").write_bytes(b"x" * 5_000_000)
    finished = kernel.finished(kernel.run("data = open('large.bin', 'rb').read(10)"))
    assert finished.files[0].digest.startswith("blake3:")
    assert finished.notes == ()


def test_libraries_caches_and_vanished_files_are_no_files_of_the_cell(kernel: NotebookKernel) -> None:
    code = (
        "import tempfile, wave, matplotlib.font_manager\n"
        "f = tempfile.NamedTemporaryFile(); f.close()\n"
        "try: open('missing.csv')\nexcept FileNotFoundError: pass"
    )
    assert kernel.finished(kernel.run(code)).files == ()


def test_what_celltrail_reads_for_an_answer_is_no_file_of_the_cell_that_asked(kernel: NotebookKernel) -> None:
    """Neither its settings nor the store's own files; the user's own look at the same file is."""
    settings = kernel.folder / "pyproject.toml"
    settings.write_text("[tool.celltrail]\nmodels = false\n")
    reply = kernel.run("import celltrail\nruns = celltrail.run_table()")
    assert reply.status == "ok"
    assert kernel.finished(reply).files == ()
    read = kernel.finished(kernel.run("celltrail.run_table()\nsettings = open('pyproject.toml').read()")).files
    assert [(one.path, one.mode) for one in read] == [("pyproject.toml", "read")]
    settings.unlink()


def test_a_run_knows_the_files_that_its_data_came_from(kernel: NotebookKernel) -> None:
    (kernel.folder / "train.csv").write_text("a,b\n1,2\n3,5\n")
    (kernel.folder / "other.csv").write_text("a\n1\n")
    kernel.run("import csv, celltrail\nrows = list(csv.reader(open('train.csv')))\ndef helper(): return 1")
    kernel.run("unrelated = open('other.csv').read()")
    kernel.run("clean = [row for row in rows if row[0] != 'a']")
    reply = kernel.run("with celltrail.start_run('r'): celltrail.log_metric('n', len(clean) + helper())")
    kernel.finished(reply)
    run = kernel.runs_of(reply)[0]
    kernel.wait_for(events.DatasetUsed, lambda event: event.run_id == run.run_id)
    used = [event for event in kernel.of_type(events.DatasetUsed) if event.run_id == run.run_id]
    assert [(event.name, event.role.value) for event in used] == [("train.csv", "input")]
    seen = [event.dataset for event in kernel.of_type(events.DatasetSeen) if event.dataset.digest == used[0].digest]
    assert (seen[0].kind, seen[0].source, seen[0].size_bytes) == ("file", "train.csv", 12)


def test_a_large_input_reaches_the_runs_of_the_cells_that_follow(kernel: NotebookKernel) -> None:
    (kernel.folder / "wide.bin").write_bytes(b"y" * 30_000_000)
    sent = [
        kernel.send("blob = open('wide.bin', 'rb').read(5)"),
        kernel.send("part = blob[:3]"),
        kernel.send("import celltrail\nwith celltrail.start_run('next'): celltrail.log_metric('n', len(part))"),
    ]
    run = kernel.runs_of(kernel.collect(*sent)[2])[0]
    used = kernel.wait_for(events.DatasetUsed, lambda event: event.run_id == run.run_id)
    assert used.name == "wide.bin"


def test_a_file_rewritten_in_the_cell_is_read_and_written(kernel: NotebookKernel) -> None:
    (kernel.folder / "both.txt").write_text("1")
    finished = kernel.finished(kernel.run("t = open('both.txt').read(); open('both.txt', 'w').write(t + '2')"))
    assert [(file.path, file.mode, file.size_bytes) for file in finished.files] == [
        ("both.txt", "read", 2),
        ("both.txt", "write", 2),
    ]


def test_outputs_are_digested_by_kind_and_equal_outputs_have_equal_digests(kernel: NotebookKernel) -> None:
    code = (
        "import sys\nfrom IPython.display import display, HTML\n"
        "print('to out'); print('to err', file=sys.stderr)\ndisplay(HTML('<b>x</b>'))\n41 + 1"
    )
    first = kernel.finished(kernel.run(code)).outputs
    kinds = [(output.kind, output.media_types) for output in first]
    assert kinds == [
        ("display_data", ("text/html", "text/plain")),
        ("execute_result", ("text/plain",)),
        ("stream", ("application/vnd.jupyter.stderr",)),
        ("stream", ("application/vnd.jupyter.stdout",)),
    ]
    assert first[3].size_bytes == len("to out\n")
    again = kernel.finished(kernel.run("print('to out')")).outputs
    assert again[0] == first[3]
    assert kernel.finished(kernel.run("print('other')")).outputs[0].digest != first[3].digest


def test_an_error_is_kept_as_the_user_saw_it_without_colours(kernel: NotebookKernel) -> None:
    reply = kernel.run("def boom():\n    raise ValueError('no <b>way</b>')\nboom()")
    assert reply.status == "error"
    finished = kernel.finished(reply)
    assert finished.status is Status.FAILED
    assert finished.error is not None
    assert (finished.error.name, finished.error.message) == ("ValueError", "no <b>way</b>")
    assert "\x1b" not in finished.error.traceback
    assert "boom()" in finished.error.traceback
    assert finished.outputs[-1].kind == "error"


@pytest.mark.parametrize(
    ("code", "name"),
    [("x = (", "IncompleteInputError"), ("def", "SyntaxError"), ("  indented = 1\n bad", "IndentationError")],
)
def test_source_that_does_not_compile_fails_with_its_syntax_error(kernel: NotebookKernel, code: str, name: str) -> None:
    reply = kernel.run(code)
    finished = kernel.finished(reply)
    assert reply.status == "error"
    assert finished.status is Status.FAILED
    assert finished.error is not None
    assert finished.error.name.removeprefix("_") in {name, "SyntaxError"}
    assert "parsing.py" not in "\n".join(reply.reply["traceback"])
    assert finished.notes == ("names read are not known: the source could not be parsed, or is very large",)


def test_a_magic_that_does_not_exist_ends_as_the_front_end_shows_it(kernel: NotebookKernel) -> None:
    reply = kernel.run("%nosuchmagic")
    finished = kernel.finished(reply)
    assert (finished.status is Status.FAILED) == (reply.status == "error")
    assert finished.error is not None
    assert finished.error.name == "UsageError"


def test_sys_exit_in_a_cell_is_a_failure_as_the_front_end_shows_it(kernel: NotebookKernel) -> None:
    reply = kernel.run("import sys; sys.exit(3)")
    finished = kernel.finished(reply)
    assert reply.status == "error"
    assert finished.status is Status.FAILED
    assert finished.error is not None
    assert (finished.error.name, finished.error.message) == ("SystemExit", "3")


def test_empty_cells_and_silent_requests_leave_nothing(kernel: NotebookKernel) -> None:
    kernel.run("before_empty = 1")
    count = len(kernel.of_type(events.CellStarted))
    kernel.run("")
    kernel.run("   \n\t ")
    kernel.run("quiet = 1", silent=True, store_history=False)
    kernel.run("asked = 1", store_history=False)
    assert len(kernel.of_type(events.CellStarted)) == count


def test_a_repr_that_raises_fails_the_cell_and_one_that_is_slow_only_delays_it(kernel: NotebookKernel) -> None:
    kernel.run("class Bad:\n    def __repr__(self): raise RuntimeError('no repr')\nbad = Bad()")
    reply = kernel.run("bad")
    finished = kernel.finished(reply)
    assert (finished.status is Status.FAILED) == (reply.status == "error")
    assert finished.error is not None
    assert (finished.error.name, finished.error.message) == ("RuntimeError", "no repr")
    kernel.run("import time\nclass Slow:\n    def __repr__(self): time.sleep(30); return 'slow'\nslow = Slow()")
    reply = kernel.run("copy_of_slow = slow", timeout=10)
    assert kernel.finished(reply).status is Status.FINISHED


def test_a_ten_megabyte_source_is_kept_whole(kernel: NotebookKernel) -> None:
    source = "big_text = '" + "x" * (10 << 20) + "'"
    reply = kernel.run(source)
    assert kernel.started(reply).source == source
    finished = kernel.finished(reply)
    assert finished.status is Status.FINISHED
    assert finished.notes != ()
    assert "big_text" in finished.names_written


def test_very_many_outputs_are_counted_beyond_the_first_hundred(kernel: NotebookKernel) -> None:
    finished = kernel.finished(kernel.run("from IPython.display import display\nfor i in range(150): display(i)"))
    assert len(finished.outputs) == 100
    assert finished.notes == ("50 more outputs were shown than are digested",)


def test_names_bound_otherwise_than_by_the_cell_s_own_statements_are_written(kernel: NotebookKernel) -> None:
    kernel.run("first = [1]; second = [2]; third = [3]; fourth = [4]")
    finished = kernel.finished(
        kernel.run(
            "import threading\n"
            "worker = threading.Thread(target=lambda: globals().update(second=20, by_thread=1))\n"
            "worker.start(); worker.join()\n"
            "exec('del first; third = third + [5]; by_exec = 2')\n"
            "globals()['by_globals'] = 3\n"
            "del fourth; exec('fourth = [6]')\n"
            "globals()[7] = 'no name'"
        )
    )
    written = {"first", "second", "third", "fourth", "by_thread", "by_exec", "by_globals", "threading", "worker"}
    assert set(finished.names_written) == written
    kernel.run("del globals()[7]")


def test_a_name_bound_between_two_cells_was_written_by_neither(kernel: NotebookKernel) -> None:
    kernel.run("import asyncio\nasyncio.get_running_loop().call_later(0.1, lambda: globals().update(between=1))\nNone")
    time.sleep(0.5)
    finished = kernel.finished(kernel.run("copied = between"))
    assert finished.names_written == ("copied",)
    assert finished.names_read == ("between",)


def test_a_namespace_of_very_many_names_says_what_is_not_known(kernel: NotebookKernel) -> None:
    kernel.run("globals().update({f'many_{number}': number for number in range(20_000)})")
    finished = kernel.finished(kernel.run("copied = many_7; exec('unseen_name = 1')"))
    assert finished.names_written == ("copied",)
    assert finished.names_read == ("many_7",)
    assert finished.notes == ("names written by others than its own statements are not known: more than 20,000 names",)
    kernel.run("for name in [name for name in globals() if name.startswith('many_')]: del globals()[name]")
    assert kernel.finished(kernel.run("exec('seen_name = 1')")).names_written == ("seen_name",)


def test_the_names_are_those_of_the_source_where_the_user_transforms_the_tree(kernel: NotebookKernel) -> None:
    kernel.run(
        "import ast\n"
        "class Rename(ast.NodeTransformer):\n"
        "    def visit_Name(self, node):\n"
        "        if node.id == 'shown_name': node.id = 'real_name'\n"
        "        return node\n"
        "get_ipython().ast_transformers.append(Rename())\nsource_name = 1"
    )
    finished = kernel.finished(kernel.run("shown_name = source_name"))
    assert finished.names_read == ("source_name",)
    assert finished.names_written == ("real_name",)
    kernel.run("get_ipython().ast_transformers.clear()")


def test_a_cell_that_another_compiler_parses_has_its_names_too(kernel: NotebookKernel) -> None:
    kernel.run("shell = get_ipython(); ours = shell.compile; shell.compile = type(ours)(); given = 2")
    finished = kernel.finished(kernel.run("made = given"))
    assert (finished.names_read, finished.names_written, finished.notes) == (("given",), ("made",), ())
    kernel.run("shell.compile = ours")


def test_nothing_failed_inside_celltrail(kernel: NotebookKernel) -> None:
    assert kernel.of_type(events.CaptureFailed) == []


def test_the_states_before_a_cell_that_draws_are_kept_and_make_its_numbers_again(kernel: NotebookKernel) -> None:
    kernel.run("import random")
    quiet = kernel.run("1 + 1")
    reply = kernel.run("import numpy as np\nprint([random.random(), np.random.normal()])")
    execution_id = kernel.started(reply).execution_id
    drawn = kernel.wait_for(events.GeneratorsDrawn, lambda event: event.execution_id == execution_id)
    assert drawn.drew_from == ("python", "numpy")
    content = BlobStore(kernel.store).read(drawn.digest)
    before = packed(raw_states())
    try:
        assert restore(content) == ("python", "numpy")
        assert f"{[random.random(), np.random.normal()]}\n" == reply.stream()  # noqa: NPY002 - the global generator
    finally:
        restore(before)
    silent = kernel.started(quiet).execution_id
    assert silent not in {event.execution_id for event in kernel.of_type(events.GeneratorsDrawn)}


def test_a_file_that_a_cell_reads_and_removes_is_an_input_without_digest(kernel: NotebookKernel) -> None:
    kernel.run("open('passing.txt', 'w').write('x')")
    reply = kernel.run(
        "import os\nopen('passing.txt').read(); os.remove('passing.txt')\n"
        "open('temporary.txt', 'w').close(); os.remove('temporary.txt')\n"
        "try:\n    open('never-there.txt')\nexcept OSError:\n    pass"
    )
    found = [use for use in kernel.finished(reply).files if use.path.endswith(".txt")]
    assert [(use.path, use.mode, use.digest) for use in found] == [("passing.txt", "read", "")]


def test_a_file_that_is_appended_to_or_changed_in_place_is_an_input_too(kernel: NotebookKernel) -> None:
    kernel.run("open('log.txt', 'w').write('x'); open('state.txt', 'w').write('x')")
    reply = kernel.run(
        "open('log.txt', 'a').write('y'); open('state.txt', 'r+').write('z'); open('new.txt', 'a').close()"
    )
    found = {(use.path, use.mode) for use in kernel.finished(reply).files if use.path.endswith(".txt")}
    both = {(name, mode) for name in ("log.txt", "state.txt") for mode in ("read", "write")}
    assert found == both | {("new.txt", "write")}
    whole = kernel.run("open('log.txt', 'w+').write('n')")
    assert [use.mode for use in kernel.finished(whole).files if use.path == "log.txt"] == ["write"]
