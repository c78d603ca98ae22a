"""Files as resources: those that were recorded, those that the source names, and what goes by unseen.

A reader and a writer meet where one path lies at or below the other. Folders that a name is relative to are not known,
so names are compared part by part, wherever they stand.
"""

import re
from collections.abc import Iterable

from celltrail.runs.effects.library import words

DISK_CHANGED = "disk: changed unseen"
DISK_READ = "disk: any"
FOLDERS = "disk: folders"
MODULES = "disk: modules"

# Where the name of the file stands among the arguments; the first unless said otherwise.
_PLACES = {
    "write_table": (1,), "write_feather": (1,), "write_dataset": (1,), "rename": (0, 1), "renames": (0, 1),
    "replace": (0, 1), "move": (0, 1), "copy": (0, 1), "copyfile": (0, 1), "copy2": (0, 1), "copytree": (0, 1),
}  # fmt: skip
_NAMING = words("""
    read_parquet read_feather read_orc read_ipc read_hdf read_table scan_parquet scan_csv scan_ipc scan_ndjson
    exists isfile isdir getsize getmtime stat glob iglob listdir scandir walk is_file is_dir iterdir rglob
    to_parquet to_feather to_orc to_hdf write_parquet write_ipc sink_parquet sink_csv write_table write_feather
    write_dataset write_text write_bytes remove unlink rename replace rmtree move copy copyfile copy2 copytree
    mkdir makedirs rmdir removedirs renames touch
""")
_MAKING_FOLDERS = frozenset({"mkdir", "makedirs", "copytree", "renames", "move", "rename"})
_OF_FOLDERS = frozenset({"rmtree", "move", "rename", "renames", "replace", "removedirs", "rmdir", "copytree"})
_COPYING = frozenset({"copy", "copyfile", "copy2", "copytree"})
_ANYWHERE = re.compile(r"[*?\[].*", re.DOTALL)
_MAX_NAME = 1_000


def places_of(function: str) -> tuple[int, ...]:
    """Which arguments of a function or method name files; none where it is not known."""
    return _PLACES.get(function, (0,)) if function in _NAMING else ()


def makes_folders(function: str) -> bool:
    """Whether a function makes folders that others may write into."""
    return function in _MAKING_FOLDERS


def copies(function: str) -> bool:
    """Whether the first of the files is left as it is."""
    return function in _COPYING


def parts_of_name(name: str, function: str = "") -> tuple[str, ...]:
    """The parts of a path as it stands in the source, up to a pattern; none where it may be anything."""
    text = _ANYWHERE.sub("", name)
    if text != name:
        text = text.rpartition("/")[0]
    is_rooted = text.startswith(("/", "~", "\\")) or text[1:2] == ":"
    parts = [part.casefold() for part in re.split(r"[/\\]", text) if part not in {"", "."}]
    if ".." in parts or len(text) > _MAX_NAME or "\n" in text or (is_rooted and function in _OF_FOLDERS):
        return ()
    return tuple(parts)


def changed_unseen(parts: tuple[str, ...]) -> set[str]:
    """What a change of a named file writes that was not recorded."""
    return {DISK_READ, *_left("changed", parts)}


def seen_by_name(parts: tuple[str, ...]) -> set[str]:
    """What a look at a named file reads that was not recorded."""
    return {DISK_CHANGED, *_met("changed", parts), *_met("written", parts)}


def written(path: str) -> set[str]:
    """What a recorded write of a file writes."""
    return {f"file: {path}", DISK_READ, *_left("written", parts_of_name(path))}


def read(path: str) -> set[str]:
    """What a recorded read of a file reads."""
    return {f"file: {path}", DISK_CHANGED, *_met("changed", parts_of_name(path))}


def needed_folders(parts: tuple[str, ...]) -> set[str]:
    """What writing a file needs: the folders above it, which somebody may have made."""
    return {FOLDERS, *(f"folder: {part}" for part in parts[:-1])} if len(parts) > 1 else set()


def made_folders(parts: tuple[str, ...]) -> set[str]:
    """What making a folder writes."""
    return {f"folder: {part}" for part in parts}


def modules(names: Iterable[str]) -> set[str]:
    """What importing modules reads, if a cell wrote them."""
    parts = {part.casefold() for name in names for part in name.split(".") if part}
    return {MODULES, *(f"changed at: {part}.py" for part in parts), *(f"changed below: {part}" for part in parts)}


def _left(kind: str, parts: tuple[str, ...]) -> set[str]:
    return {f"{kind} at: {parts[-1]}", *(f"{kind} below: {part}" for part in parts)} if parts else set()


def _met(kind: str, parts: tuple[str, ...]) -> set[str]:
    return {f"{kind} below: {parts[-1]}", *(f"{kind} at: {part}" for part in parts)} if parts else set()
