"""The store's contract, kept by the store in this process and by the one behind its owner in a real Jupyter server."""

import base64
import json
import math
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from jupyter_process import JupyterProcess

from celltrail import codec
from celltrail.errors import BlobNotFoundError, ExecutionNotFoundError, FilterError, RunNotFoundError
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import (
    CodeVersion,
    ColumnInfo,
    DatasetRole,
    DatasetVersion,
    Environment,
    ErrorInfo,
    Evidence,
    FileUse,
    Hardware,
    Origin,
    Package,
    Param,
    ParamKind,
    Seed,
    SourceUse,
    Status,
    Tag,
)
from celltrail.store.base import Store
from celltrail.store.datasets import DatasetQuery
from celltrail.store.local import LocalStore
from celltrail.store.open import ask_owner, open_store
from celltrail.store.remote import RemoteStore
from celltrail.store.replays import OF_TAG
from celltrail.store.runs import RunQuery
from celltrail.store.table import Shelf
from journal_writing import START, Trail, read, wrote

QUERIED = SourceUse("postgresql://ann@db/shop", "sql", "read", "v1", "SELECT 1", 1, "xxh3-128:1", "orders", 8, "a note")


@dataclass
class Opened:
    """A store and the folder that it is of."""

    store: Store
    folder: Path
    count: int = 0

    def trail(self, **options):
        """A session on a notebook that no other test has."""
        self.count += 1
        return Trail(self.folder, options.pop("notebook", f"n{self.count}.ipynb"), **options)


@pytest.fixture(scope="module", params=["local", "remote"])
def opened(request, tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "pyproject.toml").write_text("")
    folder = root / ".celltrail"
    Trail(folder, "first.ipynb").end()
    if request.param == "local":
        store = open_store(folder)
        assert isinstance(store, LocalStore)
        yield Opened(store, folder)
        store.close()
        return
    server = JupyterProcess(root, tmp_path_factory.mktemp("home"))
    try:
        deadline = time.monotonic() + 30
        while ask_owner(folder) is None:
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.05)
        store = open_store(folder)
        assert isinstance(store, RemoteStore)
        yield Opened(store, folder)
    finally:
        server.stop()


def names(page):
    return [run.name for run in page.runs]


class TestStore:
    """What every store does."""

    def test_versions_of_data_are_told_by_name_source_digest_and_run(self, opened):
        trail = opened.trail()
        data = DatasetVersion("blake3:" + "5" * 64, "file", size_bytes=3, source="orders.csv", version="v9")
        execution = trail.cell(files=(FileUse("orders.csv", "read", data.digest, 3),), sources=(QUERIED,))
        run_id = trail.run("Ridge", execution_id=execution)
        trail.dataset(run_id, data, DatasetRole.INPUT, "the orders")
        trail.writer.append(
            events.DatasetNamed(execution, trail.tick(), "the orders", data, "a note"),
            events.ContentKept(trail.tick(), data.digest, "orders.csv", data.digest, 3, "text/csv"),
        )
        trail.end()
        opened.store.fold()
        store = opened.store
        [named] = [one for one in store.list_datasets() if one.name == "the orders"]
        assert (named.is_named, named.sources, named.run_count) == (True, ("orders.csv",), 1)
        for query in (
            DatasetQuery("the orders"),
            DatasetQuery("orders.csv"),
            DatasetQuery(digest="blake3:55555"),
            DatasetQuery(digest="55555"),
            DatasetQuery(run_id=run_id),
        ):
            [found] = store.list_dataset_versions(query)
            assert (found.name, found.dataset, found.run_ids) == ("the orders", data, (run_id,))
            assert (found.blob, found.media_type, found.note) == (data.digest, "text/csv", "a note")
        [queried] = [one for one in store.list_dataset_versions(DatasetQuery("orders")) if one.dataset.kind == "sql"]
        assert (queried.dataset.source, queried.dataset.version) == (QUERIED.uri, "v1")
        assert store.list_dataset_versions(DatasetQuery("no such", limit=5)) == ()

    def test_what_a_session_wrote_is_answered_whole(self, opened):
        trail = opened.trail()
        digest, size = BlobStore(opened.folder).put_bytes(b"a figure")
        environment = Environment("env:9", "3.11.9", "CPython", "Linux", (Package("numpy", "2.4"),))
        hardware = Hardware("hw:9", "cpu", 2, 1 << 34, ("gpu",), "openblas", ("OMP_NUM_THREADS=1",))
        code = CodeVersion("code:9", "abc", "main", is_dirty=True, diff_digest=digest)
        seed = Seed(random_states=(Param("random_state", "0", ParamKind.NUMBER),), seeding_calls=("random.seed(0)",))
        columns = (ColumnInfo("age", "float64", "x:1"), ColumnInfo("name", "str", "x:2"))
        data = DatasetVersion("xxh3-128:1", "dataframe", 10, 2, columns, 160, "data.csv", is_sampled=True)
        execution = trail.cell("model.fit(X)", "cell-1", is_finished=False)
        run_id = trail.run("Ridge", execution_id=execution, estimator="sklearn.Ridge", variable="model")
        trail.writer.append(
            events.EnvironmentSeen(environment),
            events.HardwareSeen(hardware),
            events.CodeVersionSeen(code),
            events.RunContext(run_id, trail.tick(), "env:9", "hw:9", "code:9", seed),
            events.ArtifactLogged(run_id, trail.tick(), "plots/a.png", digest, size, "image/png", "figure"),
            events.ParamsLogged(
                run_id, trail.tick(), (Param("alpha", "0.1", ParamKind.NUMBER, Origin.ESTIMATOR, "m", True),)
            ),
            events.TagsSet(run_id, trail.tick(), (Tag("team", "📈 فريق"),)),
        )
        trail.dataset(run_id, data, DatasetRole.TRAIN, "X")
        trail.metric(run_id, "loss", 3.0, 1.0, 2.0)
        trail.finish_cell(execution, names_read=("X",), names_written=("model",), files=(read("data.csv"),))
        trail.end()
        opened.store.fold()

        detail = opened.store.get_run(run_id[:10])

        assert detail.run.run_id == run_id
        assert (detail.run.name, detail.run.status, detail.run.kind) == ("Ridge", Status.FINISHED, "fit")
        assert (detail.run.notebook_path, detail.run.cell_id) == (trail.notebook, "cell-1")
        assert (detail.run.estimator, detail.run.variable) == ("sklearn.Ridge", "model")
        assert detail.run.duration_s == pytest.approx((detail.run.ended_at - detail.run.started_at) / 1e6)
        assert detail.params == (Param("alpha", "0.1", ParamKind.NUMBER, Origin.ESTIMATOR, "m", is_default=True),)
        assert detail.tags == (Tag("team", "📈 فريق"),)
        assert (detail.environment, detail.hardware, detail.code, detail.seed) == (environment, hardware, code, seed)
        assert [(use.name, use.role, use.dataset) for use in detail.datasets] == [("X", DatasetRole.TRAIN, data)]
        [artifact] = detail.artifacts
        assert (artifact.path, artifact.digest, artifact.kind) == ("plots/a.png", digest, "figure")
        assert opened.store.read_blob(artifact.digest) == b"a figure"
        [metric] = detail.metrics
        assert (metric.value, metric.step, metric.count, metric.minimum, metric.maximum) == (2.0, 2, 3, 1.0, 3.0)
        assert detail.execution.source == "model.fit(X)"
        assert detail.execution.run_ids == (run_id,)
        assert (detail.execution.names_read, detail.execution.files) == (("X",), (read("data.csv"),))

    def test_a_second_fold_changes_nothing(self, opened):
        trail = opened.trail()
        trail.run(metrics={"m": 1.0})
        assert opened.store.fold().metric_count <= 1  # a server may have been faster
        again = opened.store.fold()
        assert (again.event_count, again.metric_count, again.changed_run_ids) == (0, 0, ())
        assert opened.store.search_runs(RunQuery(notebook_path=trail.notebook)).total == 1

    def test_numbers_come_back_exactly(self, opened):
        trail = opened.trail()
        values = (0.1 + 0.2, 5e-324, -1.7976931348623157e308, math.inf, -math.inf, math.nan, -0.0)
        run_id = trail.run()
        trail.metric(run_id, "exact", *values, first_step=-(2**62))
        opened.store.fold()
        history = opened.store.metric_history(run_id, "exact")
        assert [point.step for point in history.points] == [-(2**62) + i for i in range(len(values))]
        assert [repr(point.value) for point in history.points] == [repr(value) for value in values]

    def test_the_filter_finds_what_it_says(self, opened):
        trail = opened.trail()
        trail.run("ridge", params={"model": "ridge", "alpha": 0.1}, metrics={"rmse": 0.5, "a key 📈": 1.0})
        trail.run("lasso", params={"model": "lasso", "alpha": 10.0}, metrics={"rmse": 1.5}, tags={"team": "red"})
        trail.run("none", metrics={"rmse": math.nan}, status=Status.FAILED)
        opened.store.fold()

        def found(text):
            query = RunQuery(filter=text, notebook_path=trail.notebook, order_by=("start_time",))
            return names(opened.store.search_runs(query))

        assert found("metrics.rmse < 1 and params.model = 'ridge'") == ["ridge"]
        assert found("metrics.rmse < 1 or tags.team LIKE 'r%'") == ["ridge", "lasso"]
        assert found("params.alpha > 9") == ["lasso"]
        assert found("params.alpha = '0.1'") == ["ridge"]
        assert found("params.model IN ('lasso', \"ridge\")") == ["ridge", "lasso"]
        assert found("metrics.`a key 📈` >= 1") == ["ridge"]
        assert found("status = 'FAILED'") == ["none"]
        assert found("metrics.rmse != 0.5") == ["lasso", "none"]
        assert found("params.model IS NULL") == ["none"]
        assert found("attributes.name ILIKE 'R%'") == ["ridge"]
        assert found("start_time > '2023-11-14' and start_time < 1700000000010") == ["ridge", "lasso"]
        assert found("metrics.absent < 1") == []

    def test_runs_of_replays_are_left_out_and_counted_unless_somebody_asks_for_them(self, opened):
        own = opened.trail()
        run_id = own.run("the original", metrics={"replayed": 1.0})
        replayed = []
        for place in (".celltrail", "/elsewhere/a store"):
            again = Trail(opened.folder, f"{place}/replays/{run_id[:8]}-20261123-193038-full-3f2a.ipynb")
            replayed.append(again.run("it again", metrics={"replayed": 1.0}, tags={OF_TAG: run_id}))
            again.run("on the way", metrics={"replayed": 1.0}, kind="code")
        opened.trail(notebook="replays/of-theatre-plays.ipynb").run("no replay", metrics={"replayed": 1.0})
        opened.store.fold()
        ours = RunQuery(filter="metrics.replayed = 1", order_by=("start_time",))

        def found(query):
            return sorted(names(opened.store.search_runs(query)))

        assert found(ours) == ["no replay", "the original"]
        page = opened.store.search_runs(replace(ours, limit=1))
        assert (page.total, page.replay_count) == (2, 4)
        whole = opened.store.search_runs(replace(ours, with_replays=True))
        assert (whole.total, whole.replay_count) == (6, 0)
        made = [run.replay_of for run in whole.runs]
        assert sorted(made) == ["", "", run_id[:8], run_id[:8], run_id, run_id]
        assert found(replace(ours, filter=f"attributes.replay_of = '{run_id}'")) == ["it again"] * 2
        assert (
            found(replace(ours, filter=f"attributes.replay_of LIKE '{run_id[:8]}%'", limit=9)).count("on the way") == 2
        )
        assert found(RunQuery(filter=f"tags.`{OF_TAG}` = '{run_id}'")) == ["it again"] * 2
        assert found(RunQuery(filter=f"attributes.run_id = '{replayed[0]}'")) == ["it again"]
        assert found(RunQuery(text=replayed[1][:12])) == ["it again"]
        assert opened.store.get_run(replayed[1]).run.replay_of == run_id
        with pytest.raises(FilterError, match="expected the next_cursor"):
            opened.store.search_runs(replace(ours, with_replays=True, cursor=page.next_cursor))

    def test_a_bad_filter_says_where_and_what_was_expected(self, opened):
        with pytest.raises(FilterError, match="expected a number or a text") as caught:
            opened.store.search_runs(RunQuery(filter="metrics.rmse < and"))
        assert caught.value.position == 15
        with pytest.raises(FilterError, match="expected the next_cursor"):
            opened.store.search_runs(RunQuery(cursor="nonsense"))
        with pytest.raises(FilterError, match="expected a limit from 1"):
            opened.store.search_runs(RunQuery(limit=0))

    def test_a_cursor_that_was_tampered_with_or_is_of_another_question_is_refused(self, opened):
        trail = opened.trail()
        for i in range(3):
            trail.run(f"r{i}", metrics={"m": float(i)})
        opened.store.fold()
        query = RunQuery(order_by=("metrics.m",), notebook_path=trail.notebook, limit=1)
        cursor = opened.store.search_runs(query).next_cursor
        with pytest.raises(FilterError, match="expected the next_cursor"):
            opened.store.search_runs(replace(query, order_by=("metrics.m DESC",), cursor=cursor))
        values = json.loads(base64.urlsafe_b64decode(cursor + "=="))
        for bad in (
            [values[0], "x", "y", 3, "z", "w"],
            [values[0], *[10**40] * 5],
            values[:2],
            [values[0], *[None] * 5],
        ):
            forged = base64.urlsafe_b64encode(json.dumps(bad).encode()).decode()
            with pytest.raises(FilterError, match="expected the next_cursor"):
                opened.store.search_runs(replace(query, cursor=forged))

    @pytest.mark.parametrize("order", ["metrics.m", "metrics.m DESC"])
    def test_pages_hold_every_run_once_with_nan_and_missing_last(self, opened, order):
        trail = opened.trail()
        for i in range(7):
            trail.run(f"r{i}", metrics={"m": float(i % 3)})
        trail.run("nan", metrics={"m": math.nan})
        trail.run("missing")
        opened.store.fold()
        query = RunQuery(notebook_path=trail.notebook, order_by=(order,), limit=2)
        seen, cursor = [], ""
        while True:
            page = opened.store.search_runs(replace(query, cursor=cursor))
            if not seen:  # a run that arrives between two pages neither repeats nor hides one
                trail.run("late", metrics={"m": -1.0 if order == "metrics.m" else 99.0})
                opened.store.fold()
            seen += names(page)
            cursor = page.next_cursor
            if not cursor:
                break
        assert sorted(seen) == sorted([f"r{i}" for i in range(7)] + ["nan", "missing"])
        assert seen[-2:] == ["nan", "missing"]
        ranks = [int(name[1:]) % 3 for name in seen[:-2]]
        assert ranks == sorted(ranks, reverse=order.endswith("DESC"))

    def test_children_come_with_their_parent_only(self, opened):
        trail = opened.trail()
        parent = trail.run("search", kind="search")
        for i in range(3):
            trail.run(f"candidate {i}", kind="candidate", parent_run_id=parent)
        opened.store.fold()
        page = opened.store.search_runs(RunQuery(notebook_path=trail.notebook))
        assert [(run.name, run.child_count) for run in page.runs] == [("search", 3)]
        assert opened.store.search_runs(RunQuery(notebook_path=trail.notebook, with_children=True)).total == 4
        assert opened.store.search_runs(RunQuery(parent_run_id=parent)).total == 3
        assert [run.name for run in opened.store.get_run(parent).children] == [f"candidate {i}" for i in range(3)]

    def test_words_are_searched_in_names_params_and_tags(self, opened):
        trail = opened.trail()
        trail.run("Ridge", params={"solver": "svd_100%"}, tags={"team": "blue"})
        trail.run("Lasso", params={"solver": "svdx100y"})
        opened.store.fold()

        def found(text):
            return names(opened.store.search_runs(RunQuery(notebook_path=trail.notebook, text=text)))

        assert found("ridge blue") == ["Ridge"]
        assert found("svd_100%") == ["Ridge"]
        assert found("SVD") == ["Lasso", "Ridge"]
        assert found("blue lasso") == []

    def test_the_keys_asked_for_are_returned(self, opened):
        trail = opened.trail()
        trail.run(params={"a": 1, "b": 2}, metrics={"m": 1.0, "n": 2.0}, tags={"t": "x"})
        opened.store.fold()
        query = RunQuery(notebook_path=trail.notebook)
        [bare] = opened.store.search_runs(query).runs
        [some] = opened.store.search_runs(replace(query, keys=("metrics.n", "params.a"))).runs
        [whole] = opened.store.search_runs(replace(query, keys=None)).runs
        assert (bare.params, bare.metrics, bare.tags) == ({}, {}, {})
        assert (some.params, some.metrics, some.tags) == ({"a": "1"}, {"n": 2.0}, {})
        assert (whole.params, whole.metrics, whole.tags) == ({"a": "1", "b": "2"}, {"m": 1.0, "n": 2.0}, {"t": "x"})

    def test_the_key_metric_is_what_was_logged_else_held_out_else_the_latest(self, opened):
        trail = opened.trail()

        def key_metric(run_id):
            opened.store.fold()
            metric = opened.store.get_run(run_id).run.key_metric
            return metric.key, metric.dataset_name

        run_id = trail.run()
        trail.metric(run_id, "mse", 1.0, evidence=Evidence.SAME_OBJECT, dataset_name="X_test")
        trail.metric(run_id, "mse", 2.0, evidence=Evidence.SAME_OBJECT, dataset_name="X_train")
        trail.metric(run_id, "r2", 2.0, evidence=Evidence.SAME_OBJECT, dataset_name="X_train")
        assert key_metric(run_id) == ("mse", "X_test")
        assert opened.store.search_runs(RunQuery(filter="metrics.mse = 1", notebook_path=trail.notebook)).total == 1
        trail.metric(run_id, "mine", 3.0)
        trail.metric(run_id, "r2", 2.0, evidence=Evidence.SAME_OBJECT, dataset_name="X_valid")
        assert key_metric(run_id) == ("mine", "")

        validated = trail.run()
        for key in ("test_score", "mean_test_score", "std_test_score", "mean_train_score", "score_time", "f1_score-2"):
            trail.metric(validated, key, 0.5, evidence=Evidence.OWN, dataset_name="X")
        assert key_metric(validated) == ("mean_test_score", "X"), "a spread, a time and a repeat stand beside a result"

        sliced = trail.run()
        trail.metric(sliced, "r2[a]", 0.9, evidence=Evidence.SAME_OBJECT, dataset_name="X_test", slice_name="a")
        assert key_metric(sliced) == ("r2[a]", "X_test"), "a part stands for the run where nothing else does"
        trail.metric(sliced, "r2", 0.5, evidence=Evidence.SAME_OBJECT, dataset_name="frame")
        assert key_metric(sliced) == ("r2", "frame")

    def test_a_metric_measured_again_counts_into_its_series(self, opened):
        trail = opened.trail()
        run_id = trail.run()
        trail.metric(run_id, "m", 5.0, execution_id="e1", dataset_name="X")
        trail.metric(run_id, "m", 4.0, execution_id="e2", dataset_name="X")
        opened.store.fold()
        [metric] = opened.store.get_run(run_id).metrics
        assert (metric.value, metric.count, metric.maximum, metric.execution_id) == (4.0, 2, 5.0, "e2")

    def test_a_long_history_keeps_its_peaks(self, opened):
        trail = opened.trail()
        run_id = trail.run()
        values = [math.sin(i / 50) for i in range(20_000)]
        values[12_345], values[777], values[15_000] = 99.0, -99.0, math.nan
        trail.metric(run_id, "wave", *values)
        opened.store.fold()
        history = opened.store.metric_history(run_id, "wave", max_points=200)
        assert history.is_decimated
        assert history.count == 20_000
        assert len(history.points) <= 200
        kept = {point.step: point.value for point in history.points}
        assert (kept[12_345], kept[777], kept[0], kept[19_999]) == (99.0, -99.0, values[0], values[-1])
        assert math.isnan(kept[15_000])
        assert not opened.store.metric_history(run_id, "absent").points

    def test_an_ambiguous_metric_is_shown_at_each_candidate(self, opened):
        trail = opened.trail()
        first, second, other = trail.run(), trail.run(), trail.run()
        trail.writer.append(events.MetricAmbiguous(trail.tick(), "e", "f1", 0.5, (first, second), "equal predictions"))
        opened.store.fold()
        for run_id in (first, second):
            [metric] = opened.store.get_run(run_id).ambiguous_metrics
            assert (metric.key, metric.candidate_run_ids) == ("f1", (first, second))
        assert opened.store.get_run(other).ambiguous_metrics == ()

    def test_ambiguous_metrics_are_listed_newest_first_and_once_for_a_cell_that_ran_again(self, opened):
        trail = opened.trail()
        first, second = trail.run("Ridge"), trail.run("Lasso")
        for value in (0.1, 0.2):
            cell = trail.cell("f1_score(y, p)", "measure")
            trail.writer.append(events.MetricAmbiguous(trail.tick(), cell, "f1", value, (first, second), "a blend"))
        trail.writer.append(events.MetricAmbiguous(trail.tick(), cell, "auc", 0.3, (second, first), "a blend", "X"))
        opened.store.fold()
        listed = opened.store.list_ambiguous(trail.notebook)
        assert [(one.key, one.value, one.dataset_name) for one in listed] == [("auc", 0.3, "X"), ("f1", 0.2, "")]
        assert listed[0].candidate_run_ids == (second, first)
        assert listed[0].candidate_names == ("Lasso", "Ridge")
        assert opened.store.list_ambiguous(trail.notebook, 1) == listed[:1]
        assert set(listed) <= set(opened.store.list_ambiguous())
        assert opened.store.list_ambiguous("no such notebook.ipynb") == ()

    def test_a_notebook_is_found_by_its_name_in_whatever_folder(self, opened):
        for place in ("named.ipynb", "deep/er/named.ipynb", "unnamed.ipynb"):
            Trail(opened.folder, place).run(place)
        opened.store.fold()
        query = RunQuery(notebook_name="named.ipynb", order_by=("notebook",), limit=1)
        page = opened.store.search_runs(query)
        rest = opened.store.search_runs(replace(query, cursor=page.next_cursor))
        assert names(page) + names(rest) == ["deep/er/named.ipynb", "named.ipynb"]
        assert (page.total, rest.next_cursor) == (2, "")

    def test_several_runs_are_read_at_once_as_one_by_one_but_for_what_others_have_to_do_with_them(self, opened):
        trail = opened.trail()
        runs = [
            trail.run(
                f"run {n}", execution_id=trail.cell(f"x = {n}"), params={"a": n}, metrics={"m": n / 2}, tags={"t": "x"}
            )
            for n in range(3)
        ]
        trail.run("child", parent_run_id=runs[1])
        opened.store.fold()
        alone = [replace(opened.store.get_run(run_id), children=(), group=None) for run_id in runs]
        asked = (runs[2], runs[0][:12], runs[1], runs[2])
        assert opened.store.get_runs(asked) == (alone[2], alone[0], alone[1], alone[2])
        assert opened.store.get_runs(()) == ()
        with pytest.raises(RunNotFoundError, match="matches no run"):
            opened.store.get_runs((runs[0], "fade"))

    def test_an_id_that_fits_no_run_or_several_is_an_error(self, opened):
        trail = opened.trail()
        trail.run(run_id="feed0001")
        trail.run(run_id="feed0002")
        opened.store.fold()
        with pytest.raises(RunNotFoundError, match="matches 2 runs") as caught:
            opened.store.get_run("feed")
        assert caught.value.matches == ("feed0001", "feed0002")
        with pytest.raises(RunNotFoundError, match="'fee' is too short: give 4 or more characters"):
            opened.store.get_run("fee")
        with pytest.raises(RunNotFoundError, match="matches no run"):
            opened.store.get_run("fade")
        with pytest.raises(RunNotFoundError, match="matches no run"):
            opened.store.metric_history("'; DROP TABLE run; --", "m")

    def test_badges_tell_the_last_run_and_what_changed_since(self, opened):
        trail = opened.trail()
        source = "fit(X)  # 📈"
        execution = trail.cell(
            source, "fit", names_read=("X",), names_written=("model", "X"), files=(read("a.csv"),), sources=(QUERIED,)
        )
        run_id = trail.run(execution_id=execution, metrics={"m": 1.0})
        opened.store.fold()
        [badge] = opened.store.list_badges(trail.notebook)
        assert (badge.cell_id, badge.run.run_id, badge.run_count, badge.input_changes) == ("fit", run_id, 1, ())
        assert (badge.source_crc32, badge.source_length) == (zlib.crc32(source.encode()), len(source))
        trail.cell(
            "X = 2",
            "load",
            names_written=("X",),
            files=(wrote("a.csv"),),
            sources=(SourceUse(QUERIED.uri, "sql", "write"),),
        )
        opened.store.fold()
        stale = {badge.cell_id: badge.input_changes for badge in opened.store.list_badges(trail.notebook)}
        changed = [(one.name, one.cell_id, one.execution_count) for one in stale["fit"]]
        assert changed == [(name, "load", 2) for name in ("X", "a.csv", QUERIED.uri)]
        assert (stale["load"], stale["fit"][0].at) == ((), trail.at)
        trail.cell(source, "fit", names_read=("X",), names_written=("model",))
        opened.store.fold()
        badges = {badge.cell_id: badge for badge in opened.store.list_badges(trail.notebook)}
        assert badges["fit"].input_changes == ()
        assert badges["fit"].run is None
        assert opened.store.list_badges("no such notebook.ipynb") == ()

    def test_links_lead_from_a_badges_run_to_all_that_it_rests_on_and_to_nothing_else(self, opened):
        trail = opened.trail()
        first = trail.cell("rows = 1", "load", names_written=("rows",))
        trail.cell("aside = 1", "aside", names_written=("aside",))
        file = trail.cell("save(rows)", "save", names_read=("rows",), files=(wrote("a.csv"),))
        fit = trail.cell("fit()", "fit", names_read=("missing",), names_written=("m",), files=(read("a.csv"),))
        trail.run(execution_id=fit)
        opened.store.fold()
        links = opened.store.list_links(trail.notebook)
        assert [link.execution_id for link in links] == [first, file, fit]
        assert [(one.name, one.execution_id) for link in links for one in link.inputs] == [
            ("rows", first),
            ("a.csv", file),
        ]
        assert (links[0].cell_id, links[0].source_length, links[0].source_crc32) == ("load", 8, zlib.crc32(b"rows = 1"))
        assert opened.store.list_links("no such notebook.ipynb") == ()

    def test_a_cell_has_a_history_by_pages_with_runs_and_whole_sources(self, opened):
        trail = opened.trail()
        ids = [trail.cell("# first\n" + f"x = {number}\n" * 2000, "a") for number in range(5)]
        run_id = trail.run("Ridge", execution_id=ids[4], metrics={"r2": 0.5})
        opened.store.fold()
        page = opened.store.cell_history(trail.notebook, "a", limit=2, offset=0)
        assert ([one.execution_id for one in page.executions], page.total, page.elsewhere) == (ids[:2:-1], 5, 0)
        newest = page.executions[0]
        assert (newest.run.run_id, newest.run.metric_key, newest.label) == (run_id, "r2", "first")
        elsewhere = opened.store.cell_history("renamed.ipynb", "a")
        assert (elsewhere.executions, elsewhere.total, elsewhere.elsewhere) == ((), 0, 5)
        assert opened.store.cell_history("renamed.ipynb", "a", with_elsewhere=True).total == 5
        assert opened.store.executed_source(ids[2]).source == "# first\n" + "x = 2\n" * 2000
        with pytest.raises(ExecutionNotFoundError, match="no cell execution 'nobody'"):
            opened.store.executed_source("nobody")

    def test_executions_are_listed_newest_first(self, opened):
        trail = opened.trail()
        trail.cell("1", "a")
        trail.cell("x" * 5000, "b", status=Status.FAILED, error=ErrorInfo("ValueError", "no", "Traceback"))
        trail.cell("3", "a")
        opened.store.fold()
        listed = opened.store.list_executions(trail.notebook)
        assert [(one.cell_id, one.execution_count) for one in listed] == [("a", 3), ("b", 2), ("a", 1)]
        assert (len(listed[1].source), listed[1].source_length) == (2000, 5000)
        assert listed[1].error == ErrorInfo("ValueError", "no", "Traceback")
        assert len(opened.store.list_executions(trail.notebook, "a", 1)) == 1

    def test_a_session_is_listed_in_executed_order_with_whole_sources(self, opened):
        trail, other = opened.trail(), opened.trail()
        trail.cell(
            "x" * 5000, "b", names_read=("a",), names_written=("b",), files=(wrote("a.csv"),), sources=(QUERIED,)
        )
        other.cell("0", "b")
        trail.cell("2", "a", status=Status.FAILED)
        trail.cell("3", "b")
        opened.store.fold()
        listed = opened.store.list_executions(session_id=trail.session_id)
        assert [(one.cell_id, one.execution_count) for one in listed] == [("b", 1), ("a", 2), ("b", 3)]
        assert (listed[0].source, listed[0].source_length) == ("x" * 5000, 5000)
        assert (listed[0].names_read, listed[0].names_written) == (("a",), ("b",))
        assert listed[0].files == (wrote("a.csv"),)
        assert (listed[0].sources, listed[1].sources) == ((QUERIED,), ())
        assert opened.store.list_executions("elsewhere.ipynb", "a", 1, trail.session_id) == listed
        assert opened.store.list_executions(session_id="unknown") == ()
        assert opened.store.list_executions() == ()

    def test_a_renamed_notebook_keeps_its_runs(self, opened):
        trail = opened.trail()
        trail.run("before")
        opened.store.fold()
        trail.writer.append(events.SessionRenamed(trail.kernel_id, trail.tick(), "renamed/to.ipynb"))
        report = opened.store.fold()
        assert report.event_count <= 1
        assert names(opened.store.search_runs(RunQuery(notebook_path="renamed/to.ipynb"))) == ["before"]

    def test_a_later_value_replaces_and_an_earlier_one_does_not(self, opened):
        trail = opened.trail()
        run_id = trail.run(params={"p": 1}, tags={"t": "a"})
        opened.store.fold()
        trail.writer.append(
            events.TagsSet(run_id, trail.tick(), (Tag("t", "b"),)),
            events.TagsSet(run_id, START, (Tag("t", "too old"),)),
            events.ParamsLogged(run_id, trail.tick(), (Param("p", "2"),)),
        )
        opened.store.fold()
        detail = opened.store.get_run(run_id)
        assert (detail.tags, [param.value for param in detail.params]) == ((Tag("t", "b"),), ["2"])

    def test_hostile_texts_come_back_as_they_were(self, opened):
        texts = [
            "'; DROP TABLE run; --",
            "<script>alert(1)</script>",
            "../../x",
            "nul\0in",
            "a\u202eb",
            "%_!`\"'",
            "🙈" * 300,
        ]
        trail = opened.trail()
        trail.run("lone \udc80 surrogate")
        for text in texts:
            trail.run(text, params={text: text}, metrics={text: 1.0}, tags={text: text})
        opened.store.fold()
        page = opened.store.search_runs(RunQuery(notebook_path=trail.notebook, keys=None, order_by=("start_time",)))
        assert page.runs[0].name == "lone \\udc80 surrogate"
        for run, text in zip(page.runs[1:], texts, strict=True):
            assert (run.name, run.params, run.tags, run.metrics) == (text, {text: text}, {text: text}, {text: 1.0})
            key = text.replace("`", "``")
            found = opened.store.search_runs(RunQuery(filter=f"metrics.`{key}` = 1", notebook_path=trail.notebook))
            assert names(found) == [text]
            assert text in opened.store.list_keys().metrics

    def test_a_blob_is_given_only_whole(self, opened):
        blobs = BlobStore(opened.folder)
        digest, _ = blobs.put_bytes(b"content" * 1000)
        assert opened.store.read_blob(digest) == b"content" * 1000
        path = blobs.path(digest)
        path.chmod(0o644)
        path.write_bytes(b"another")
        for wrong in (digest, "blake3:" + "0" * 64, "blake3:../../../etc/passwd", ""):
            with pytest.raises(BlobNotFoundError, match="no artifact"):
                opened.store.read_blob(wrong)

    def test_status_counts_what_is_there(self, opened):
        opened.trail().run()
        opened.store.fold()
        status = opened.store.status()
        assert status.root == str(opened.folder)
        every = RunQuery(with_children=True, with_replays=True, shelf=Shelf.ALL, limit=1)
        assert status.run_count == opened.store.search_runs(every).total
        assert status.session_count >= 1
        assert status.size_bytes > 0
        assert status.owner == "this process" or status.owner.startswith("http://127.0.0.1:")

    def test_our_own_failures_are_counted_by_place(self, opened):
        trail = opened.trail()
        error = ErrorInfo("TypeError", "odd model")
        trail.writer.append(*(events.CaptureFailed(trail.session_id, trail.tick(), "fit", error) for _ in range(3)))
        trail.writer.append(events.EventsDropped(trail.tick(), 7))
        opened.store.fold()
        failures = {one.where: one for one in opened.store.status().capture_failures}
        assert (failures["fit"].message, failures["fit"].count) == ("TypeError: odd model", 3)
        assert failures["journal"].count == 7

    def test_every_answer_survives_its_json(self, opened):
        trail = opened.trail()
        run_id = trail.run(metrics={"m": math.inf})
        opened.store.fold()
        detail = opened.store.get_run(run_id)
        assert codec.loads(type(detail), codec.dumps(detail)) == detail

    def test_questions_are_answered_while_a_fold_goes_on(self, opened):
        trail = opened.trail()
        run_id = trail.run()
        opened.store.fold()
        stop = threading.Event()

        def ask():
            while not stop.is_set():
                points = opened.store.metric_history(run_id, "m", 100_000).points
                assert [point.step for point in points] == list(range(len(points))), "a part of a write was seen"
                opened.store.search_runs(RunQuery(order_by=("metrics.m",)))

        with ThreadPoolExecutor(3) as pool:
            asking = [pool.submit(ask) for _ in range(3)]
            for i in range(15):
                trail.metric(run_id, "m", *map(float, range(50)), first_step=50 * i)
                opened.store.fold()
            stop.set()
            for asked in asking:
                asked.result(timeout=60)
        assert opened.store.metric_history(run_id, "m").count == 750
