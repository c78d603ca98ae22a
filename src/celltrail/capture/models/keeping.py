"""A described model as blobs and events."""

from dataclasses import replace
from typing import TYPE_CHECKING

from celltrail import clock
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoggedModel, ModelState

if TYPE_CHECKING:
    from celltrail.capture.models.description import Described
    from celltrail.capture.recorder import Recorder

NO_PREDICTIONS = "no sample predictions: "


def keep(recorder: "Recorder", run_id: str, known: LoggedModel, described: "Described") -> None:
    """Write the files of a model, and say so in the journal.

    Args:
        recorder: Whose journal.
        run_id: Whose model.
        known: Its name, its class, and what was said of it by hand.
        described: What was made of it.

    Raises:
        OSError: The disk refuses.
    """
    blobs = BlobStore(recorder.settings.store)
    logged: list[events.Event] = []
    digests: list[str] = []
    for part, content in zip(described.description.files, described.contents, strict=True):
        digest, size = blobs.put_bytes(content)
        digests.append(digest)
        path = known.name + part.ending
        logged.append(events.ArtifactLogged(run_id, clock.now(), path, digest, size, part.media_type, part.kind))
    found = described.description.model
    kept = replace(
        found,
        name=known.name,
        class_name=known.class_name,
        path=known.name + found.path,
        digest=digests[0],
        signature=known.signature or found.signature,
        example_path=found.example_path and known.name + found.example_path,
        predictions_path=found.predictions_path and known.name + found.predictions_path,
        is_automatic=known.is_automatic,
        notes=(*known.notes, *found.notes),
    )
    recorder.writer.append(*logged, events.ModelLogged(run_id, clock.now(), kept))


def refuse(recorder: "Recorder", run_id: str, known: LoggedModel, *reasons: str) -> None:
    """Say that a model is not kept, and why."""
    said = replace(known, state=ModelState.NOT_KEPT, notes=(*known.notes, *reasons))
    recorder.writer.append(events.ModelLogged(run_id, clock.now(), said))
