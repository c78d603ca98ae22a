"""Digests of what a cell shows: streams, displays and results, without keeping any of it.

Three bound methods of the shell are shadowed on their instances: `display_pub.publish`, `displayhook.write_format_data`
and the `write` of the kernel's own streams. Each passes its arguments through unchanged; `restore` takes them away.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.records import OutputDigest

_MAX_OUTPUTS = 100


class CellOutputs:
    """The outputs of one cell, digested as they come; a stream is one output however many writes it takes."""

    __slots__ = ("_streams", "found", "too_many")

    def __init__(self) -> None:
        self.found: list[OutputDigest] = []
        self.too_many = 0
        self._streams: dict[str, list[Any]] = {}

    def note_stream(self, name: str, text: str) -> None:
        """Text was written to stdout or stderr."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = [_new_hash(), 0]
        data = text.encode("utf-8", "surrogatepass")
        stream[0].update(data)
        stream[1] += len(data)

    def note_bundle(self, kind: str, bundle: Mapping[str, Any]) -> None:
        """A display or a result was shown."""
        if len(self.found) >= _MAX_OUTPUTS:
            self.too_many += 1
            return
        digest, size = _new_hash(), 0
        for media_type in sorted(bundle):
            data = _as_bytes(bundle[media_type])
            digest.update(f"{media_type}\0{len(data)}\0".encode())
            digest.update(data)
            size += len(data)
        self.found.append(OutputDigest(kind, tuple(sorted(bundle)), _named(digest), size))

    def finish(self, error_text: str) -> tuple[OutputDigest, ...]:
        """All of them; the error that was shown, if any, comes last."""
        streams = [
            OutputDigest("stream", (f"application/vnd.jupyter.{name}",), _named(digest), size)
            for name, (digest, size) in sorted(self._streams.items())
        ]
        if error_text:
            digest = _new_hash()
            data = error_text.encode("utf-8", "surrogatepass")
            digest.update(data)
            streams.append(OutputDigest("error", ("application/vnd.jupyter.error",), _named(digest), len(data)))
        return (*self.found, *streams)


def _new_hash() -> Any:
    return hashlib.blake2b(digest_size=16)


def _named(digest: Any) -> str:
    return f"blake2b-128:{digest.hexdigest()}"


def _as_bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    return json.dumps(value, sort_keys=True, default=_type_name).encode()


def _type_name(value: object) -> str:
    return type(value).__name__


class OutputTaps:
    """The shadowed methods of one shell.

    IPython itself shadows the streams' `write` while a cell runs, and puts back what it found. So they are only touched
    between cells: a change that is asked for inside one waits for the event loop.

    Args:
        find: The outputs of the cell that the calling code belongs to, None outside any.
    """

    def __init__(self, shell: Any, find: Callable[[], CellOutputs | None]) -> None:
        self._find = find
        self._shadowed: list[tuple[Any, str, Any, Any]] = []
        self._is_over = False
        self._shadow(shell.display_pub, "publish", self._publish)
        self._shadow(shell.displayhook, "write_format_data", self._write_format_data)
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if hasattr(stream, "set_parent"):  # the kernel's own; a terminal's is left alone
                _between_cells(stream, self._shadow, stream, "write", self._stream_write(name))

    def restore(self) -> None:
        """Take the shadows away."""
        self._is_over = True
        for shadow in self._shadowed:
            _between_cells(shadow[0], self._unshadow, *shadow)
        self._shadowed = []

    def _shadow(self, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
        if self._is_over:
            return
        ours = make(getattr(owner, name))
        self._shadowed.append((owner, name, ours, vars(owner).get(name)))
        vars(owner)[name] = ours

    def _unshadow(self, owner: Any, name: str, ours: Any, before: Any) -> None:
        if vars(owner).get(name) is not ours:
            return  # somebody else's shadow lies over ours, which passes everything through
        if before is None:
            del vars(owner)[name]
        else:
            vars(owner)[name] = before

    def _publish(self, original: Any) -> Any:
        def publish(data: Any, *args: Any, **kwargs: Any) -> Any:
            attempt("display", self._note_bundle, "display_data", data, kwargs)
            try:
                return original(data, *args, **kwargs)
            except BaseException as error:
                _drop_this_frame(error)
                raise

        return publish

    def _write_format_data(self, original: Any) -> Any:
        def write_format_data(format_dict: Any, *args: Any, **kwargs: Any) -> Any:
            attempt("display", self._note_bundle, "execute_result", format_dict, {})
            try:
                return original(format_dict, *args, **kwargs)
            except BaseException as error:
                _drop_this_frame(error)
                raise

        return write_format_data

    def _note_bundle(self, kind: str, bundle: Any, options: Mapping[str, Any]) -> None:
        outputs = None if self._is_over else self._find()
        if outputs is not None and not options.get("update"):
            outputs.note_bundle(kind, bundle)

    def _stream_write(self, name: str) -> Callable[[Any], Any]:
        def shadow(original: Any) -> Any:
            def write(string: Any) -> Any:
                attempt("stream", self._note_stream, name, string)
                try:
                    return original(string)
                except BaseException as error:
                    _drop_this_frame(error)
                    raise

            return write

        return shadow

    def _note_stream(self, name: str, text: object) -> None:
        outputs = None if self._is_over else self._find()
        if outputs is not None and isinstance(text, str):
            outputs.note_stream(name, text)


def _drop_this_frame(error: BaseException) -> None:
    """Take the caller's frame off the traceback: a bare raise does not put it back (see calls.py)."""
    if error.__traceback__ is not None:
        error.__traceback__ = error.__traceback__.tb_next


def _between_cells(owner: Any, change: Callable[..., None], *arguments: Any) -> None:
    """Make a change now, or after the cell where IPython's own shadow lies on `owner`."""
    shadow = vars(owner).get("write")
    if getattr(shadow, "__module__", "").startswith("IPython.") and not hasattr(shadow, "__self__"):
        import asyncio

        asyncio.get_running_loop().call_soon(lambda: attempt("outputs", change, *arguments))
    else:
        change(*arguments)
