"""%track and %%track."""

from notebook_kernel import NotebookKernel

from celltrail.journal import events
from celltrail.records import Status


def test_track_says_what_is_recorded_and_where_in_one_line(kernel: NotebookKernel) -> None:
    kernel.run("x = 1")
    text = kernel.run("%track").stream()
    assert text.count("\n") == 1
    assert text.startswith("celltrail: on · 0 runs and ")
    assert str(kernel.store) in text


def test_track_help_lists_every_form(kernel: NotebookKernel) -> None:
    text = kernel.run("%track --help").stream()
    for form in ("%track on | off", "%track rmse f1", "%%track [name]", "celltrail-skip", "CELLTRAIL=off"):
        assert form in text


def test_track_with_names_keeps_variables_as_metrics_of_the_open_run(kernel: NotebookKernel) -> None:
    reply = kernel.run("rmse, f1 = 0.25, 0.8\n%track rmse f1")
    assert reply.stream() == "celltrail: kept rmse = 0.25, f1 = 0.8\n"
    run = kernel.runs_of(reply)[0]
    assert {m.series.key: m.value for m in kernel.metrics() if m.series.run_id == run.run_id} == {
        "rmse": 0.25,
        "f1": 0.8,
    }


def test_track_with_a_wrong_name_or_value_says_so(kernel: NotebookKernel) -> None:
    reply = kernel.run("%track nosuchname")
    assert reply.status == "error"
    assert "there is no variable 'nosuchname'" in reply.reply["evalue"]
    reply = kernel.run("word = 'text'\n%track word")
    assert "metric 'word' got a str" in reply.reply["evalue"]


def test_a_tracked_cell_is_one_explicit_run_and_behaves_like_the_cell(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "%%track my run\nimport celltrail\nlines = !echo hi\ncelltrail.log_metric('m', 1)\nprint(lines[0])\n6 * 7"
    )
    assert reply.shown()[0] == ("stdout", "hi\n")
    assert reply.result() == "42"
    run = kernel.runs_of(reply)[0]
    assert (run.name, run.kind) == ("my run", "explicit")
    finished = kernel.finished(reply)
    assert set(finished.names_written) == {"celltrail", "lines"}
    assert kernel.run("%%track\n5;").result() == ""


def test_an_error_in_a_tracked_cell_is_the_user_s_and_fails_the_run(kernel: NotebookKernel) -> None:
    reply = kernel.run("%%track failing\ny = 1\nraise ValueError('mine')")
    assert (reply.reply["ename"], reply.reply["evalue"]) == ("ValueError", "mine")
    shown = "\n".join(reply.reply["traceback"])
    assert "celltrail" not in shown
    run = kernel.runs_of(reply)[0]
    end = kernel.wait_for(events.RunFinished, lambda event: event.run_id == run.run_id)
    assert end.status is Status.FAILED


def test_a_syntax_error_in_a_tracked_cell_shows_the_line(kernel: NotebookKernel) -> None:
    reply = kernel.run("%%track\nx = (1,\nif")
    assert reply.reply["ename"] == "SyntaxError"


def test_track_off_takes_everything_away_and_on_brings_it_back(kernel: NotebookKernel) -> None:
    probe = (
        "import sys\nfrom sklearn.linear_model import Ridge\nshell = get_ipython()\n"
        "def is_tapped(stream):\n    write = stream.write\n"
        "    while write.__closure__ if hasattr(write, '__closure__') else None:\n"
        "        if write.__module__.startswith('celltrail'): return True\n"
        "        write = dict(zip(write.__code__.co_freevars, write.__closure__))['original_write'].cell_contents\n"
        "    return False\n"
        "def installed():\n    return [\n"
        "        'publish' in vars(shell.display_pub), is_tapped(sys.stdout), is_tapped(sys.stderr),\n"
        "        'write_format_data' in vars(shell.displayhook), 'ast_parse' in vars(shell.compile),\n"
        "        type(vars(Ridge)['fit']).__name__ == 'TrackedMethod',\n"
        "        any('celltrail' in type(getattr(f, '__self__', None)).__module__\n"
        "            for name in ('pre_run_cell', 'post_run_cell') for f in shell.events.callbacks[name]),\n"
        "        any('celltrail' in type(f).__module__ for f in sys.meta_path)]"
    )
    kernel.run(probe)
    assert kernel.run("all(installed())").result() == "True"
    assert kernel.run("%track off").stream() == "celltrail: off, nothing is recorded until %track on\n"
    assert kernel.run("installed()").result() == str([False] * 8)
    count = len(kernel.journal())
    kernel.run("z = 1\nimport celltrail\ncelltrail.log_metric('m', 1)\nwith celltrail.start_run() as r: pass")
    assert kernel.run("r").result() == "<celltrail run 'run' not recorded>"
    assert kernel.run("%track").stream() == "celltrail: off · %track on starts it\n"
    assert len(kernel.journal()) == count
    assert kernel.run("%track on").stream() == "celltrail: on, from the next cell\n"
    reply = kernel.run("z = 2")
    assert kernel.finished(reply).names_written == ("z",)
    assert len(kernel.of_type(events.SessionStarted)) == 1
    assert kernel.run("all(installed())").result() == "True"
    assert kernel.finished(kernel.run("print('seen again')")).outputs[0].size_bytes == len("seen again\n")


def test_unloading_the_extension_restores_everything_and_ends_the_session(kernel: NotebookKernel) -> None:
    kernel.run("%unload_ext celltrail")
    assert kernel.run("installed()").result() == str([False] * 8)
    assert kernel.run("'track' in shell.magics_manager.magics['line']").result() == "False"
    assert len(kernel.of_type(events.SessionEnded)) == 1
    kernel.run("%load_ext celltrail")
    kernel.run("back = 1")
    assert len(kernel.of_type(events.SessionStarted)) == 2


def test_nothing_failed_inside_celltrail(kernel: NotebookKernel) -> None:
    assert kernel.of_type(events.CaptureFailed) == []


def test_a_tracked_cell_takes_the_settings_of_its_own_body(kernel: NotebookKernel) -> None:
    kernel.run("%%track settings\nrate = 0.1\nfor epoch in range(2):\n    loss = rate * epoch\nlast = loss")
    run = next(event for event in kernel.of_type(events.RunStarted) if event.name == "settings")
    kernel.wait_for(events.RunFinished, lambda event: event.run_id == run.run_id)
    logged = [event for event in kernel.of_type(events.ParamsLogged) if event.run_id == run.run_id]
    assert [param.key for event in logged for param in event.params] == ["rate"]
