"""Many runs made again, one after another or several at once: what a nightly job does."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from celltrail.config import Settings
from celltrail.errors import CelltrailError
from celltrail.execute.replay.attempts import Replay
from celltrail.execute.replay.conditions import Conditions
from celltrail.execute.replay.executed import Doors, Executions, Workplace
from celltrail.execute.replay.keep import keep_report
from celltrail.execute.replay.plan import NoCellError
from celltrail.execute.replay.report import Limits, ReplayReport, Verdict
from celltrail.execute.replay.session import SessionLostError, Sessions
from celltrail.records import Status
from celltrail.store.base import Store
from celltrail.store.runs import RunQuery, RunSummary

_PAGE = 500


@dataclass(frozen=True, slots=True)
class ReplayedRun:
    """A run and what came of its replay.

    Attributes:
        run: The run.
        report: The replay; None where none was made.
        problem: Why none was made.
        is_skipped: Whether the run is none that can be replayed: it is no fault that it was not.
    """

    run: RunSummary
    report: ReplayReport | None
    problem: str = ""
    is_skipped: bool = False

    @property
    def status(self) -> Verdict:
        """The verdict; `cannot` where no replay was made."""
        return self.report.status if self.report else Verdict.CANNOT

    @property
    def reason(self) -> str:
        """Why, in one line."""
        return self.report.reason if self.report else self.problem


def runs_to_replay(store: Store, chosen: str, *, since: int = 0, limit: int = 0) -> tuple[RunSummary, ...]:
    """The top-level runs that can be replayed, newest first: not replays themselves, and not running any more.

    Args:
        store: The project's.
        chosen: Which, in the grammar of `RunQuery.filter`; empty for all.
        since: Runs that began at or after this time in microseconds.
        limit: How many at most; 0 is no limit.

    Raises:
        FilterError: `chosen` cannot be understood.
    """
    found: list[RunSummary] = []
    query = RunQuery(filter=chosen, limit=_PAGE, keys=None)
    while True:
        page = store.search_runs(query)
        found += [run for run in page.runs if run.started_at >= since and _is_replayable(run)]
        is_enough = bool(limit) and len(found) >= limit
        if is_enough or not page.next_cursor or page.runs[-1].started_at < since:
            return tuple(found[:limit] if limit else found)
        query = replace(query, cursor=page.next_cursor)


def _is_replayable(run: RunSummary) -> bool:
    """Whether a run has ended, and no replay made it."""
    return run.status is not Status.RUNNING and not run.replay_of


class Replays:
    """Replays of many runs of one project.

    Args:
        settings: The project's.
        doors: What they reach the world through; `execute` is called from several threads, and `open_store` too.
        limits: How each may run.
        conditions: What is not taken as it was recorded; several at once have to run apart.
        tell: Called with each run as it is done, from several threads.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        doors: Doors,
        limits: Limits,
        conditions: Conditions,
        tell: Callable[[ReplayedRun], None],
    ) -> None:
        self._settings = settings
        self._doors = doors
        self._limits = limits
        self._conditions = conditions
        self._tell = tell
        self._sessions = Sessions(settings.store)
        self.is_stopped = False

    def run(self, runs: Sequence[RunSummary], *, at_once: int) -> tuple[ReplayedRun, ...]:
        """Replay them, in their order as far as that goes, and keep each verdict.

        An interrupt is passed on by whoever gets it, by setting `is_stopped`: runs that have not begun are then left
        out of what is returned, as are those that were interrupted.
        """
        groups: dict[tuple[str, str], list[RunSummary]] = {}
        for run in runs:
            groups.setdefault((run.session_id, run.execution_id), []).append(run)
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            done = [one for found in pool.map(self._group, groups.values()) for one in found]
        places = {run.run_id: place for place, run in enumerate(runs)}
        return tuple(sorted(done, key=lambda one: places[one.run.run_id]))

    def _group(self, runs: Sequence[RunSummary]) -> list[ReplayedRun]:
        """The runs of one cell, which share what they rest on."""
        executions = Executions(Workplace(self._settings, self._doors, self._limits))
        found = []
        for run in runs:
            replayed = None if self.is_stopped else self._one(run, executions)
            if replayed is not None:
                self._tell(replayed)
                found.append(replayed)
        return found

    def _one(self, run: RunSummary, executions: Executions) -> ReplayedRun | None:
        try:
            with self._doors.open_store() as store:
                detail = store.get_run(run.run_id)
            replay = Replay(
                detail,
                self._settings,
                doors=self._doors,
                limits=self._limits,
                conditions=self._conditions,
                executions=executions,
                sessions=self._sessions,
            )
            report = replay.run(is_full=False)
        except (NoCellError, SessionLostError) as error:
            return ReplayedRun(run, None, str(error), is_skipped=True)
        except CelltrailError as error:
            return ReplayedRun(run, None, str(error))
        if replay.is_interrupted:
            return None
        if replay.is_conclusive:
            keep_report(self._settings, report)
        return ReplayedRun(run, report)
