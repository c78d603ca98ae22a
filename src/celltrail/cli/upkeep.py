"""The doctor's look at a project's store: readable, healthy, with room to grow."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from celltrail.cli.findings import Finding, fail, ok, warn
from celltrail.cli.project import opened
from celltrail.config import Settings
from celltrail.errors import NewerStoreError, StoreBusyError, StoreError
from celltrail.runs.text import ago, size
from celltrail.store.health import StoreStatus

_LITTLE_BYTES = 1 << 30
_NONE_BYTES = 64 << 20
_SHOWN = 5


def check_store(settings: Settings) -> Iterator[Finding]:
    """Check a project's store, its journals, what capture itself failed at, and the disk."""
    yield _check_disk(settings.store)
    if not settings.store.is_dir():
        yield ok("store", f"none yet in {settings.root}: the first executed cell makes it")
        return
    try:
        with opened(settings) as store:
            status = store.status()
    except NewerStoreError as error:
        yield fail("store", str(error), "upgrade celltrail here: pip install -U celltrail")
        return
    except StoreBusyError as error:
        yield fail("store", str(error), "end that process, or wait for it")
        return
    except StoreError as error:
        yield fail("store", str(error), "celltrail doctor --rebuild makes it anew from the journals")
        return
    yield _describe(status)
    yield from _check_segments(status)
    yield from _check_capture(status)


def rebuild_store(settings: Settings) -> Finding:
    """Make the store anew from the journals."""
    from celltrail.store.rebuild import rebuild

    try:
        report = rebuild(settings.store)
    except StoreError as error:
        return fail("rebuild", str(error), "end the processes that use the store (JupyterLab), then do it again")
    return ok(
        "rebuild", f"{report.event_count} events and {report.metric_count} metrics from {report.segment_count} segments"
    )


def _describe(status: StoreStatus) -> Finding:
    says = (
        f"{status.run_count} runs, {status.cell_execution_count} cell executions, {status.session_count} sessions "
        f"({status.live_session_count} live), {size(status.size_bytes)}, owner: {status.owner}, {status.root}"
    )
    return ok("store", says)


def _check_segments(status: StoreStatus) -> Iterator[Finding]:
    if status.quarantined:
        named = ", ".join(status.quarantined[:_SHOWN])
        says = f"{len(status.quarantined)} damaged: {named}"
        remedy = "what was readable is in the store; keep these files, and look at the disk that they are on"
        yield warn("journal segments", says, remedy)
    if status.refused:
        named = ", ".join(status.refused[:_SHOWN])
        remedy = "upgrade celltrail here: pip install -U celltrail"
        yield warn("journal segments", f"{len(status.refused)} of a newer celltrail were left alone: {named}", remedy)
    if not status.quarantined and not status.refused:
        yield ok("journal segments", f"{status.segment_count}, none damaged")


def _check_capture(status: StoreStatus) -> Iterator[Finding]:
    if not status.capture_failures:
        yield ok("capture", "no failure of its own in any session")
    for failure in status.capture_failures[:_SHOWN]:
        says = f"{failure.where} failed {failure.count} times, last {ago(failure.last_at)}: {failure.message}"
        yield warn("capture", says, "your cells were not harmed, but something may be missing; please report it")


def _check_disk(store: Path) -> Finding:
    folder = next(place for place in (store, *store.parents) if place.is_dir())
    free = shutil.disk_usage(folder).free
    if not os.access(folder, os.W_OK):
        return fail(
            "disk", f"{folder} cannot be written", "CELLTRAIL_STORE or `store` in [tool.celltrail] names another place"
        )
    if free < _NONE_BYTES:
        return fail(
            "disk", f"{size(free)} free in {folder}", "make room: the trail waits in memory, and only for a while"
        )
    if free < _LITTLE_BYTES:
        return warn("disk", f"{size(free)} free in {folder}", "make room soon")
    return ok("disk", f"{size(free)} free in {folder}")
