"""Files of the project that a run's cells read: data with the content that they had, and modules that they import."""

import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from celltrail.datasets.kept import KeptContent
from celltrail.errors import BlobNotFoundError
from celltrail.execute.bundle import manifest
from celltrail.execute.bundle.entries import Entry
from celltrail.execute.bundle.manifest import LeftOut
from celltrail.execute.bundle.names import problem_in_project
from celltrail.execute.replay.plan import Planned
from celltrail.execute.replay.recorded import Recorded
from celltrail.execute.replay.report import Cause
from celltrail.execute.replay.suspects import files_used
from celltrail.fingerprint.files import FileDigests
from celltrail.journal.blobs import BlobStore

_MAX_MODULES = 500
_MAX_MODULE_BYTES = 4 << 20
_MAX_LEVELS = 12
_PASSED_OVER = frozenset({"site-packages", "node_modules", "__pycache__", "venv", "env"})


@dataclass(slots=True)
class Gathered:
    """Entries, and what is missing; `left_bytes` is what may still be taken."""

    left_bytes: int
    entries: dict[str, Entry] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)

    def take(self, entry: Entry, what: str) -> None:
        """Take a file in, if there is room for it."""
        if entry.path in self.entries:
            return
        if entry.size_bytes > self.left_bytes:
            self.miss(what, f"it is larger than what --max-size leaves: {entry.size_bytes:,} bytes")
            return
        self.left_bytes -= entry.size_bytes
        self.entries[entry.path] = entry

    def miss(self, what: str, why: str) -> None:
        """Say that something is missing."""
        self.left_out.append(LeftOut(what, why))


def gather_data(gathered: Gathered, root: Path, blobs: BlobStore, reads: Mapping[str, str], *, is_wanted: bool) -> None:
    """Take in the files that cells read, each with the content that it had then.

    Args:
        gathered: Where they go.
        root: The project's root.
        blobs: Where contents may be kept.
        reads: By the trail's name the digest of what was read; empty where that is not known.
        is_wanted: Whether data is to go in at all.
    """
    digests = FileDigests()
    for path, digest in reads.items():
        problem = _problem_of_data(root, path)
        if not is_wanted:
            problem = "the bundle was made --without-data"
        if problem:
            gathered.miss(path, problem)
            continue
        found = _content(root / path, digest, blobs, digests)
        if found is None:
            gathered.miss(path, _why_not(root / path, digest))
            continue
        about = found.stat()
        name = f"{manifest.PROJECT}{path}"
        gathered.take(Entry(name, about.st_size, found, digest=digest, modified_at=about.st_mtime_ns // 1000), path)


def _problem_of_data(root: Path, path: str) -> str:
    if Path(path).is_absolute():
        return "it lies outside the project; put it where the cells look for it"
    problem = problem_in_project(path)
    if problem:
        return f"its name {problem}"
    return "" if _is_inside(root, root / path) else "it leads out of the project by a symbolic link"


def _is_inside(root: Path, path: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _content(path: Path, digest: str, blobs: BlobStore, digests: FileDigests) -> Path | None:
    """Where the recorded content is: the file itself, else what was kept of it."""
    if not digest:
        return None
    if digests.digest(path) == digest:
        return path
    try:
        return blobs.path(digest) if blobs.is_whole(digest) else None
    except BlobNotFoundError:
        return None


def _why_not(path: Path, digest: str) -> str:
    if not digest:
        return "its content at that time is not known: the cell wrote it too, or it was too large to be read"
    if not path.exists():
        return "it is not there any more, and its content was not kept"
    return "it has changed since, and the content that was read was not kept"


def gather_recorded(gathered: Gathered, contents: Iterable[Recorded]) -> tuple[str, ...]:
    """Take in the data whose recorded content is kept by celltrail, DVC or git while the file is another by now.

    Returns:
        The names of the files that were taken.
    """
    names = []
    for one in contents:
        kept = one.content
        if one.cause is not Cause.DATA or not isinstance(kept, KeptContent) or problem_in_project(one.path):
            continue
        entry = Entry(f"{manifest.PROJECT}{one.path}", kept.size_bytes, kept.file, kept.data, digest=kept.digest)
        gathered.take(entry, one.path)
        names.append(one.path)
    return tuple(names)


def gather_code(gathered: Gathered, root: Path, folder: Path, planned: Planned) -> tuple[str, ...]:
    """Take in the modules and scripts of the project that cells use, and those that these import.

    Args:
        gathered: Where they go.
        root: The project's root.
        folder: Where the session ran.
        planned: What is executed, and what git knows to have been otherwise then.

    Returns:
        The names of the files, as the trail would give them.
    """
    found: dict[Path, None] = {}
    recorded = planned.code_then
    waiting = [name for execution in planned.steps for name in files_used(execution.source)]
    seen = set[str]()
    while waiting and len(found) < _MAX_MODULES:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        places = (root, folder, root / "src")
        for path in (*_files_of(name, places), *_gone_since(name, places, root, recorded)):
            if path not in found and _is_inside(root, path):
                found[path] = None
                then = recorded.get(path.relative_to(root).as_posix())
                waiting += files_used(_text_of(path) if then is None else then.decode("utf-8", "replace"))
    paths = [path for path in sorted(found) if recorded.get(path.relative_to(root).as_posix(), b"") is not None]
    names = [name for path in paths if (name := _take_code(gathered, root, path, planned))]
    if len(found) >= _MAX_MODULES:
        gathered.miss("modules", f"there are more than {_MAX_MODULES}: only the first are in it")
    return tuple(names)


def _take_code(gathered: Gathered, root: Path, path: Path, planned: Planned) -> str:
    """Take in one module as the run had it, where that is known, else as it is; its name, or none if it cannot be."""
    name = path.relative_to(root).as_posix()
    problem = problem_in_project(name)
    if problem:
        gathered.miss(name, f"its name {problem}")
        return ""
    then = planned.code_then.get(name)
    if then is not None:
        since = planned.steps[0].started_at  # a later time would say that it was changed after the run
        gathered.take(Entry(f"{manifest.PROJECT}{name}", len(then), data=then, modified_at=since), name)
        return name
    about = path.stat()
    entry = Entry(f"{manifest.PROJECT}{name}", about.st_size, path, modified_at=about.st_mtime_ns // 1000)
    gathered.take(entry, name)
    return name


def _files_of(name: str, folders: Iterable[Path]) -> Iterator[Path]:
    """The file of a module or script; of a package all modules, for it may import any of them."""
    top = name.partition("/")[0]
    for folder in dict.fromkeys(folders):
        for path in (folder / name, folder / top):
            if path.suffix in {".py", ".ipy"} and _is_small_file(path):
                yield path
        package = folder / top
        if not top.endswith(".py") and package.is_dir() and not package.is_symlink():
            yield from _modules_below(package, _MAX_LEVELS)


def _gone_since(name: str, folders: Iterable[Path], root: Path, recorded: Mapping[str, bytes | None]) -> Iterator[Path]:
    """Files of a module, script or package that are not there any more, and whose content then is kept."""
    top = name.partition("/")[0]
    for path in (root / known for known, content in recorded.items() if content is not None):
        is_meant = any(path in {folder / name, folder / top} or folder / top in path.parents for folder in folders)
        if is_meant and path.suffix in {".py", ".ipy"} and not path.exists():
            yield path


def _modules_below(folder: Path, levels: int) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in _PASSED_OVER or path.is_symlink():
            continue
        if path.is_dir() and levels:
            yield from _modules_below(path, levels - 1)
        elif path.suffix == ".py" and _is_small_file(path):
            yield path


def _is_small_file(path: Path) -> bool:
    try:
        about = path.stat()
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(about.st_mode) and about.st_size <= _MAX_MODULE_BYTES


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
