"""Replays of messy notebooks give the right answer; benchmarks/replay.py judges all of them, this the telling ones."""

import pytest

from messy_notebook import Act, Right, named, names
from messy_replay import Judged, record, replays

TELLING = (
    "alias_mutation",
    "failed_cell",
    "database_changed",
    "file_overwritten",
    "own_generator",
    "seeded_generator",
    "clock",
)
EVERY = names()


@pytest.mark.parametrize("name", TELLING)
def test_the_replay_of_a_messy_notebook_gives_the_right_answer(name, tmp_path):
    notebook = named(name)
    record(notebook, tmp_path)
    for target, answer in replays(notebook, tmp_path):
        assert answer.judged is Judged.RIGHT, f"{notebook.mess}: {target} got {answer}"
        assert answer.has_same_metrics == (target.right in {Right.SLICE, Right.FULL})


def test_there_are_at_least_thirty_messy_notebooks_and_each_says_what_is_messy():
    notebooks = [named(name) for name in EVERY]
    assert len(notebooks) >= 30
    assert len({one.title for one in notebooks}) == len(notebooks)
    assert all(one.mess and one.targets for one in notebooks)


@pytest.mark.parametrize("name", EVERY)
def test_each_notebook_says_step_by_step_what_was_executed_and_what_the_right_answers_are(name):
    notebook = named(name)
    steps = list(notebook.steps())
    assert all(step.source.strip() for step in steps if step.act is Act.RUN)
    assert {step.cell_id for step in steps if step.act is Act.DELETE} <= {
        step.cell_id for step in steps if step.act is Act.RUN
    }
    for target in notebook.targets:
        assert target.right is not Right.CANNOT or target.item or target.names, (
            "what cannot be made again names what is missing"
        )
