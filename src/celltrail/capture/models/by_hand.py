"""`log_model`: a model that somebody asks to be kept, written while he waits."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from celltrail.capture.boundary import tried
from celltrail.capture.models import formats, keeping, snapshot
from celltrail.capture.models.description import Described, Wish, describe
from celltrail.capture.models.rows import Sample, sample
from celltrail.capture.models.snapshot import Snapshot
from celltrail.lean import record
from celltrail.records import LoggedModel, ModelSignature, ModelState

if TYPE_CHECKING:
    from celltrail.capture.models.fitted import Fit
    from celltrail.capture.recorder import Recorder

_BUDGET_S = 60.0
_TIMEOUT_S = 120.0
_MAX_BYTES = 1 << 30


@record
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
    run_id = _run_of(recorder, fit)
    if not run_id:
        return None
    kind = type(model)
    known = LoggedModel(
        asked.name, ModelState.PENDING, f"{kind.__module__}.{kind.__qualname__}", signature=asked.signature
    )
    rows = _rows(fit, asked.input_example)
    copied = _copied(model)
    described: Described | Exception | None = None
    if isinstance(copied, Snapshot):
        wish = Wish(frozenset(copied.modules), by_value=bool(copied.own))
        writer = recorder.fitted_models().writer
        writer.is_awaited = True
        described = writer.describe(copied, rows, wish, timeout_s=_TIMEOUT_S)
    if described is None:
        why = copied if isinstance(copied, Exception) else "the process that writes models could not"
        known = replace(known, notes=(f"{keeping.NO_PREDICTIONS}{why}"[:300],))
        here = Wish(frozenset({kind.__module__}), "skops.io" in sys.modules, by_value=True, may_predict=False)
        described = tried(lambda: describe(model, rows, here))
    if isinstance(described, Exception):
        return (
            f"log_model cannot keep this {kind.__qualname__}: {described}. Take what cannot be written out of it (an "
            "open file, a lock, a generator), or keep what matters of it by log_artifact"
        )
    keeping.keep(recorder, run_id, known, described)
    return None


def _run_of(recorder: "Recorder", fit: "Fit | None") -> str:
    """The open run, else the one whose fit made the model, else where everything goes that is logged here."""
    if not recorder.where.is_recording():
        return ""
    active = recorder.active_run()
    if active is not None:
        return active.run_id
    return fit.run_id if fit is not None and fit.run_id else recorder.run_for_logging()


def _rows(fit: "Fit | None", example: Any) -> Sample | None:
    """Of what was given, else of what the model was fitted on, where that is still there."""
    if example is not None:
        return sample(example)
    if fit is None:
        return None
    data, target = (one() if one is not None else None for one in (fit.data, fit.target))
    return fit.sample or (sample(data, target) if data is not None else None)


def _copied(model: Any) -> Snapshot | Exception:
    """A copy for the process that writes; what is the notebook's own goes with it by value."""
    taken = tried(lambda: snapshot.take(model, budget_s=_BUDGET_S, max_bytes=_MAX_BYTES, own_code=True))
    if isinstance(taken, Snapshot) and not taken.own:
        return taken
    if isinstance(taken, snapshot.CutError):
        return taken
    data = tried(lambda: formats.by_value_pickle(model))
    if isinstance(data, Exception):
        return data
    modules = taken.modules if isinstance(taken, Snapshot) else {type(model).__module__}
    return Snapshot(data, [], set(modules), {"__main__": None})
