"""What a run's page asks the server: the executed cells with what the run needs marked, page by page, read only."""

import json

import pytest
from jupyter_process import JupyterProcess

from celltrail.journal.reader import list_segments
from journal_writing import Trail

WHERE = "?notebook=work/a.ipynb"
MANY = 450


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("page")
    root = base / "root"
    store = root / "work" / ".celltrail"
    (root / "work").mkdir(parents=True)
    (root / "work" / "pyproject.toml").touch()
    trail = Trail(store, "a.ipynb")
    trail.cell("rows = [1, 2]", "load", names_written=("rows",))
    trail.cell("aside = 1", "aside", names_written=("aside",))
    trail.cell("rows = [1, 2, 3]", "load", names_written=("rows",))
    fit = trail.cell("model = len(rows)", "fit", names_read=("rows",), names_written=("model",))
    trail.run("Ridge", execution_id=fit, run_id="feedbeef00", metrics={"r2": 0.5})
    trail.cell("later = 1", "later")
    trail.run("script", run_id="5c41b7aa00")
    trail.writer.close()
    many = Trail(store, "many.ipynb")
    for number in range(MANY):
        many.cell(f"x{number} = {number}", f"c{number}", names_written=(f"x{number}",))
    last = many.cell(f"model = x{MANY - 1}", "fit", names_read=(f"x{MANY - 1}",), names_written=("model",))
    many.run("Many", execution_id=last, run_id="aa11bb2200")
    many.writer.close()
    cells = [{"id": "load", "cell_type": "code", "source": "rows = [1, 2, 3]", "metadata": {}, "outputs": []}]
    (root / "work" / "a.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}))
    known = {path.path.name for path in list_segments(store / "journal")}
    lost = Trail(store, "lost.ipynb")
    lost.run("Lost", execution_id=lost.cell("z = 1", "z"), run_id="1057105700")
    lost.writer.close()
    server = JupyterProcess(root, base / "home")
    server.ask("fold", {}, WHERE)
    for segment in list_segments(store / "journal"):
        if segment.path.name not in known:
            segment.path.unlink()
    yield server
    server.kill()


def cells_of(server, run_id, **how):
    return server.request(f"celltrail/api/run/cells{WHERE}", {"run_id": run_id, **how}).json()


def counts(found):
    return [cell["execution_count"] for cell in found["cells"]]


def test_all_cells_up_to_the_run_are_told_and_what_it_needs_is_marked(server):
    found = cells_of(server, "feedbeef00")
    assert (found["total"], found["needed"], found["problem"]) == (4, 2, "")
    assert [cell["is_needed"] for cell in found["cells"]] == [False, False, True, True]
    assert found["cells"][-1]["is_target"]
    assert "rows" in " ".join(found["cells"][2]["reasons"])
    assert counts(cells_of(server, "feedbeef00", only_needed=True)) == [3, 4]


def test_marks_tell_what_became_of_a_cell(server):
    found = cells_of(server, "feedbeef00")
    kinds = [{mark["kind"] for mark in cell["marks"]} for cell in found["cells"]]
    assert "edited" in kinds[0]
    assert "deleted" in kinds[1]
    assert "edited" not in kinds[2]
    assert not cells_of(server, "aa11bb2200")["is_notebook_known"]


def test_a_long_session_comes_page_by_page(server):
    first = cells_of(server, "aa11bb2200", limit=100_000)
    assert (len(first["cells"]), first["total"], first["needed"]) == (200, MANY + 1, 2)
    assert counts(cells_of(server, "aa11bb2200", offset=MANY, limit=50)) == [MANY + 1]
    assert cells_of(server, "aa11bb2200", offset=10_000)["cells"] == []


def test_without_a_cell_or_without_its_journal_it_says_so(server):
    script = cells_of(server, "5c41b7aa00")
    assert (script["cells"], script["needed"]) == ([], None)
    assert "comes from a script" in script["problem"]
    lost = cells_of(server, "1057105700")
    assert "no journal tells" in lost["problem"]
    assert [cell["source"] for cell in lost["cells"]] == ["z = 1"]


def test_an_unknown_run_is_refused_in_words(server):
    answer = server.request(f"celltrail/api/run/cells{WHERE}", {"run_id": "ffffffffff"})
    assert answer.status == 404
    assert "ffffffffff" in answer.json()["message"]


def test_every_text_of_a_note_is_kept_and_the_newest_comes_first(server):
    for text in ("first", "second", ""):
        server.request(f"celltrail/api/edit{WHERE}", {"run_ids": ["feedbeef00"], "note": text})
    server.ask("fold", {}, WHERE)
    assert [note["text"] for note in server.ask("list_notes", {"run_id": "feedbeef"}, WHERE)] == ["second", "first"]
    detail = server.ask("get_run", {"run_id": "feedbeef00"}, WHERE)
    assert "celltrail.note" not in {tag["key"] for tag in detail["tags"]}


def test_resources_over_time_have_the_cells_up_to_the_run(server):
    found = server.request(f"celltrail/api/run/resources{WHERE}", {"run_id": "feedbeef00"}).json()
    assert [cell["execution_count"] for cell in found["cells"]] == [1, 2, 3, 4]
    assert [cell["is_target"] for cell in found["cells"]] == [False, False, False, True]
    assert "nothing was sampled" in found["notes"][0]
    lost = server.request(f"celltrail/api/run/resources{WHERE}", {"run_id": "1057105700"}).json()
    assert "no journal tells" in lost["notes"][0]
