"""A model as it is now, as bytes, made within a budget; and whose code it needs.

pickle asks an object's class how to take it apart: of a library's classes that is harmless, of the user's own it may
do anything. So a class of the notebook, or of a module of the project, that has such code of its own is left alone.
"""

import copyreg
import io
import pickle
import sys
import sysconfig
import time
from dataclasses import field
from functools import lru_cache
from types import FunctionType
from typing import Any

from celltrail.capture.boundary import tried
from celltrail.lean import mutable

MAX_BYTES = 64 << 20
_OWN_PARTS_S = 60.0
_HOOKS = (
    "__reduce__",
    "__reduce_ex__",
    "__getstate__",
    "__setstate__",
    "__getnewargs__",
    "__getnewargs_ex__",
    "__new__",
)
_INSTALLED = ("site-packages", "dist-packages")
_TENSOR_BYTES_PER_S = 200 << 20  # what torch's own pickling of a tensor does, in one piece that nobody can interrupt


class CutError(Exception):
    """The copy was given up; the message says why, in words for the user."""


@mutable
class Snapshot:
    """A copy of a model as bytes.

    Attributes:
        data: The pickle.
        buffers: The arrays, beside it.
        modules: The modules of all classes and functions in it.
        own: Classes and functions in it that are no library's, by name.
        object_count: How many objects it is made of.
    """

    data: bytes = b""
    buffers: list[bytearray] = field(default_factory=list)
    modules: set[str] = field(default_factory=set)
    own: dict[str, object] = field(default_factory=dict)
    object_count: int = 0

    @property
    def size_bytes(self) -> int:
        """All of it."""
        return len(self.data) + sum(map(len, self.buffers))

    def model(self) -> Any:
        """The model again, as another object."""
        return pickle.loads(self.data, buffers=self.buffers)  # noqa: S301, TID251 - bytes that this process made itself


def take(model: object, *, budget_s: float, max_bytes: int = MAX_BYTES, own_code: bool = False) -> Snapshot:
    """Copy a model.

    Args:
        model: Any object.
        budget_s: Seconds that this may take; asked for at each of the model's objects.
        max_bytes: How large the copy may be.
        own_code: Whether classes that are no library's may run code to be copied.

    Raises:
        CutError: It takes longer, is larger, or would run code of the user's.
        Exception: Whatever the classes of the model raise: it cannot be pickled.
    """
    target = _Target(max_bytes)
    pickler = _Pickler(target, time.perf_counter() + budget_s, own_code=own_code)
    pickler.dump(model)
    taken = pickler.taken
    taken.data = target.getvalue()
    return taken


def own_parts(model: object) -> dict[str, object]:
    """The classes and functions in a model that are no library's, by name, as far as pickle comes."""
    pickler = _Pickler(_Target(MAX_BYTES), time.perf_counter() + _OWN_PARTS_S, own_code=True)
    tried(lambda: pickler.dump(model))
    return pickler.taken.own


class _Target(io.BytesIO):
    """Takes bytes up to a limit."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._count = 0

    def write(self, data: Any) -> int:
        """Take some."""
        self.count(len(data))
        return super().write(data)

    def count(self, size: int) -> None:
        """So many bytes more are going to be taken.

        Raises:
            CutError: They are too many.
        """
        self._count += size
        if self._count > self._max_bytes:
            raise CutError(f"it is larger than {self._max_bytes >> 20} MB")


class _Pickler(pickle.Pickler):
    """Looks at each object before it is taken apart."""

    def __init__(self, target: _Target, deadline_s: float, *, own_code: bool) -> None:
        super().__init__(target, protocol=5, buffer_callback=self._keep_buffer)
        self._target = target
        self._deadline_s = deadline_s
        self._own_code = own_code
        self._hooks: dict[type, str] = {}
        self.taken = Snapshot()

    def reducer_override(self, one: Any) -> Any:
        """Called by pickle for each object that is no plain value."""
        taken = self.taken
        taken.object_count += 1
        self._make_time()
        kind = one if isinstance(one, type | FunctionType) else type(one)
        taken.modules.add(kind.__module__)
        if not is_library(kind.__module__):
            taken.own[f"{kind.__module__}.{kind.__qualname__}"] = kind
        if kind is not one:
            self._check(type(one), one)
        return NotImplemented

    def _check(self, kind: type, one: Any) -> None:
        hook = self._hooks.get(kind)
        if hook is None:
            hook = self._hooks[kind] = own_hook(kind)
        if hook and not self._own_code:
            raise CutError(f"its class {hook} has code of its own for being copied")
        if kind.__module__ == "numpy" and kind.__name__ == "ndarray":
            self._make_room(int(one.nbytes))
        elif _is_tensor(one):
            size = int(one.numel()) * int(one.element_size())
            self._make_room(size)
            self._make_time(size / _TENSOR_BYTES_PER_S)

    def _make_room(self, size: int) -> None:
        """Give up before pickle makes a copy that is too large."""
        self._target.count(size)
        self._target.count(-size)

    def _make_time(self, seconds: float = 0.0) -> None:
        if time.perf_counter() + seconds > self._deadline_s:
            raise CutError("to copy it takes longer than its budget of time")

    def _keep_buffer(self, buffer: pickle.PickleBuffer) -> bool:
        view = buffer.raw()
        self._target.count(view.nbytes)
        self.taken.buffers.append(bytearray(view))  # writable, as an estimator expects its arrays to be
        return False


def _is_tensor(one: Any) -> bool:
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return tensor is not None and issubclass(type(one), tensor)


def own_hook(kind: type) -> str:
    """The class that decides how objects of `kind` are copied, where that is no library's; else empty."""
    reducer = copyreg.dispatch_table.get(kind)
    if reducer is not None and not is_library(getattr(reducer, "__module__", "")):
        return kind.__qualname__
    for owner in kind.__mro__:
        if not is_library(owner.__module__) and any(name in vars(owner) for name in _HOOKS):
            return owner.__qualname__
    return ""


@lru_cache(maxsize=4096)
def is_library(module_name: str) -> bool:
    """Whether a module was installed, and is not the notebook's or the project's own."""
    if module_name == "__main__":
        return False
    module = sys.modules.get(module_name) or sys.modules.get(module_name.partition(".")[0])
    path = str(getattr(module, "__file__", None) or "").replace("\\", "/")
    if not path:
        return True  # built in
    standard = sysconfig.get_paths()["stdlib"].replace("\\", "/")
    return any(f"/{folder}/" in path for folder in _INSTALLED) or path.startswith(f"{standard}/")
