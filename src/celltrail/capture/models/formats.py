"""A model as a file: by skops where that can, else by its own library, and by pickle where nothing else is left."""

import importlib
import pickle
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from celltrail.capture.boundary import tried
from celltrail.capture.models import libraries
from celltrail.lean import record

if TYPE_CHECKING:
    from collections.abc import Callable

PICKLE = "pickle"
_BY_VALUE = ("cloudpickle", "joblib.externals.cloudpickle")  # the second comes with scikit-learn


@record
class Dump:
    """A model's file.

    Attributes:
        format: skops, onnx, a library's own, or pickle.
        ending: What its name ends in.
        untrusted: What skops asks for before it loads the file.
        note: What somebody has to know who loads it; may be empty.
    """

    format: str
    ending: str
    media_type: str
    data: bytes
    untrusted: tuple[str, ...] = ()
    note: str = ""


class CannotKeepError(Exception):
    """No format takes the model; the message has pickle's reason."""


def dump(model: Any, *, with_skops: bool = True, by_value: bool = False) -> Dump:
    """Write a model in the safest format that takes it.

    Args:
        model: A fitted model.
        with_skops: Whether to try skops, which takes about a tenth of a millisecond for each object of the model.
        by_value: Whether classes and functions of the notebook are in it, which a pickle should then hold.

    Raises:
        CannotKeepError: None takes it.
    """
    found = _by_skops(model) if with_skops else None
    return found or _by_library(model) or _by_pickle(model, by_value=by_value)


def _by_skops(model: Any) -> Dump | None:
    if not hasattr(type(model), "get_params"):
        return None
    try:
        skops_io = importlib.import_module("skops.io")
    except ImportError:
        return None
    data = tried(lambda: skops_io.dumps(model))
    if isinstance(data, Exception):  # a type that skops does not know
        return None
    names = tried(lambda: skops_io.get_untrusted_types(data=data))
    if isinstance(names, Exception) or not all(map(_can_be_imported, names)):
        return None
    return Dump("skops", ".skops", "application/vnd.skops", data, tuple(names))


def _can_be_imported(name: str) -> bool:
    """Whether a name will lead to its class or function again; skops writes lambdas too, and cannot load them."""
    module, _, attribute = name.rpartition(".")
    return hasattr(sys.modules.get(module), attribute)


def _by_library(model: Any) -> Dump | None:
    """The first class of the model that its library has a format for, also of one that the user derived from it."""
    for kind in type(model).__mro__:
        found = libraries.FORMATS.get(f"{kind.__module__}.{kind.__qualname__}")
        if found is not None:
            data = tried(lambda found=found: found.write(model))  # type: ignore[misc]
            return (
                None
                if isinstance(data, Exception)
                else Dump(found.name, found.ending, found.media_type, data, (), found.note)
            )
    return None


def _by_pickle(model: Any, *, by_value: bool) -> Dump:
    """A pickle; what lies in the notebook itself, or has no name, is put in by cloudpickle where that is installed."""
    writers: list[Callable[[Any], bytes]] = [_by_name, by_value_pickle]
    reasons: list[Exception] = []
    for write in reversed(writers) if by_value else writers:
        data = tried(partial(write, model))
        if isinstance(data, bytes):
            return Dump(PICKLE, ".pkl", "application/x-python-pickle", data, (), "loading it runs code")
        reasons.append(data)
    reason = next((one for one in reasons if not isinstance(one, ImportError)), reasons[0])
    raise CannotKeepError(f"{type(reason).__name__}: {reason}"[:500]) from reason


def _by_name(model: Any) -> bytes:
    return pickle.dumps(model, protocol=5)


def by_value_pickle(model: Any) -> bytes:
    """A pickle in which the notebook's classes and functions are themselves.

    Raises:
        ImportError: cloudpickle is not installed.
        Exception: The model cannot be pickled.
    """
    for name in _BY_VALUE:
        module = tried(partial(importlib.import_module, name))
        if not isinstance(module, Exception):
            data: bytes = module.dumps(model, protocol=5)
            return data
    raise ImportError("cloudpickle, which takes what lies in the notebook itself, is not installed")
