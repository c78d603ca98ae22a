"""A process that writes models: what skops and predictions import, warn, draw and print stays out of the kernel.

`import skops.io` walks through all of scikit-learn and whatever that can work with: PyTorch is loaded too where it is
installed. In a kernel that would change the user's process, and in a thread of it crash one whose fit is at work.

The parent writes, each with its length before it: JSON with its `sys.path`; then for each model a pickle of bytes and
texts alone. The child answers with the JSON of a `Description` and the bytes of its files, or with an empty text.
"""

import importlib
import os
import pickle
import struct
import sys
from typing import Any, BinaryIO

from celltrail import codec
from celltrail.capture.boundary import tried
from celltrail.capture.models.description import Described, Wish, describe
from celltrail.capture.models.rows import Sample
from celltrail.capture.models.snapshot import Snapshot, own_parts

LENGTH = struct.Struct("<Q")
# What scikit-learn can work with and imports when all of it is walked through; not for a model that has none of it.
_HEAVY = ("torch", "cupy", "dask", "jax", "tensorflow", "paddle", "ndonnx", "sparse")


def main() -> None:
    """Answer until the parent closes its end."""
    if sys.argv[1:] == ["nice"] and hasattr(os, "nice"):
        os.nice(5)  # nobody waits
    answers = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    requests = sys.stdin.buffer
    path = read_frame(requests)
    if path is None:
        return
    sys.path[:] = codec.loads(tuple[str, ...], path)
    _import_skops()
    while (request := read_frame(requests)) is not None:
        answer = tried(lambda request=request: _answer(request))  # type: ignore[misc]
        if isinstance(answer, Described):
            write_frame(answers, codec.dumps(answer.description), *answer.contents)
        else:
            write_frame(answers, b"")


def write_frame(target: BinaryIO, *parts: bytes) -> None:
    """Write some bytes, each part with its length."""
    for part in parts:
        target.write(LENGTH.pack(len(part)))
        target.write(part)
    target.flush()


def read_frame(source: BinaryIO) -> bytes | None:
    """The next part; None where the other side is gone."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = LENGTH.unpack(head)
    data = source.read(size)
    return data if len(data) == size else None


def request_of(copied: Snapshot, sample: Sample | None, wish: Wish) -> bytes:
    """One model as the child takes it: nothing in it but bytes, texts and truth values."""
    rows = None
    if sample is not None:
        rows = (pickle.dumps((sample.rows, sample.truth), protocol=5), sample.count, sample.total)
    options = (sorted(wish.modules), wish.with_skops, wish.by_value, wish.may_predict)
    return pickle.dumps((copied.data, [bytes(buffer) for buffer in copied.buffers], rows, options), protocol=5)


def _answer(request: bytes) -> Described:
    data, buffers, rows, options = pickle.loads(request)  # noqa: S301, TID251 - from the parent, through its own pipe
    modules, with_skops, by_value, may_predict = options
    model = Snapshot(data, [bytearray(buffer) for buffer in buffers]).model()
    if by_value:
        _make_importable(model)
    sample = None
    if rows is not None:
        taken, truth = pickle.loads(rows[0])  # noqa: S301, TID251 - as above
        sample = Sample(taken, rows[1], rows[2], truth)
    return describe(model, sample, Wish(frozenset(modules), with_skops, by_value, may_predict))


def _import_skops() -> None:
    """Two seconds, before the first model comes; None marks what the walk through scikit-learn leaves out."""
    loaded: dict[str, Any] = sys.modules
    left_out = [name for name in _HEAVY if name not in loaded]
    loaded.update(dict.fromkeys(left_out))
    tried(lambda: importlib.import_module("skops.io"))
    for name in left_out:
        del loaded[name]


def _make_importable(model: Any) -> None:
    """Let the notebook's classes, which came by value, be found where their names say that they are."""
    known: set[str] = set()
    while new := {name: kind for name, kind in own_parts(model).items() if name not in known}:
        known |= new.keys()
        for name, kind in new.items():
            module, _, attribute = name.rpartition(".")
            if module == "__main__" and "<" not in attribute:
                setattr(sys.modules[module], attribute, kind)


if __name__ == "__main__":
    main()
