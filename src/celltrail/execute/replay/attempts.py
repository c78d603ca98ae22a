"""A run made again from what was executed: planned, run in a new kernel, compared; widened where that is not enough.

Nothing here executes anything by itself: `Replay.run` does, through the `execute` that it is given.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from celltrail import clock
from celltrail.config import Settings, is_paused
from celltrail.errors import ExecutionError
from celltrail.execute.job import JobState
from celltrail.execute.keep.keeping import KIND as KEPT_KIND
from celltrail.execute.keep.keeping import keep_execution
from celltrail.execute.replay.checklist import Sides, make_checklist
from celltrail.execute.replay.conditions import AS_RECORDED, Conditions
from celltrail.execute.replay.counterfactual import doubts, metric_changes, tell_effect
from celltrail.execute.replay.executed import Doors, Executed, Executions, Workplace
from celltrail.execute.replay.match import matching_run
from celltrail.execute.replay.models import compare_models
from celltrail.execute.replay.plan import Planned, plan_replay
from celltrail.execute.replay.rebuilding import Rebuilt, rebuild
from celltrail.execute.replay.report import (
    RELATIVE_TOLERANCE,
    CheckItem,
    Divergence,
    Finding,
    Limits,
    ReplayAttempt,
    ReplayPlan,
    ReplayReport,
    Verdict,
    worst,
)
from celltrail.execute.replay.session import CANNOT_REPLAY, Sessions
from celltrail.execute.replay.steps import compare_outputs, first_divergence
from celltrail.execute.replay.values import compare_values
from celltrail.execute.replay.verdict import STOPPED, conclude, why_no_run
from celltrail.journal.blobs import BlobStore
from celltrail.store.runs import RunDetail

_ENOUGH = frozenset({Verdict.IDENTICAL, Verdict.TOLERATED})


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One attempt, judged."""

    attempt: ReplayAttempt
    plan: ReplayPlan
    reason: str
    checklist: tuple[CheckItem, ...]
    results: tuple[Finding, ...]
    first_divergent: Divergence | None
    state: JobState = JobState.FINISHED
    is_refused: bool = False  # its cells would have changed files of the user's


class Replay:
    """The replay of one run.

    Attributes:
        is_interrupted: Whether the user stopped it: nothing is concluded then, and nothing should be kept.
        is_conclusive: Whether the verdict is about the run: not where the time was over that the user gave.
    """

    def __init__(
        self,
        detail: RunDetail,
        settings: Settings,
        *,
        doors: Doors,
        limits: Limits,
        conditions: Conditions = AS_RECORDED,
        executions: Executions | None = None,
        sessions: Sessions | None = None,
    ) -> None:
        """Read what the trail has of the run's session.

        Args:
            detail: The run.
            settings: The project's.
            doors: What it reaches the world through.
            limits: How it may run.
            conditions: What is not taken as it was recorded.
            executions: Where runs of one session share what was run; its own if None.
            sessions: Where many runs share what was read of their sessions; its own if None.

        Raises:
            SessionLostError: The journal of the session is not there.
            ExecutionError: Tracking is off: nothing could be compared.
        """
        if not settings.is_enabled or is_paused(settings.store):
            raise ExecutionError(
                settings.root, CANNOT_REPLAY, "tracking is off here: turn it on, or nothing is compared"
            )
        self._detail = detail
        self._settings = settings
        self._doors = doors
        self._limits = limits
        self._executions = executions or Executions(Workplace(settings, doors, limits))
        self._conditions = conditions
        self._session = (sessions or Sessions(settings.store)).of(detail.run.session_id)
        drawn, blobs = self._session.generators, BlobStore(settings.store)
        self._kept = frozenset(one for one in drawn if blobs.is_whole(drawn[one].digest))
        self.is_interrupted = False
        self.is_conclusive = True

    def plan(self, *, is_full: bool) -> ReplayPlan:
        """What would be run; nothing is."""
        return self._planned(is_full=is_full).plan

    def run(self, *, is_full: bool) -> ReplayReport:
        """Run the slice that the run needs, and the full history where that was not enough.

        Args:
            is_full: Begin with the full history.

        Raises:
            ExecutionError: The notebook cannot be written.
        """
        started_at = clock.now()
        outcomes = list(self._outcomes(is_full=is_full))
        last = outcomes[-1]
        self.is_interrupted = last.state is JobState.INTERRUPTED
        self.is_conclusive = last.state not in STOPPED
        changes = metric_changes(last.results) if self._conditions.swaps else ()
        return ReplayReport(
            run_id=self._detail.run.run_id,
            replayed_run_id=last.attempt.replayed_run_id,
            status=last.attempt.status,
            reason=tell_effect(changes, self._conditions) if changes else last.reason,
            checklist=last.checklist,
            results=last.results,
            first_divergent=last.first_divergent,
            plan=last.plan,
            attempts=tuple(outcome.attempt for outcome in outcomes),
            was_widened=outcomes[-1].plan.is_full and not outcomes[0].plan.is_full,
            tolerance=RELATIVE_TOLERANCE,
            started_at=started_at,
            duration_s=(clock.now() - started_at) / 1e6,
            changes=changes,
            doubts=doubts(self._detail, last.checklist, self._conditions) if changes else (),
        )

    def _outcomes(self, *, is_full: bool) -> Iterator[_Outcome]:
        planned = self._planned(is_full=is_full)
        outcome = self._attempt(planned)
        yield outcome
        if outcome.is_refused and outcome.state not in STOPPED and not planned.plan.is_apart:
            self._conditions = replace(self._conditions, is_apart=True)  # there they change copies
            planned = self._planned(is_full=is_full)
            outcome = self._attempt(planned)
            yield outcome
        # a swap changes numbers: that they differ says nothing of the slice
        is_enough = outcome.attempt.status in _ENOUGH or planned.plan.is_full or self._conditions.swaps
        is_stopped = outcome.state in STOPPED or outcome.is_refused
        if not (is_enough or is_stopped or planned.plan.missing):
            full = self._planned(is_full=True)
            if not full.plan.missing:  # else what other cells miss would hide what this run's own cells showed
                yield self._attempt(full)

    def _planned(self, *, is_full: bool) -> Planned:
        planned = plan_replay(
            self._detail,
            self._session,
            self._settings,
            is_full=is_full,
            kept=() if self._conditions.seed is not None else self._kept,
            conditions=self._conditions,
        )
        return replace(planned, goes_on=self._limits.goes_on)

    # --- one attempt ----------------------------------------------------------------------------------------------

    def _attempt(self, planned: Planned) -> _Outcome:
        if planned.plan.missing:
            return self._impossible(planned)
        rebuilt = self._rebuilt
        if rebuilt is not None and rebuilt.missing:
            return self._impossible(planned)
        kernels = rebuilt.kernels if rebuilt else ""
        return self._judge(planned, self._executions.of(planned, self._session, kernels))

    @cached_property
    def _rebuilt(self) -> Rebuilt | None:
        """The recorded environment, or another in its place, where it is asked for."""
        other = self._conditions.other_environment()
        if other is None and not self._conditions.rebuilds_environment:
            return None
        recorded = other or self._detail.environment
        if recorded is None:
            return Rebuilt("", 0.0, "", (Finding("packages", Verdict.CANNOT, note="they were not recorded"),))
        executable = self._session.started.executable
        return rebuild(recorded, self._doors.tell, root=self._settings.root, executable=executable)

    def _impossible(self, planned: Planned) -> _Outcome:
        attempt = ReplayAttempt(planned.plan.is_full, len(planned.steps), Verdict.CANNOT, "", "", "", 0.0)
        checklist = make_checklist(self._sides(planned, None, None, is_same=False))
        missing = () if planned.plan.missing or self._rebuilt is None else self._rebuilt.missing
        packages = [f"environment: {' '.join(filter(None, (one.name, one.before)))}: {one.note}" for one in missing]
        return _Outcome(attempt, planned.plan, "; ".join([*planned.plan.missing, *packages]), checklist, (), None)

    def _judge(self, planned: Planned, executed: Executed) -> _Outcome:
        result, pairs = executed.result, executed.pairs
        after = self._run_of(executed)
        values = compare_values(self._detail, after) if after else ()
        models = self._models(after) if after else ()
        values = (*values, *(one for one in models if one.status is not Verdict.CANNOT))
        is_same = bool(values) and worst([finding.status for finding in values]) in _ENOUGH
        checklist = make_checklist(self._sides(planned, after, executed, is_same=is_same))
        unknown = [one.name for one in models if one.status is Verdict.CANNOT]
        why_none = why_no_run(result, pairs) if after is None else ""
        status, reason = conclude(values, checklist, planned, why_none, unknown=unknown)
        attempt = ReplayAttempt(
            planned.plan.is_full,
            len(planned.steps),
            status,
            str(executed.written.path),
            result.output,
            after.run.run_id if after else "",
            result.duration_s,
            executed.put_back,
            executed.notes,
        )
        return _Outcome(
            attempt,
            planned.plan,
            reason,
            checklist,
            (
                *values,
                *(one for one in models if one.status is Verdict.CANNOT),
                *((compare_outputs(pairs),) if pairs else ()),
            ),
            None if status in _ENOUGH or result.state in STOPPED else first_divergence(pairs, self._detail, after),
            state=result.state,
            is_refused=bool(executed.refused),
        )

    def _models(self, after: RunDetail) -> tuple[Finding, ...]:
        return compare_models(self._detail, after, BlobStore(self._settings.store).read)

    def _run_of(self, executed: Executed) -> RunDetail | None:
        """The run that came out of the replayed executions."""
        if executed.replayed is None:
            return None
        if self._detail.run.kind == KEPT_KIND:
            return self._kept_again(executed)
        run_id = matching_run(self._detail.run.run_id, self._session, executed.replayed, executed.pairs)
        if not run_id:
            return None
        with self._doors.open_store() as store:
            return store.get_run(run_id)

    def _kept_again(self, executed: Executed) -> RunDetail | None:
        """A run that was made of a past execution: what repeats that is made a run too."""
        pairs = {pair.before.execution_id: pair.after for pair in executed.pairs}
        again = pairs.get(self._detail.run.execution_id)
        if again is None:
            return None
        name = self._detail.run.name
        kept = keep_execution(self._settings.store, again.session_id, again.execution_id, name=name)
        with self._doors.open_store() as store:
            return store.get_run(kept.run_id)

    def _sides(self, planned: Planned, after: RunDetail | None, executed: Executed | None, *, is_same: bool) -> Sides:
        return Sides(
            before=self._detail,
            after=after,
            session=self._session.executions,
            drawn=self._session.generators,
            kept=() if planned.conditions.seed is not None else self._kept,
            planned=planned,
            again=executed.again if executed else (),
            is_same=is_same,
            root=self._settings.root,
            read_blob=BlobStore(self._settings.store).read,
            appended=executed.appended if executed else (),
            rebuilt=self._rebuilt if not planned.plan.missing else None,
            unredirected=executed.unredirected if executed else frozenset(),
            replayed=executed.replayed if executed else None,
        )
