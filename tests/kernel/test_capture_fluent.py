"""Logging by hand, in a kernel."""

import math
from pathlib import Path

import pytest
import skops.io
from notebook_kernel import NotebookKernel, Reply

from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import Origin, ParamKind, Status


@pytest.fixture(scope="module", autouse=True)
def imported(kernel: NotebookKernel) -> None:
    kernel.run("import celltrail")


def params_of(kernel: NotebookKernel, run_id: str) -> dict[str, events.Param]:
    return {p.key: p for event in kernel.of_type(events.ParamsLogged) if event.run_id == run_id for p in event.params}


def values(kernel: NotebookKernel, run_id: str, key: str) -> list[tuple[int, float]]:
    return [(m.step, m.value) for m in kernel.metrics() if m.series.run_id == run_id and m.series.key == key]


def only_run(kernel: NotebookKernel, reply: Reply) -> events.RunStarted:
    assert reply.status == "ok", reply.shown()
    runs = kernel.runs_of(reply)
    assert len(runs) == 1
    return runs[0]


def ended(kernel: NotebookKernel, run: events.RunStarted) -> events.RunFinished:
    return kernel.wait_for(events.RunFinished, lambda event: event.run_id == run.run_id)


def test_without_start_run_everything_goes_to_the_cell_s_own_run(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "celltrail.log_metric('loss', 0.5)\ncelltrail.log_metric('loss', 0.25)\n"
        "celltrail.log_metrics({'a': 1, 'b': 2})\ncelltrail.log_param('depth', 3)\ncelltrail.set_tag('team', 'blue')"
    )
    run = only_run(kernel, reply)
    assert run.kind == "cell"
    assert values(kernel, run.run_id, "loss") == [(0, 0.5), (1, 0.25)]
    assert values(kernel, run.run_id, "b") == [(0, 2.0)]
    assert params_of(kernel, run.run_id)["depth"].origin is Origin.LOGGED
    tags = [tag for event in kernel.of_type(events.TagsSet) if event.run_id == run.run_id for tag in event.tags]
    assert [(tag.key, tag.value) for tag in tags] == [("team", "blue")]
    assert ended(kernel, run).status is Status.FINISHED


def test_start_run_makes_one_run_of_its_block_and_inner_ones_its_children(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "with celltrail.start_run('outer', tags={'k': 1}, description='why') as outer:\n"
        "    celltrail.log_metric('m', 1)\n"
        "    with celltrail.start_run(run_name='inner', nested=True) as inner: celltrail.log_metric('m', 2)\n"
        "    celltrail.log_metric('m', 3)\nassert celltrail.active_run() is None\nouter.run_id"
    )
    outer, inner = kernel.runs_of(reply)
    assert reply.result() == repr(outer.run_id)
    assert (outer.name, outer.kind, inner.name, inner.parent_run_id) == ("outer", "explicit", "inner", outer.run_id)
    assert values(kernel, outer.run_id, "m") == [(0, 1.0), (1, 3.0)]
    assert values(kernel, inner.run_id, "m") == [(0, 2.0)]


def test_a_run_without_with_stays_open_over_cells_until_end_run(kernel: NotebookKernel) -> None:
    first = kernel.run("r = celltrail.start_run('over cells')\ncelltrail.log_metric('m', 1)")
    second = kernel.run("celltrail.log_metric('m', 2)\nassert celltrail.active_run().run_id == r.run_id")
    kernel.run("celltrail.end_run()")
    run = only_run(kernel, first)
    assert kernel.runs_of(second) == []
    assert values(kernel, run.run_id, "m") == [(0, 1.0), (1, 2.0)]
    assert ended(kernel, run).status is Status.FINISHED
    after = kernel.run("celltrail.log_metric('m', 3)")
    assert only_run(kernel, after).run_id != run.run_id


def test_a_second_start_run_ends_the_first_and_never_complains(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "for i in range(3):\n    celltrail.start_run(f'run {i}')\n    celltrail.log_metric('i', i)\n"
        "celltrail.end_run('FAILED')"
    )
    runs = kernel.runs_of(reply)
    assert [run.name for run in runs] == ["run 0", "run 1", "run 2"]
    assert {run.parent_run_id for run in runs} == {""}
    assert len({run.group_id for run in runs}) == 1
    assert runs[0].group_id
    assert [ended(kernel, run).status for run in runs] == [Status.FINISHED, Status.FINISHED, Status.FAILED]


def test_an_exception_in_the_block_fails_the_run_and_reaches_the_user_unchanged(kernel: NotebookKernel) -> None:
    reply = kernel.run("with celltrail.start_run('bad'):\n    {}['missing']")
    assert reply.status == "error"
    run = kernel.runs_of(reply)[0]
    end = ended(kernel, run)
    assert end.status is Status.FAILED
    assert end.error is not None
    assert end.error.name == "KeyError"


def test_a_cell_that_raises_fails_the_runs_that_are_open_in_it(kernel: NotebookKernel) -> None:
    reply = kernel.run("celltrail.start_run('left open')\ncelltrail.log_metric('m', 1)\nraise ValueError('x')")
    assert ended(kernel, kernel.runs_of(reply)[0]).status is Status.FAILED
    assert kernel.run("celltrail.active_run() is None").result() == "True"


def test_scalars_that_the_cell_reads_become_parameters_with_their_origin(kernel: NotebookKernel) -> None:
    kernel.run("lr = 0.1\nlabel = 'a'\nflag = True\nnothing = None\nlong_text = 'x' * 300\ntable = [1]\nunused = 9")
    kernel.run("def train(): return lr * 2")
    reply = kernel.run(
        "with celltrail.start_run('vars'):\n    celltrail.log_param('flag', 'mine')\n"
        "    x = train(), label, flag, nothing, long_text, table"
    )
    found = params_of(kernel, only_run(kernel, reply).run_id)
    assert (found["lr"].value, found["lr"].kind, found["lr"].origin) == ("0.1", ParamKind.NUMBER, Origin.VARIABLE)
    assert (found["label"].kind, found["nothing"].kind) == (ParamKind.TEXT, ParamKind.NONE)
    assert (found["flag"].value, found["flag"].origin) == ("mine", Origin.LOGGED)
    assert set(found) == {"lr", "label", "flag", "nothing"}


def test_a_parameters_cell_gives_the_notebook_s_parameters_to_every_run(kernel: NotebookKernel) -> None:
    kernel.run("alpha = 3\nname = 'z'", tags=("parameters",))
    kernel.run("# Parameters\nalpha = 4\n")
    reply = kernel.run("with celltrail.start_run('p'): celltrail.log_metric('m', 1)")
    found = params_of(kernel, only_run(kernel, reply).run_id)
    assert (found["alpha"].value, found["alpha"].origin) == ("4", Origin.NOTEBOOK)
    assert found["name"].origin is Origin.NOTEBOOK


def test_steps_times_nan_and_infinities_are_exact(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "for v in (float('nan'), float('inf'), float('-inf'), -0.0): celltrail.log_metric('v', v)\n"
        "celltrail.log_metric('s', 1, step=10)\ncelltrail.log_metric('s', 2)\ncelltrail.log_metric('s', 3, step=-5)"
    )
    run = only_run(kernel, reply)
    got = [value for _, value in values(kernel, run.run_id, "v")]
    assert math.isnan(got[0])
    assert got[1:3] == [math.inf, -math.inf]
    assert math.copysign(1, got[3]) == -1
    assert values(kernel, run.run_id, "s") == [(10, 1.0), (11, 2.0), (-5, 3.0)]


def test_numbers_of_numpy_and_booleans_are_numbers(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "import numpy as np, decimal, fractions\n"
        "for v in (np.float32(0.5), np.int64(2), np.array(3.0), True,\n"
        "          decimal.Decimal('4'), fractions.Fraction(1, 2)):\n"
        "    celltrail.log_metric('n', v)"
    )
    assert [v for _, v in values(kernel, only_run(kernel, reply).run_id, "n")] == [0.5, 2, 3, 1, 4, 0.5]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("celltrail.log_metric('m', 'text')", "metric 'm' got a str: give a number"),
        ("celltrail.log_metric('m', None)", "metric 'm' got a NoneType"),
        ("celltrail.log_metric('m', [1, 2])", "metric 'm' got a list"),
        ("celltrail.log_metric('m', 1j)", "metric 'm' got a complex"),
        ("celltrail.log_metric(5, 1)", "the metric is 5: give text"),
        ("celltrail.log_metric('m', 1, step='x')", "step is 'x': give an integer"),
        ("celltrail.log_metric('m', 1, step=2**70)", "does not fit into 64 bits"),
        ("celltrail.log_params({1: 2})", "the parameter is 1: give text"),
        ("celltrail.set_tag(None, 2)", "the tag is None: give text"),
        ("celltrail.start_run(5)", "the name is 5: give text"),
        ("celltrail.end_run('DONE')", "end_run got status 'DONE': use one of FINISHED"),
        ("celltrail.log_artifact('no/such/file')", "no file 'no/such/file' to keep"),
        ("celltrail.log_figure(5, 'a.png')", "log_figure got a int: give a figure"),
        ("celltrail.log_model({}, '../x')", "leaves the run"),
        ("celltrail.log_model({}, '/x')", "leaves the run"),
        ("celltrail.log_model({}, 'C:\\\\x')", "leaves the run"),
        ("celltrail.log_model({}, '')", "leaves the run"),
    ],
)
def test_a_wrong_argument_raises_and_says_what_to_give(kernel: NotebookKernel, call: str, message: str) -> None:
    reply = kernel.run(call)
    assert reply.status == "error"
    assert message in reply.reply["evalue"]


def test_hostile_and_very_many_keys_are_kept(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "keys = ['', 'k' * 10_000, '🎈', 'مفتاح', 'a/b c', '<script>', '\\ud800', 'null\\0byte']\n"
        "for key in keys: celltrail.log_metric(key, 1); celltrail.log_param(key, key); celltrail.set_tag(key, key)\n"
        "for i in range(10_000): celltrail.log_metric(f'key {i}', i)"
    )
    run = only_run(kernel, reply)
    keys = [m.series.key for m in kernel.metrics() if m.series.run_id == run.run_id]
    assert len(keys) == 10_008
    assert keys[:8] == ["", "k" * 10_000, "🎈", "مفتاح", "a/b c", "<script>", "\ud800", "null\0byte"]
    params = params_of(kernel, run.run_id)
    assert "cut: 10,000 characters" in params["k" * 10_000].value


def test_artifacts_figures_and_models_are_blobs_of_the_run(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "import matplotlib; matplotlib.use('agg')\nimport matplotlib.pyplot as plt\n"
        "fig, ax = plt.subplots(); ax.plot([1, 2]); plt.close(fig)\n"
        "from pathlib import Path; Path('notes.txt').write_text('hello')\n"
        "with celltrail.start_run('files'):\n"
        "    celltrail.log_artifact('notes.txt')\n    celltrail.log_artifact(Path('notes.txt'), 'sub/dir')\n"
        "    celltrail.log_figure(fig, 'plots/line.png')\n    celltrail.log_model({'a': 1j}, 'model')"
    )
    run = only_run(kernel, reply)
    logged = [event for event in kernel.of_type(events.ArtifactLogged) if event.run_id == run.run_id]
    assert [(a.path, a.kind, a.media_type) for a in logged] == [
        ("notes.txt", "file", "text/plain"),
        ("sub/dir/notes.txt", "file", "text/plain"),
        ("plots/line.png", "figure", "image/png"),
        ("model.pkl", "model", "application/x-python-pickle"),
    ]
    blobs = BlobStore(kernel.store)
    assert blobs.read(logged[0].digest) == b"hello"
    assert blobs.read(logged[2].digest).startswith(b"\x89PNG")
    (kept,) = [event.model for event in kernel.of_type(events.ModelLogged) if event.run_id == run.run_id]
    assert (kept.format, kept.notes) == ("pickle", ("loading it runs code",))


def test_a_model_is_kept_by_skops_and_can_be_loaded_again(kernel: NotebookKernel) -> None:
    reply = kernel.run(
        "from sklearn.linear_model import Ridge\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "model = make_pipeline(StandardScaler(), Ridge())\n"
        "with celltrail.start_run('skops'):\n    celltrail.log_model(model, 'ridge')"
    )
    run = only_run(kernel, reply)
    (kept,) = [event for event in kernel.of_type(events.ArtifactLogged) if event.run_id == run.run_id]
    assert (kept.path, kept.kind, kept.media_type) == ("ridge.skops", "model", "application/vnd.skops")
    data = BlobStore(kernel.store).read(kept.digest)
    assert [name for name, _ in skops.io.loads(data).steps] == ["standardscaler", "ridge"]
    (said,) = [event.model for event in kernel.of_type(events.ModelLogged) if event.run_id == run.run_id]
    assert (said.format, said.untrusted) == ("skops", ())


def test_runs_get_environment_hardware_and_seed(kernel: NotebookKernel) -> None:
    reply = kernel.run("import random\nrandom.seed(1)\ncelltrail.log_metric('m', random.random())")
    run = only_run(kernel, reply)
    context = kernel.wait_for(events.RunContext, lambda event: event.run_id == run.run_id and event.seed is not None)
    environment = kernel.of_type(events.EnvironmentSeen)[0].environment
    assert context.environment_digest == environment.digest
    assert "celltrail" in {package.name for package in environment.packages}
    assert context.hardware_digest == kernel.of_type(events.HardwareSeen)[-1].hardware.digest
    assert context.seed is not None
    assert "python" in context.seed.drew_from
    assert "random.seed(1)" in context.seed.seeding_calls


def test_the_code_version_is_attached_where_there_is_git(new_kernel, tmp_path: Path) -> None:
    import subprocess

    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=tmp_path, check=True)

    git("init", "-q")
    (tmp_path / "code.py").write_text("x = 1\n")
    git("add", "code.py")
    git("commit", "-qm", "first")
    (tmp_path / "code.py").write_text("x = 2\n")
    kernel = new_kernel(tmp_path)
    run = kernel.runs_of(kernel.run("import celltrail; celltrail.log_metric('m', 1)"))[0]
    context = kernel.wait_for(events.RunContext, lambda event: event.run_id == run.run_id and event.code_digest)
    code = kernel.of_type(events.CodeVersionSeen)[0].code
    assert context.code_digest == code.digest
    assert code.is_dirty
    assert b"+x = 2" in BlobStore(kernel.store).read(code.diff_digest)
    quick = [kernel.runs_of(kernel.run(f"celltrail.log_metric('m', {number})"))[0].run_id for number in range(4)]
    for run_id in quick:  # git is asked less often than cells run, and tells of each all the same
        kernel.wait_for(events.RunContext, lambda event, one=run_id: event.run_id == one and event.code_digest)


def test_nothing_failed_inside_celltrail(kernel: NotebookKernel) -> None:
    assert kernel.of_type(events.CaptureFailed) == []


def test_an_open_run_reads_as_mlflows_does(kernel: NotebookKernel) -> None:
    kernel.run("import celltrail\nwith celltrail.start_run('habit') as run:\n    open_info = run.info")
    assert kernel.run("run.info.run_id == run.run_id == open_info.run_id").result() == "True"
    assert kernel.run("(open_info.run_name, open_info.status, run.info.status)").result() == (
        "('habit', 'RUNNING', 'FINISHED')"
    )
