"""What a reader was given to read from: a path, several, a pattern, a folder or a URI; told as files and sources."""

import glob
import os
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import unquote

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given
from celltrail.capture.files import note_file
from celltrail.capture.readers.entries import Begun
from celltrail.capture.sources import note_source
from celltrail.records import SourceUse

_MAX_FILES = 501  # one more than a cell keeps, so that it says that there were more
_PATTERN = "*?["


def note_places(given: Any, mode: str, *, is_told: bool = False, is_done: bool = False) -> None:
    """Tell what is read or written.

    Args:
        given: A path or URI, or a list of them; anything else (an open file, bytes) is seen elsewhere or is no file.
        mode: "read" or "write".
        is_told: A URI of HTTP is told by who fetches it: it is not told here.
        is_done: What is written was written already.
    """
    if isinstance(given, str | os.PathLike):
        _note_place(os.fspath(given), mode, is_told=is_told, is_done=is_done)
    elif isinstance(given, list | tuple | set | frozenset):
        for one in islice(given, _MAX_FILES):
            if isinstance(one, str | os.PathLike):
                _note_place(os.fspath(one), mode, is_told=is_told, is_done=is_done)


def _note_place(place: str | bytes, mode: str, *, is_told: bool, is_done: bool) -> None:
    text = os.fsdecode(place)
    scheme, mark, rest = text.rpartition("::")[2].partition("://")
    if mark and scheme.isidentifier() and scheme != "file":
        kind = "http" if scheme == "https" else scheme
        if kind != "http" or not is_told:
            note_source(SourceUse(f"{scheme}://{rest}", kind, mode))
        return
    if mark and scheme == "file":
        text = unquote(rest)
    for path in islice(_files(os.path.expanduser(text), mode), _MAX_FILES):  # noqa: PTH111 - as the readers do
        note_file(path, mode, is_done=is_done)


def _files(path: str, mode: str) -> Iterator[str]:
    """The files that a path stands for, as they are found: a folder may hold millions."""
    if os.path.isdir(path):  # noqa: PTH112
        yield from files_below(path)
    elif mode == "read" and any(sign in path for sign in _PATTERN) and not os.path.exists(path):  # noqa: PTH110
        for found in glob.iglob(path, recursive=True):  # noqa: PTH207 - as the readers do
            if not os.path.isdir(found):  # noqa: PTH112
                yield found
    else:
        yield path


def files_below(folder: str) -> Iterator[str]:
    """The files in a folder and its folders, but for hidden ones."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield os.path.join(parent, name)  # noqa: PTH118


def reads(place: int, keyword: str, *, is_told: bool = False) -> Begun:
    """For a function that reads the argument at `place`, or by that keyword."""

    def begun(given: Given) -> None:
        note_places(given.argument(place, keyword), "read", is_told=is_told)

    return begun


def writes(place: int, keyword: str, *, is_told: bool = False) -> Begun:
    """For a function that writes a file; where it makes a folder of files, they are told once they are there."""

    def begun(given: Given) -> Call | None:
        target = given.argument(place, keyword)
        if not isinstance(target, str | os.PathLike):
            return None
        if "://" in os.fspath(target):
            note_places(target, "write", is_told=is_told)
            return None
        if os.path.isfile(target) or "." in os.path.basename(os.fspath(target)):  # noqa: PTH113, PTH119
            note_places(target, "write", is_told=is_told)
        return _WrittenFolder(os.fspath(target))

    return begun


class _WrittenFolder:
    """A call that may have made a folder of files."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def returned(self, result: Any) -> Any:
        """It is done."""
        if os.path.isdir(self._folder):  # noqa: PTH112
            attempt("reader", partial(note_places, is_done=True), self._folder, "write")
        elif os.path.isfile(self._folder):  # noqa: PTH113
            attempt("reader", partial(note_file, is_done=True), self._folder, "write")
        return result

    def failed(self, error: BaseException) -> None:
        """What it left behind is there all the same."""
        self.returned(error)
