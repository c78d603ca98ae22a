"""What was read of the installed distributions, kept in a file for the next kernel of the same environment.

To read the metadata of 250 distributions takes as long as ten cells; whether any was installed, removed or replaced
since is seen by the names and times of their folders.
"""

import contextlib
import os
import platform
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from celltrail import codec, config
from celltrail.fingerprint.digest import of_bytes
from celltrail.lean import record

T = TypeVar("T")


@record
class _Kept:
    key: str
    text: str


def remembered(cache: Path | None, folders: list[str], kind: type[T], read: Callable[[], T]) -> T:
    """What `read` gives, or gave when the same distributions were installed.

    Args:
        cache: The folder of such files, made where its parent is there; None keeps nothing.
        folders: The folder of each distribution's metadata, in the order of the path.
        kind: The record that `read` gives.
        read: Reads the distributions.
    """
    if cache is None:
        return read()
    key = of_bytes("\n".join(_signs(folders)).encode("utf-8", "surrogatepass"))
    home = of_bytes(sys.prefix.encode("utf-8", "surrogatepass")).rpartition(":")[2][:16]
    path = cache / f"{kind.__name__.lower()}-{home}.json"
    with contextlib.suppress(OSError, ValueError):  # not there, half written, or another version's
        kept = codec.loads(_Kept, path.read_bytes())
        if kept.key == key:
            return codec.loads(kind, kept.text)
    found = read()
    with contextlib.suppress(OSError):  # a full disk, a folder that cannot be written: it is read again next time
        _write(path, codec.dumps(_Kept(key, codec.dumps(found).decode())))
    return found


def _signs(folders: list[str]) -> Iterator[str]:
    # not platform.platform(), which reads Python's own binary to tell the C library
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    yield f"{sys.version}\0{system}\0{config.lent_version()}"
    for folder in folders:
        # a folder of a source tree stays when its metadata are written anew
        place = f"{folder}/PKG-INFO" if folder.endswith(".egg-info") else folder
        try:
            yield f"{folder}\0{os.stat(place).st_mtime_ns}"  # noqa: PTH116 - a Path costs more than the question
        except (OSError, ValueError):
            yield folder


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
