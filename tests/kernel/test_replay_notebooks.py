"""Replays of messy notebooks give the right answer: one of each kind of bad input; benchmarks/replay.py has all."""

import pytest

from messy_notebook import Act, Right, named, names
from messy_replay import Judged, record, replays

BAD_INPUT = {
    "cells that redefine a function used earlier": "redefined_function",
    "mutate through an alias": "alias_mutation",
    "close over a loop variable": "loop_closure",
    "read a file that a later cell overwrites": "file_overwritten",
    "depend on the clock": "clock",
    "depend on the network": "own_server",
    "depend on an unseeded generator": "own_generator",
    "depend on thread timing": "thread_timing",
    "depend on hash order": "hash_order",
    "change directory": "change_directory",
    "define magics": "cell_magic",
    "restart the kernel midway": "restarted_kernel",
    "monkeypatch a library": "monkeypatch",
    "delete their own data": "deletes_data",
    "recursion between cells": "recursion",
    "a failed cell with a partial effect": "failed_cell",
    "one seeded generator in many cells": "seeded_generator",
    "a folder that is listed": "folder_listing",
}
EVERY = names()


@pytest.mark.parametrize("case", BAD_INPUT)
def test_the_replay_of_a_messy_notebook_gives_the_right_answer(case, tmp_path):
    notebook = named(BAD_INPUT[case])
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
