"""All that is kept of one model, made of the object and some rows: in the process of `worker`, where nobody waits."""

from dataclasses import field, replace
from functools import partial
from typing import Any

from celltrail.capture.boundary import tried
from celltrail.capture.models import formats, predictions, tables
from celltrail.capture.models.packages import packages_of
from celltrail.capture.models.rows import EXAMPLE_ROWS, Sample
from celltrail.capture.models.signature import specs
from celltrail.lean import mutable, record
from celltrail.records import LoggedModel, ModelSignature, ModelState, ValueSpec


@record
class FilePart:
    """One file of a model: what its name ends in, and how long it is."""

    ending: str
    media_type: str
    kind: str
    size_bytes: int


@record
class Description:
    """What a model is, without its name: `model` has no name and no digest yet; the files' bytes follow in order."""

    model: LoggedModel
    files: tuple[FilePart, ...]


@mutable
class Described:
    """A description and the bytes of its files; the first is the model's."""

    description: Description
    contents: list[bytes]


@record
class Wish:
    """What is to be made of a model.

    Attributes:
        modules: Where its classes come from.
        with_skops: Whether skops may be tried.
        by_value: Whether classes or functions of the notebook are in it.
        may_predict: Whether the object may be asked for predictions; it may change as it answers.
    """

    modules: frozenset[str]
    with_skops: bool = True
    by_value: bool = False
    may_predict: bool = True


@mutable
class _Files:
    parts: list[FilePart] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)

    def put(self, ending: str, media_type: str, kind: str, data: bytes) -> None:
        self.parts.append(FilePart(ending, media_type, kind, len(data)))
        self.contents.append(data)


def describe(model: Any, sample: Sample | None, wish: Wish) -> Described:
    """Write a model, what it takes and gives, an example of that, and what it says of some rows.

    Args:
        model: The model; asked for predictions when it has been written.
        sample: Rows of what it was fitted on.
        wish: How.

    Raises:
        CannotKeepError: No format takes it.
    """
    files = _Files()
    dump = formats.dump(model, with_skops=wish.with_skops, by_value=wish.by_value)
    files.put(dump.ending, dump.media_type, "model", dump.data)
    found = LoggedModel(
        "",
        ModelState.KEPT,
        format=dump.format,
        path=dump.ending,
        size_bytes=len(dump.data),
        untrusted=dump.untrusted,
        packages=packages_of(set(wish.modules)),
        notes=(dump.note,) if dump.note else (),
    )
    if sample is not None:
        found = _with_rows(files, model, sample, found, may_predict=wish.may_predict)
    return Described(Description(found, tuple(files.parts)), files.contents)


def _with_rows(files: _Files, model: Any, sample: Sample, found: LoggedModel, *, may_predict: bool) -> LoggedModel:
    notes = list(found.notes)
    inputs = tried(partial(specs, sample.rows))
    example = tried(lambda: tables.table_file(sample.first(EXAMPLE_ROWS)))
    if isinstance(example, Exception):
        notes.append(f"no example: {type(example).__name__}: {example}"[:300])
    else:
        found = replace(found, example_path=f".example{example.ending}")
        files.put(found.example_path, example.media_type, "table", example.data)
    outputs: tuple[ValueSpec, ...] = ()
    if may_predict:
        said, outputs, why = predictions.predict(model, sample)
        notes += why
        if said.outputs:
            found = replace(found, predictions_path=".predictions.json", prediction_count=said.row_count)
            files.put(found.predictions_path, "application/json", "table", predictions.as_file(said))
    signature = ModelSignature(() if isinstance(inputs, Exception) else inputs, outputs)
    return replace(found, signature=signature, notes=tuple(notes))
