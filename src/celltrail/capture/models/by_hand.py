"""`log_model`: a model that somebody asks to be kept, written while he waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from celltrail.capture.boundary import tried
from celltrail.capture.models import keeping, snapshot
from celltrail.capture.models.formats import CannotKeepError
from celltrail.capture.models.rows import Sample, sample
from celltrail.capture.models.snapshot import Snapshot
from celltrail.fingerprint import seed
from celltrail.records import LoggedModel, ModelSignature, ModelState

if TYPE_CHECKING:
    from celltrail.capture.recorder import Recorder

T = TypeVar("T")
_BUDGET_S = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What was given with the model."""

    name: str
    signature: ModelSignature | None
    input_example: Any


def keep_model(recorder: "Recorder", model: Any, asked: Asked) -> str | None:
    """Write a model.

    Returns:
        What is wrong with the model, where nothing can write it: that is the caller's to know.

    Raises:
        OSError: The disk refuses.
    """
    fit = recorder.fitted_models().fit_of(model)
    run_id = _run_of(recorder, fit.run_id if fit is not None else "")
    if not run_id:
        return None
    kind = type(model)
    known = LoggedModel(asked.name, ModelState.PENDING, _name(kind), signature=asked.signature)
    taken = tried(lambda: snapshot.take(model, budget_s=_BUDGET_S, own_code=True))
    seen = taken if isinstance(taken, Snapshot) else Snapshot(modules={kind.__module__}, own={_name(kind)})
    copy = tried(taken.model) if isinstance(taken, Snapshot) else taken
    if isinstance(copy, Exception):
        known = replace(known, notes=(f"{keeping.NO_PREDICTIONS}it cannot be copied: {copy}"[:300],))
    data = fit.data() if fit is not None and fit.data is not None else None
    wanted = keeping.Wanted(
        run_id,
        known,
        model,
        _rows(fit.sample if fit is not None else None, data, asked.input_example),
        frozenset(seen.modules),
        by_value=bool(seen.own),
        copy=None if isinstance(copy, Exception) else copy,
        around_predictions=_with_generators_put_back,
    )
    try:
        keeping.keep(recorder, wanted)
    except CannotKeepError as error:
        return (
            f"log_model cannot keep this {kind.__qualname__}: {error}. Take what cannot be written out of it (an open "
            "file, a lock, a generator, a function without a name), or keep what matters of it by log_artifact"
        )
    return None


def _run_of(recorder: "Recorder", fitted_by: str) -> str:
    """The open run, else the one whose fit made the model, else where everything goes that is logged here."""
    if not recorder.where.is_recording():
        return ""
    active = recorder.active_run()
    return active.run_id if active is not None else fitted_by or recorder.run_for_logging()


def _rows(kept: Sample | None, data: Any, example: Any) -> Sample | None:
    """What was given, else rows of what the model was fitted on, where that is still there."""
    if example is not None:
        return sample(example)
    return kept or (sample(data) if data is not None else None)


def _name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _with_generators_put_back(make: Callable[[], T]) -> T:
    """A model that draws as it predicts must not change what the user's next draw is."""
    before = seed.raw_states()
    try:
        return make()
    finally:
        if seed.drawn_from(before, seed.raw_states()):
            seed.restore(seed.packed(before))
