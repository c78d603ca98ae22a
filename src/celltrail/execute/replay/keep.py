"""The verdict in the trail: a tag and the whole report on the run and on its replay."""

import time

from celltrail import clock, codec
from celltrail.config import Settings
from celltrail.execute.replay.report import ReplayAttempt, ReplayReport
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.journal.writer import JournalWriter
from celltrail.records import Tag
from celltrail.store.replays import OF_TAG, SWAP_TAG

STATUS_TAG = "celltrail.replay"
BY_TAG = "celltrail.replay.by"
_MEDIA_TYPE = "application/json"


def keep_report(settings: Settings, report: ReplayReport) -> None:
    """Write the verdict to the journal: on the run, on its replay, and on replays that were not enough.

    A replay with swaps is no verdict: its tag says what was swapped, and the run gets the report alone.

    Raises:
        OSError: The disk refuses the report.
    """
    digest, size = BlobStore(settings.store).put_bytes(codec.dumps(report))
    what = "-swapped" if report.is_swapped else ""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(report.started_at / 1e6))
    writer = JournalWriter(settings.store / "journal")
    try:
        at = clock.now()
        # an empty tag says that this replay made no run, where an earlier one did
        tags = (Tag(STATUS_TAG, report.status), Tag(BY_TAG, report.replayed_run_id))
        if not report.is_swapped:
            writer.append(events.TagsSet(report.run_id, at, tags))
        run_ids = [report.run_id]
        for attempt in report.attempts:
            if attempt.replayed_run_id:
                writer.append(_tags_of_replay(report, attempt, at))
                run_ids.append(attempt.replayed_run_id)
        path = f"replays/{stamp}{what}.json"
        writer.append(*(events.ArtifactLogged(one, at, path, digest, size, _MEDIA_TYPE, "replay") for one in run_ids))
    finally:
        writer.close()


def _tags_of_replay(report: ReplayReport, attempt: ReplayAttempt, at: int) -> events.TagsSet:
    swaps = ", ".join(report.plan.swaps)
    said = Tag(SWAP_TAG, swaps) if report.is_swapped else Tag(STATUS_TAG, attempt.status)
    return events.TagsSet(attempt.replayed_run_id, at, (said, Tag(OF_TAG, report.run_id)))
