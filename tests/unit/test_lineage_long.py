"""A session of 2,000 executions: its slices are exact, and quick."""

import time

import pytest
from long_session import LongSession, long_session, write_session

from celltrail.config import load_settings
from celltrail.execute.replay.plan import plan_replay
from celltrail.execute.replay.session import read_session
from celltrail.runs.lineage import backward_slice, full_history, stale_set
from celltrail.runs.trace import trace_result
from celltrail.store.open import open_store

LENGTH = 2000
ENOUGH_S = 6.0  # CPU of one slice; a fifth of it is used


@pytest.fixture(scope="module")
def session() -> LongSession:
    return long_session(LENGTH)


def test_each_slice_of_a_long_session_has_what_its_measurement_needs_and_nothing_else(session):
    measured = [*session.needed]
    assert len(measured) > 100
    for target in (measured[0], measured[60], measured[-1]):
        started = time.process_time()
        found = backward_slice(session.history, {target})
        assert time.process_time() - started < ENOUGH_S
        assert [step.execution.execution_id for step in found.steps] == session.needed[target]
    several = backward_slice(session.history, measured[-3:])
    wanted = {one for target in measured[-3:] for one in session.needed[target]}
    assert {step.execution.execution_id for step in several.steps} == wanted


def test_what_flows_and_what_would_change_is_found_in_a_long_session(session):
    target = [*session.needed][-1]
    started = time.process_time()
    trace = trace_result(session.history, {target})
    first = session.needed[target][2]  # the first cell of its own: the imports come before it
    later = stale_set(session.history, first)
    assert time.process_time() - started < 2 * ENOUGH_S
    sources = {flow.source_id for flow in trace.steps[-1].uses}
    assert sources <= {*session.needed[target]}
    assert len(sources) > 3
    assert target in {step.execution.execution_id for step in later}
    assert len(later) < 30  # of 2,000: nobody else's cells


def test_the_full_history_of_a_long_session_is_all_of_it(session):
    found = full_history(session.history, {session.history[-1].execution_id})
    assert [step.execution for step in found.steps] == session.history


def test_a_long_session_is_planned_from_its_journal(session, tmp_path):
    run_id, wanted = write_session(session, tmp_path)
    settings = load_settings(tmp_path)
    store = open_store(settings.store)
    detail = store.get_run(run_id)
    store.close()
    recorded = read_session(settings.store, detail.run.session_id)
    started = time.process_time()
    slice_plan = plan_replay(detail, recorded, settings, is_full=False).plan
    full_plan = plan_replay(detail, recorded, settings, is_full=True).plan
    assert time.process_time() - started < 2 * ENOUGH_S
    assert [step.execution_count for step in slice_plan.steps] == wanted
    assert (len(full_plan.steps), full_plan.total) == (slice_plan.total, slice_plan.total)
