"""What `run_table`, `compare` and `lineage` show: the store's own numbers, the same as text, HTML and data."""

import json
import math
import re
from contextlib import closing

import pytest

import celltrail
from celltrail import clock
from celltrail.errors import ComparisonError, FilterError, RunNotFoundError
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import Param, Status
from celltrail.store.open import open_store
from celltrail.widgets.display import MIME

HOSTILE = "<img src=x onerror=alert(1)>\u202eevil\x1b[31m"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Three runs; the second has NaN, the third a hostile name and no metric."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    with closing(JournalWriter(tmp_path / ".celltrail" / "journal")) as writer:
        for number, (name, rmse) in enumerate((("ridge", 1.25), ("nan", math.nan), (HOSTILE, None))):
            run = f"{number + 10:032x}"
            writer.append(events.RunStarted(run, "", "", number * 1_000_000, name, "explicit"))
            alpha = Param("alpha", str(10.0**-number))
            writer.append(events.ParamsLogged(run, number * 1_000_000, (alpha,)))
            if rmse is not None:
                writer.metric(writer.series(run, "rmse"), 0, number * 1_000_000, rmse)
            writer.append(events.RunFinished(run, number * 1_000_000 + 1, Status.FINISHED))
    return tmp_path


def test_a_table_of_runs_has_what_search_runs_has(project):
    shown, found = celltrail.run_table(order_by="params.alpha"), celltrail.search_runs(order_by="params.alpha")
    (table,) = shown.sections
    assert [column.name for column in table.columns][:3] == ["run", "rmse", "alpha"]
    assert shown.run_ids == tuple(found.run_id)
    numbers = [row[1].number for row in table.rows]
    assert [x for x in numbers if x is not None and not math.isnan(x)] == [1.25]
    assert sum(x is not None and math.isnan(x) for x in numbers) == 1
    assert [row[2].number for row in table.rows] == [float(text) for text in found["params.alpha"]]


def test_a_hostile_name_is_text_in_every_form(project):
    bundle = celltrail.run_table()._repr_mimebundle_()
    assert "<img" not in bundle["text/html"]
    assert "&lt;img src=x onerror=alert(1)&gt;" in bundle["text/html"]
    for form in ("text/html", "text/plain"):
        assert "\u202e" not in bundle[form]
        assert "\x1b" not in bundle[form]
    json.dumps(bundle[MIME], allow_nan=False)
    assert not re.search(
        r"<(script|style|iframe|link)|\son\w+=|style=", bundle["text/html"].replace("onerror=alert", "")
    )


def test_an_output_says_the_same_when_its_notebook_is_opened_next_year(project, monkeypatch):
    before = celltrail.run_table()._repr_mimebundle_()
    later = clock.now() + 400 * 86_400_000_000
    monkeypatch.setattr(clock, "now", lambda: later)
    assert celltrail.run_table()._repr_mimebundle_() == before
    assert "1970-01-01 00:00:02 UTC" in before["text/plain"]


def test_columns_are_chosen_and_the_rest_is_counted(project):
    shown = celltrail.run_table(columns=["params.alpha"], max_results=1)
    assert [column.name for column in shown.sections[0].columns][:2] == ["run", "alpha"]
    assert shown.sections[0].note == "the first 1 of 3; max_results shows more"
    with pytest.raises(FilterError, match=r"metrics\.rmse <"):
        celltrail.run_table("metrics.rmse <")


def test_runs_are_compared_however_they_are_given(project):
    table, found = celltrail.run_table(), celltrail.search_runs()
    one, other = (celltrail.get_run(run_id) for run_id in table.run_ids[:2])
    by_id = celltrail.compare(one.run.run_id[-32:], other.run.run_id)
    assert repr(by_id) == repr(celltrail.compare(one, other)) == repr(celltrail.compare([one.run, other.run]))
    assert celltrail.compare(table).run_ids == celltrail.compare(found).run_ids == table.run_ids
    metrics = next(part for part in celltrail.compare(table).sections if part.title == "metrics")
    assert [value.text for value in metrics.rows[0]][1:] == ["nan", "1.25"], "the one without any has no column"


def test_what_cannot_be_compared_is_refused_in_words(project):
    (first, *_) = celltrail.run_table().run_ids
    with pytest.raises(ComparisonError, match="two or more different runs"):
        celltrail.compare(first, first)
    with pytest.raises(RunNotFoundError, match="ffffffff"):
        celltrail.compare(first, "ffffffff")
    with pytest.raises(TypeError, match="int is no run"):
        celltrail.compare(3, first)
    with pytest.raises(ComparisonError, match="of one run: 3 were given"):
        celltrail.lineage(celltrail.run_table())


def test_an_empty_project_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    shown = celltrail.run_table()
    assert shown.sections == ()
    assert repr(shown).startswith("0 runs\nNo run matches.")


def test_the_store_is_let_go_of(project):
    celltrail.run_table()
    open_store(project / ".celltrail").close()
