"""A cause proven: the baseline made again with that one cause as the other run had it, its metric held against both."""

import re
from pathlib import Path

from celltrail import codec
from celltrail.config import Settings
from celltrail.datasets.contents import content_of
from celltrail.errors import ComparisonError, VersionGoneError
from celltrail.execute.explain.contents import entry_of
from celltrail.execute.explain.proofs import proof_of
from celltrail.execute.replay.attempts import Replay
from celltrail.execute.replay.conditions import Conditions, Swap, parse_swap
from celltrail.execute.replay.executed import Doors
from celltrail.execute.replay.keep import keep_report
from celltrail.execute.replay.loaded import last_loaded
from celltrail.execute.replay.report import Cause, Limits
from celltrail.execute.replay.session import read_session
from celltrail.journal.blobs import BlobStore
from celltrail.runs.causes import CauseProof, RunPair
from celltrail.runs.cell_diff import CellChange
from celltrail.store.base import Store

FOLDER = "proofs"
_ODD = re.compile(r"[^0-9A-Za-z]")


def prove(pair: RunPair, swap: Swap, settings: Settings, *, doors: Doors, limits: Limits) -> CauseProof:
    """Make the first run again with one cause swapped: this executes its cells, in a folder of their own.

    The report is kept on the run, so that a later explanation knows of it.

    Raises:
        ComparisonError: No metric differs between the runs.
        ExecutionError: The run cannot be replayed, and why.
        KeyboardInterrupt: The user stopped it; nothing is kept.
    """
    if pair.metric is None:
        raise ComparisonError("no metric differs between the runs: there is nothing that a replay could explain")
    replay = Replay(
        pair.before.detail, settings, doors=doors, limits=limits, conditions=Conditions((swap,), is_apart=True)
    )
    report = replay.run(is_full=False)
    if replay.is_interrupted:
        raise KeyboardInterrupt
    if replay.is_conclusive:
        keep_report(settings, report)
    return proof_of(report, pair.metric)


def lay_swap(store: Store, settings: Settings, pair: RunPair, swap: str) -> Swap:
    """The swap that makes the first run again with what the second had; its content is laid into the store's folder.

    Raises:
        ComparisonError: A replay cannot take that from the second run, and why.
        SessionLostError: The journal of the second run's session is gone.
        OSError: The disk refuses.
    """
    head = swap.partition("=")[0]
    if head.startswith(f"{Cause.CODE}:") and head.endswith(".py"):
        return _module(settings, pair, head.removeprefix(f"{Cause.CODE}:"))
    if head.startswith(f"{Cause.CODE}:"):
        return _cell(settings, pair, head.removeprefix(f"{Cause.CODE}:"))
    if head.startswith(f"{Cause.DATA}:"):
        return _file(store, settings, pair, head.removeprefix(f"{Cause.DATA}:"))
    if head == Cause.ENVIRONMENT:
        return _environment(settings, pair)
    if head == Cause.SEED:
        return parse_swap(swap)
    raise ComparisonError(f"{swap!r:.80} is no cause that a replay can take from another run")


def _cell(settings: Settings, pair: RunPair, name: str) -> Swap:
    found = [
        cell
        for cell in pair.code.cells
        if cell.change is CellChange.EDITED and cell.before and f"[{cell.before.execution_count}]" == name
    ]
    if not found or found[0].after is None:
        raise ComparisonError(f"cell {name} was not edited between the runs: there is nothing to swap")
    source = found[0].after.source
    path = _folder(settings, pair) / f"cell-{name.strip('[]')}.py"
    path.write_text(source, encoding="utf-8")
    return Swap(Cause.CODE, name, str(path))


def _module(settings: Settings, pair: RunPair, name: str) -> Swap:
    session = read_session(settings.store, pair.after.detail.run.session_id)
    blobs = BlobStore(settings.store)
    found = [one for one in last_loaded(session, pair.after.steps).values() if one.path == name]
    if not found or not blobs.is_whole(found[0].digest):
        raise ComparisonError(f"what the second run executed of {name} is not in the store: there is nothing to swap")
    path = _folder(settings, pair) / f"{found[0].digest.rpartition(':')[2][:12]}-{Path(name).name}"
    path.write_bytes(blobs.read(found[0].digest))
    return Swap(Cause.CODE, name, str(path))


def _environment(settings: Settings, pair: RunPair) -> Swap:
    environment = pair.after.detail.environment
    if environment is None:
        raise ComparisonError("the second run's packages were not recorded: there is nothing to swap")
    path = _folder(settings, pair) / "environment.json"
    path.write_bytes(codec.dumps(environment))
    return Swap(Cause.ENVIRONMENT, "", str(path))


def _file(store: Store, settings: Settings, pair: RunPair, source: str) -> Swap:
    change = next((one for one in pair.data if one.source == source and one.is_read), None)
    entry = entry_of(store, change, change.after) if change else None
    if entry is None:
        raise ComparisonError(f"{source} is no file that both runs read with another content")
    try:
        content = content_of(settings, entry)
    except VersionGoneError as error:
        raise ComparisonError(f"{source} cannot be swapped: {error}") from error
    path = _folder(settings, pair) / f"{content.digest.rpartition(':')[2][:12]}-{Path(source).name}"
    if not path.exists():
        content.write_to(path)
    return Swap(Cause.DATA, source, str(path))


def _folder(settings: Settings, pair: RunPair) -> Path:
    # the id is as the journal says it, which somebody else may have written
    folder = settings.store / FOLDER / _ODD.sub("", pair.after.detail.run.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
