"""Runs tagged, starred, archived and brought back by the table's request; views kept; nothing is ever deleted."""

import math

import pytest
from jupyter_process import JupyterProcess

from celltrail.cli.app import group
from celltrail.journal import events
from celltrail.journal.once import append_once
from celltrail.records import Tag
from celltrail.store.open import open_store
from journal_writing import START, Trail


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("edit")
    root = base / "root"
    root.mkdir()
    (root / "pyproject.toml").touch()
    trail = Trail(root / ".celltrail", "a.ipynb")
    for number, model in enumerate(("Ridge", "Ridge", "Lasso", "SVR")):
        trail.run(
            f"run {number}",
            run_id=f"{number:032x}",
            params={"model": model, "long": "x" * 5000} if number < 3 else {"model": model},
            metrics={"rmse": number / 2, "accuracy": number / 10},
            tags={"team": "a" if number % 2 else "b", "long": "y" * 5000},
        )
    trail.metric(f"{0:032x}", "loss", *(1 / (step + 1) for step in range(5000)))
    trail.metric(f"{1:032x}", "loss", *[math.nan] * 20)
    trail.writer.close()
    server = JupyterProcess(root, base / "home")
    server.store_folder = root / ".celltrail"
    server.ask("fold")  # each test alone, too
    yield server
    server.kill()


def edit(server, *numbers, **changes):
    answer = server.request("celltrail/api/edit", {"run_ids": [f"{number:032x}" for number in numbers], **changes})
    server.ask("fold")
    return answer


def runs(server, **query):
    found = server.ask("search_runs", {"query": {"keys": None, **query}})["runs"]
    return {int(run["run_id"], 16): run for run in found}


def test_a_tag_is_set_replaced_and_taken_off(server):
    answer = edit(server, 0, 1, tags=[{"key": "stage", "value": "test"}])
    assert (answer.status, len(answer.json()["run_ids"])) == (200, 2)
    edit(server, 1, tags=[{"key": "stage", "value": "live"}])
    assert [runs(server)[number]["tags"].get("stage") for number in range(3)] == ["test", "live", None]
    edit(server, 0, 1, removed_tags=["stage", "never set"])
    assert all("stage" not in run["tags"] for run in runs(server).values())
    edit(server, 0, tags=[{"key": "stage", "value": "again"}])
    assert runs(server)[0]["tags"]["stage"] == "again"


def test_an_archived_run_is_in_no_list_until_it_is_brought_back(server):
    edit(server, 2, is_archived=True)
    assert 2 not in runs(server)
    assert set(runs(server, shelf="archived")) == {2}
    assert set(runs(server, shelf="all")) == {0, 1, 2, 3}
    assert runs(server, shelf="all")[2]["is_archived"]
    assert server.ask("get_run", {"run_id": f"{2:032x}"})["run"]["name"] == "run 2"
    edit(server, 2, is_archived=False)
    assert 2 in runs(server)
    assert runs(server, shelf="archived") == {}


def test_stars_and_notes_stay_with_the_run(server):
    edit(server, 3, is_starred=True, note="**the good one**")
    found = runs(server, is_starred_only=True)
    assert set(found) == {3}
    assert found[3]["is_starred"]
    assert found[3]["tags"]["celltrail.note"] == "**the good one**"
    edit(server, 3, is_starred=False, note="")
    assert runs(server, is_starred_only=True) == {}
    assert "celltrail.note" not in runs(server)[3]["tags"]


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        ({"run_ids": ["f" * 32], "is_starred": True}, 404, "f" * 32),
        ({"run_ids": [f"{0:032x}"]}, 400, "nothing"),
        ({"run_ids": [], "is_starred": True}, 400, "no run"),
        ({"run_ids": [f"{0:032x}"], "tags": [{"key": " ", "value": ""}]}, 400, "key of 1"),
        ({"run_ids": [f"{0:032x}"], "tags": [{"key": "a", "value": "x" * 9000}]}, 400, "8,000"),
        ({"run_ids": [f"{0:032x}"], "removed_tags": ["celltrail.kept"]}, 400, "celltrail's own"),
        ({"run_ids": [f"{0:032x}"] * 1001, "is_starred": True}, 400, "too many"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_the_reason_and_changes_nothing(server, body, status, why):
    before = runs(server, shelf="all")
    answer = server.request("celltrail/api/edit", body)
    assert answer.status == status, answer.body
    assert why in answer.json()["message"]
    server.ask("fold")
    assert runs(server, shelf="all") == before


def test_groups_count_their_runs_and_know_the_best_of_each_metric(server):
    query = {"group_by": "params.model", "keys": ["metrics.rmse", "metrics.accuracy", "metrics.absent"]}
    answer = server.ask("group_runs", {"query": query})
    found = {bucket["value"]: bucket for bucket in answer["buckets"]}
    assert {value: bucket["count"] for value, bucket in found.items()} == {"Ridge": 2, "Lasso": 1, "SVR": 1}
    ridge = {metric["key"]: metric for metric in found["Ridge"]["metrics"]}
    assert (ridge["rmse"]["minimum"], ridge["rmse"]["maximum"], ridge["rmse"]["direction"]) == (0.0, 0.5, "lower")
    assert ridge["accuracy"]["direction"] == "higher"
    best = server.ask("group_runs", {"query": {**query, "order_by": ["metrics.accuracy DESC"]}})
    assert [bucket["value"] for bucket in best["buckets"]] == ["SVR", "Lasso", "Ridge"]
    members = {"group_by": "params.model", "is_any_group": False}
    assert set(runs(server, **members, group_value="Ridge")) == {0, 1}
    assert runs(server, **members, group_value=None) == {}
    by_text = server.ask("group_runs", {"query": {"group_by": "params.long"}})["buckets"]
    assert {bucket["value"] and len(bucket["value"]): bucket["count"] for bucket in by_text} == {1000: 3, None: 1}
    value = next(bucket["value"] for bucket in by_text if bucket["value"])
    assert set(runs(server, group_by="params.long", is_any_group=False, group_value=value)) == {0, 1, 2}
    assert set(runs(server, group_by="params.long", is_any_group=False, group_value=None)) == {3}
    whole = server.ask("group_runs", {"query": {"keys": ["metrics.rmse"], "filter": "metrics.rmse > 0.4"}})
    assert [(bucket["value"], bucket["count"]) for bucket in whole["buckets"]] == [(None, 3)]


@pytest.mark.parametrize("group_by", ["metrics.rmse", "attributes.start_time", "run_id", "nothing.at all"])
def test_what_is_no_group_is_refused(server, group_by):
    for method in ("group_runs", "search_runs"):
        answer = server.request(
            f"celltrail/api/store/{method}", {"query": {"group_by": group_by, "is_any_group": False}}
        )
        assert (answer.status, answer.json()["error"]) == (400, "FilterError")


def test_courses_of_several_runs_come_decimated_in_one_answer(server):
    ids = [f"{number:032x}" for number in range(4)]
    found = server.ask("metric_courses", {"run_ids": ids, "key": "loss", "max_points": 40})
    by_run = {int(course["run_id"], 16): course for course in found}
    assert set(by_run) == {0, 1}
    points = by_run[0]["points"]
    assert (by_run[0]["count"], by_run[0]["is_decimated"], len(points) <= 60) == (5000, True, True)
    assert (points[0]["value"], points[-1]["step"]) == (1.0, 4999)
    assert {point["value"] for point in by_run[1]["points"]} == {"NaN"}
    assert "loss" in server.ask("list_keys")["stepped_metrics"]


def test_long_values_are_cut_for_a_table_and_say_how_long_they_are(server):
    cut = runs(server, max_value_length=200)[0]
    assert cut["tags"]["long"] == "y" * 200 + "… (5,000 characters)"
    assert len(runs(server)[0]["tags"]["long"]) == 5000


def test_a_view_is_kept_replaced_and_taken_away(server):
    def save(name, definition):
        answer = server.request("celltrail/api/views", {"name": name, "definition": definition})
        server.ask("fold")
        return answer

    assert save("best", "{}").status == 200
    save("best", '{"filter": "metrics.rmse < 1"}')
    save("other", "{}")
    kept = {view["name"]: view["definition"] for view in server.ask("list_views")}
    assert kept == {"best": '{"filter": "metrics.rmse < 1"}', "other": "{}"}
    save("other", "")
    assert [view["name"] for view in server.ask("list_views")] == ["best"]
    assert save(" ", "{}").status == 400
    assert save("long", "x" * 200_000).status == 400


def test_whichever_is_read_first_the_later_of_setting_and_removing_wins(tmp_path):
    for order in ((0, 1), (1, 0)):
        folder = tmp_path / f"store{order[0]}"
        run = Trail(folder).run("Ridge")
        written = [
            events.TagsSet(run, START + 10, (Tag("stays", "1"), Tag("goes", "1"))),
            events.TagsRemoved(run, START + 20, ("goes",)),
        ]
        for place in order:
            append_once(folder, [written[place]])
            with_store = open_store(folder)
            with_store.fold()
            with_store.close()
        append_once(folder, [events.TagsRemoved(run, START + 5, ("stays",))])
        store = open_store(folder)
        store.fold()
        assert [tag.key for tag in store.get_run(run).tags] == ["stays"]
        store.close()


def test_the_command_line_does_the_same(tmp_path, monkeypatch):
    from click.testing import CliRunner

    (tmp_path / "pyproject.toml").touch()
    trail = Trail(tmp_path / ".celltrail")
    run = trail.run("Ridge")
    trail.end()
    monkeypatch.chdir(tmp_path)

    def command(*words):
        answer = CliRunner().invoke(group, words, standalone_mode=False)
        assert answer.exception is None, answer.exception
        return answer.output

    assert "stage=test" in command("tag", run[:8], "stage=test", "--star")
    assert "archived" in command("archive", run[:8])
    assert run[:8] not in command("runs")
    assert run[:8] in command("runs", "--archived")
    command("archive", "--undo", run[:8])
    assert run[:8] in command("runs", "--starred")
    command("tag", run[:8], "--remove", "stage", "--no-star")
    assert run[:8] not in command("runs", "--starred")
