"""Writing one model: its file, what it takes and gives, an example of that, and predictions to hold others against."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from celltrail import clock
from celltrail.capture.boundary import tried
from celltrail.capture.models import formats, predictions, tables
from celltrail.capture.models.packages import packages_of
from celltrail.capture.models.rows import EXAMPLE_ROWS, Sample
from celltrail.capture.models.signature import specs
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoggedModel, ModelSignature, ModelState

if TYPE_CHECKING:
    from celltrail.capture.recorder import Recorder

NO_PREDICTIONS = "no sample predictions: "


@dataclass(frozen=True, slots=True)
class Wanted:
    """A model that is to be kept.

    Attributes:
        run_id: Whose it is.
        known: What is known of it already: its name, class, notes.
        model: The object that is written: a copy, or the user's own where he waits for it.
        sample: Rows of what it was fitted on.
        modules: Where its classes come from.
        by_value: Whether some of them are the notebook's.
        with_skops: Whether skops may be tried.
        copy: The object that predicts; None where nothing may be asked.
        around_predictions: Runs the predictions: where they are made in the user's cell, generators are put back.
    """

    run_id: str
    known: LoggedModel
    model: Any
    sample: Sample | None
    modules: frozenset[str]
    by_value: bool = False
    with_skops: bool = True
    copy: Any = None
    around_predictions: Callable[[Callable[[], Any]], Any] = lambda make: make()


def keep(recorder: "Recorder", wanted: Wanted) -> None:
    """Write a model and say so in the journal.

    Raises:
        CannotKeepError: No format takes it.
        OSError: The disk refuses.
    """
    dump = formats.dump(wanted.model, with_skops=wanted.with_skops, by_value=wanted.by_value)
    files = _Files(BlobStore(recorder.settings.store), wanted.run_id)
    name = wanted.known.name
    digest = files.put(name + dump.ending, dump.data, dump.media_type, "model")
    kept = replace(
        wanted.known,
        state=ModelState.KEPT,
        format=dump.format,
        path=name + dump.ending,
        digest=digest,
        size_bytes=len(dump.data),
        untrusted=dump.untrusted,
        packages=packages_of(set(wanted.modules)),
        notes=(*wanted.known.notes, *filter(None, (dump.note,))),
    )
    if wanted.sample is not None:
        kept = _described(files, wanted, wanted.sample, kept)
    recorder.writer.append(*files.logged, events.ModelLogged(wanted.run_id, clock.now(), kept))


def refuse(recorder: "Recorder", run_id: str, known: LoggedModel, *reasons: str) -> None:
    """Say that a model is not kept, and why."""
    said = replace(known, state=ModelState.NOT_KEPT, notes=(*known.notes, *reasons))
    recorder.writer.append(events.ModelLogged(run_id, clock.now(), said))


class _Files:
    """The artifacts of one model."""

    def __init__(self, blobs: BlobStore, run_id: str) -> None:
        self._blobs = blobs
        self._run_id = run_id
        self.logged: list[events.ArtifactLogged] = []

    def put(self, path: str, data: bytes, media_type: str, kind: str) -> str:
        """Write one; its digest."""
        digest, size = self._blobs.put_bytes(data)
        self.logged.append(events.ArtifactLogged(self._run_id, clock.now(), path, digest, size, media_type, kind))
        return digest


def _described(files: _Files, wanted: Wanted, sample: Sample, kept: LoggedModel) -> LoggedModel:
    """The same with its signature, its example and its predictions, as far as they can be had."""
    notes = list(kept.notes)
    inputs = tried(lambda: specs(sample.rows))
    example = tried(lambda: tables.table_file(sample.first(EXAMPLE_ROWS)))
    example_path = predictions_path = ""
    if isinstance(example, Exception):
        notes.append(f"no example: {type(example).__name__}: {example}"[:300])
    else:
        example_path = f"{kept.name}.example{example.ending}"
        files.put(example_path, example.data, example.media_type, "table")
    outputs, count = kept.signature.outputs if kept.signature else (), 0
    if wanted.copy is not None:
        found, described, why = wanted.around_predictions(lambda: predictions.predict(wanted.copy, sample))
        notes += why
        if found.outputs:
            predictions_path, count, outputs = f"{kept.name}.predictions.json", found.row_count, outputs or described
            files.put(predictions_path, predictions.as_file(found), "application/json", "table")
    signature = kept.signature or ModelSignature(() if isinstance(inputs, Exception) else inputs, outputs)
    return replace(
        kept,
        signature=signature,
        example_path=example_path,
        predictions_path=predictions_path,
        prediction_count=count,
        notes=tuple(notes),
    )
