"""`celltrail compare --prove`: the baseline made again with one cause swapped, for each of the likeliest causes."""

from dataclasses import replace
from pathlib import Path

from celltrail.cli.compare_command import Compared
from celltrail.cli.execution import execute, execute_quietly
from celltrail.cli.project import opened
from celltrail.cli.terminal import console, safe
from celltrail.config import Settings
from celltrail.errors import CelltrailError, ComparisonError
from celltrail.execute.explain.pairs import Explanation, gather_pair
from celltrail.execute.explain.proving import lay_swap, prove
from celltrail.execute.job import Job, JobResult
from celltrail.execute.replay.conditions import Swap
from celltrail.execute.replay.executed import Doors
from celltrail.execute.replay.report import Limits, ReplayPlan
from celltrail.runs.causes import LikelyCause, RunPair, rank_causes, with_proof

_PROVED = 3


def with_proofs(settings: Settings, compared: Compared, *, is_quiet: bool) -> Compared:
    """The answer with what replays showed; the causes are ranked again.

    Args:
        settings: The project's.
        compared: The answer without.
        is_quiet: Stdout is for JSON: what goes on is told on stderr.
    """
    found = tuple(_proved(settings, one, is_quiet=is_quiet) for one in compared.explanations)
    return replace(compared, explanations=found)


def _proved(settings: Settings, explained: Explanation, *, is_quiet: bool) -> Explanation:
    out = console(stderr=True)
    wanted = [cause for cause in explained.causes if cause.swap and cause.proof is None][:_PROVED]
    proved = {}
    for cause in wanted:
        out.print(safe(f"proving: {cause.title} (run {explained.before[:8]} with --swap {cause.swap})", "bold"))
        try:
            pair, swap = _laid(settings, explained, cause)
            proof = prove(pair, swap, settings, doors=_doors(settings, is_quiet), limits=Limits())
            proved[cause] = with_proof(cause, proof)
        except CelltrailError as error:
            out.print(safe(f"not proven: {error}", "yellow"))
    if explained.metric and not wanted:
        out.print(safe("no cause on the list can be swapped by a replay", "yellow"))
    return replace(explained, causes=rank_causes([proved.get(cause, cause) for cause in explained.causes]))


def _laid(settings: Settings, explained: Explanation, cause: LikelyCause) -> tuple[RunPair, Swap]:
    """The two runs, and the swap with the content that it takes.

    Raises:
        ComparisonError: It cannot be taken from the other run.
    """
    with opened(settings) as store:
        before, after = store.get_runs((explained.before, explained.after))
        pair = gather_pair(store, settings, (before, after), metric=explained.metric)
        try:
            return pair, lay_swap(store, settings, pair, cause.swap)
        except OSError as error:
            raise ComparisonError(f"{settings.store} cannot be written: {error}") from error


def _doors(settings: Settings, is_quiet: bool) -> Doors:  # noqa: FBT001 - the one choice there is
    out = console(stderr=True)

    def announce(plan: ReplayPlan, _notebook: Path) -> None:
        cells = ", ".join(f"[{step.execution_count}]" for step in plan.steps)
        out.print(safe(f"executes {len(plan.steps)} cells in a folder of their own: {cells}", "dim"))

    def run(job: Job) -> JobResult:
        [result] = execute((job,), at_once=1, as_json=True) if is_quiet else execute_quietly((job,))
        return result

    return Doors(lambda: opened(settings), announce, run, lambda line: out.print(safe(line, "dim")))
