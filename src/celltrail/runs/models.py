"""Loading a kept model: only when somebody asks, and nothing that runs code without a word of trust."""

import importlib
import pickle
import warnings
from collections.abc import Collection
from importlib import metadata
from typing import Any

from celltrail.capture.models import formats, libraries
from celltrail.errors import CelltrailError, ModelNotFoundError, UntrustedModelError
from celltrail.records import LoggedModel, ModelState
from celltrail.runs.search import opened_store
from celltrail.store.base import Store
from celltrail.store.runs import RunDetail

_PREFIX = "runs:/"


def load_model(
    run_id: str, name: str = "model", *, trusted: bool | Collection[str] = False, store: Store | None = None
) -> Any:
    """The model of a run, as an object.

    Args:
        run_id: The run's id, or the first four or more characters of it; MLflow's `runs:/<id>/<name>` is understood.
        name: The model's name in the run.
        trusted: True to load whatever it is; or the names of the types that skops may make, beside those that it knows.
        store: Where to look; the project of the working directory where it is None.

    Returns:
        The model. Of PyTorch its state_dict, of LightGBM a Booster, of ONNX an onnxruntime session.

    Raises:
        ModelNotFoundError: The run has no such model, or it was not kept.
        UntrustedModelError: It is a pickle, whose loading runs code, or has types that skops does not know, and
            `trusted` does not say so.
        CelltrailError: What it was written by is not installed.
        RunNotFoundError: No run or more than one matches.
    """
    if run_id.startswith(_PREFIX):
        run_id, _, given = run_id.removeprefix(_PREFIX).partition("/")
        name = given or name
    with opened_store(store) as opened:
        detail = opened.get_run(run_id)
        model = _model_of(detail, name)
        data = opened.read_blob(model.digest)
    _warn_of_versions(model)
    try:
        return _load(model, data, trusted)
    except ImportError as error:
        raise CelltrailError(
            f"the model {name!r} is in the format {model.format}, and what reads it is missing: {error}. "
            f"It was kept with {_listed(model)}"
        ) from error


def _model_of(detail: RunDetail, name: str) -> LoggedModel:
    found = next((model for model in detail.models if model.name == name), None)
    run_id = detail.run.run_id
    if found is None:
        names = ", ".join(model.name for model in detail.models)
        todo = f"it has {names}" if names else "keep one by celltrail.log_model, or all by %track models on"
        raise ModelNotFoundError(run_id, name, todo)
    if found.state is not ModelState.KEPT:
        why = "; ".join(found.notes) or "its kernel ended before it was written"
        raise ModelNotFoundError(run_id, name, f"it was not kept: {why}")
    return found


def _load(model: LoggedModel, data: bytes, trusted: bool | Collection[str]) -> Any:  # noqa: FBT001 - as the user gave it
    if model.format == formats.PICKLE:
        if trusted is not True:
            raise UntrustedModelError(
                f"the model {model.name!r} is a pickle, and loading it runs whatever code is in it",
                "give trusted=True if you know who wrote it",
            )
        return pickle.loads(data)  # noqa: S301, TID251 - the caller has said that he trusts it
    if model.format == "skops":
        return _load_skops(model, data, trusted)
    known = libraries.BY_NAME.get(model.format)
    if known is None:
        raise CelltrailError(
            f"the model {model.name!r} is in the format {model.format!r}: upgrade celltrail to read it"
        )
    return known.read(data, model.class_name)


def _load_skops(model: LoggedModel, data: bytes, trusted: bool | Collection[str]) -> Any:  # noqa: FBT001 - as above
    skops_io: Any = importlib.import_module("skops.io")
    asked: list[str] = skops_io.get_untrusted_types(data=data)
    allowed = asked if trusted is True else trusted or ()
    unknown = tuple(name for name in asked if name not in allowed)
    if unknown:
        raise UntrustedModelError(
            f"the model {model.name!r} has types that skops does not know: {', '.join(unknown)}",
            f"give trusted={list(unknown)!r} if they are yours; those of a notebook must be defined here first",
            unknown,
        )
    return skops_io.loads(data, trusted=asked)


def _warn_of_versions(model: LoggedModel) -> None:
    other = [
        f"{package.name} {package.version} (here {here or 'missing'})"
        for package in model.packages
        if (here := _installed(package.name)) != package.version
    ]
    if other:
        warnings.warn(f"the model {model.name!r} was kept with {', '.join(other)}", stacklevel=3)


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _listed(model: LoggedModel) -> str:
    return ", ".join(f"{package.name} {package.version}" for package in model.packages) or "no package that is known"
