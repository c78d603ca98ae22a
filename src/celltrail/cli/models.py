"""The models of a run, in a few lines each."""

from collections.abc import Iterator

from celltrail.records import LoggedModel, ModelState, ValueSpec
from celltrail.runs.text import size

_SHOWN = 6


def model_facts(model: LoggedModel) -> Iterator[tuple[str, str]]:
    """Name and text of each line; what is not known is left out."""
    yield model.name, _file(model)
    if model.signature is not None and model.signature.inputs:
        yield "takes", _specs(model.signature.inputs)
    if model.signature is not None and model.signature.outputs:
        yield "gives", _specs(model.signature.outputs)
    if model.example_path:
        yield "example", model.example_path
    if model.predictions_path:
        yield "predictions", f"on {model.prediction_count} rows, {model.predictions_path}"
    if model.packages:
        yield "needs", ", ".join(f"{package.name} {package.version}" for package in model.packages)
    if model.untrusted:
        yield "trust", f"skops asks for {', '.join(model.untrusted[:_SHOWN])}"
    for note in model.notes:
        yield "note", note


def _file(model: LoggedModel) -> str:
    if model.state is ModelState.NOT_KEPT:
        return "not kept"
    if model.state is ModelState.PENDING:
        return "being written, or its kernel ended before it was"
    by_whom = "kept by the setting" if model.is_automatic else "kept by log_model"
    return f"{model.path}, {size(model.size_bytes)}, {by_whom}"


def _specs(specs: tuple[ValueSpec, ...]) -> str:
    shown = ", ".join(map(_spec, specs[:_SHOWN]))
    return f"{shown} and {len(specs) - _SHOWN} more" if len(specs) > _SHOWN else shown


def _spec(spec: ValueSpec) -> str:
    missing = {"yes": "may be missing", "no": "never missing"}.get(spec.nullable, "")
    what = " ".join(filter(None, (spec.dtype, spec.shape)))
    return f"{spec.name} {what}{f' ({missing})' if missing else ''}".strip()
