"""The project's files under git as a run had them, where they differ from what they are now."""

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from celltrail import config
from celltrail.errors import BlobNotFoundError
from celltrail.fingerprint.code import Git, current
from celltrail.records import CodeVersion

# What cells use without opening it themselves: modules, and what those and shells run. A change of anything else under
# git is taken along where one of these changed, and is no reason for a tree of its own.
_CODE = frozenset({
    ".py", ".pyi", ".pyx", ".so", ".sh", ".sql", ".r", ".jl", ".js", ".cfg", ".ini", ".toml", ".yaml", ".yml",
})  # fmt: skip
_LINKS = frozenset({"120000", "160000"})  # git's modes of links and submodules
_ABSENT = "00000000"
_POINTER = b"version https://git-lfs"
_UNTRACKED = re.compile(rb"^# untracked: (.*)$", re.MULTILINE)
_LISTED_BYTES = 16 << 20
_FILE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class RecordedCode:
    """What differs between the project's files under git and those that a run had.

    Attributes:
        contents: What the run had, by path relative to the project's root; None for a file that was not there.
        problem: Why that is not known; empty where it is, or where there was no git.
        is_known: Whether `contents` is all that differs.
    """

    contents: Mapping[str, bytes | None] = field(default_factory=dict)
    problem: str = ""
    is_known: bool = False

    @property
    def has_code(self) -> bool:
        """Whether something among them is code, so that they are worth a tree."""
        return any(is_code(path) for path in self.contents)


def is_code(path: str) -> bool:
    """Whether cells may use a file without opening it themselves, by its name."""
    return Path(path).suffix.lower() in _CODE


def recorded_code(root: Path, version: CodeVersion | None, read_blob: Callable[[str], bytes]) -> RecordedCode:
    """What of the project's files under git differs now from what a run had; notebooks are left out.

    Nothing is written in the project or in its repository. About six processes of git where something differs, two
    where nothing does.

    Args:
        root: The project's root.
        version: The run's; None where there was no git.
        read_blob: Gives an uncommitted difference by its digest.
    """
    if version is None or not version.commit:
        return RecordedCode()
    if current(root)[0].digest == version.digest:
        return RecordedCode(is_known=True)
    try:
        patch = read_blob(version.diff_digest) if version.diff_digest else b""
    except BlobNotFoundError:
        return RecordedCode(problem="what was not committed then is not in the store any more")
    if not Git(root).ask("cat-file", "-e", f"{version.commit}^{{commit}}").is_whole:
        return RecordedCode(problem=f"commit {version.commit[:12]} is not in this clone: fetch it (git fetch)")
    with _Aside.of(root) as aside:
        tree = aside.write_tree(version.commit, patch)
        if not tree:
            return RecordedCode(problem="what was not committed then was not kept whole, or does not apply")
        return RecordedCode(dict(aside.differing(root, tree, _untracked(root, patch))), is_known=True)


@dataclass(frozen=True, slots=True)
class _Aside:
    """Git with a folder of its own for an index and new objects, so that the repository is only read."""

    folder: Path
    staging: Git
    reading: Git

    @classmethod
    @contextmanager
    def of(cls, root: Path) -> "Iterator[_Aside]":
        found = Git(root).ask("rev-parse", "--git-path", "objects").text.decode("utf-8", "surrogateescape")
        with tempfile.TemporaryDirectory(prefix="celltrail-") as temporary:
            folder = Path(temporary)
            (folder / "objects").mkdir()
            places = {
                "GIT_OBJECT_DIRECTORY": str(folder / "objects"),
                "GIT_ALTERNATE_OBJECT_DIRECTORIES": str((root / found.rstrip("\n")).absolute()),
            }
            staging = Git(root, config.with_variables(**places, GIT_INDEX_FILE=str(folder / "index")))
            yield cls(folder, staging, Git(root, config.with_variables(**places)))

    def write_tree(self, commit: str, patch: bytes) -> str:
        """The id of a tree that is the commit with the patch applied; empty where that cannot be made."""
        if not self.staging.ask("read-tree", commit).is_whole:
            return ""
        if b"\ndiff --git " in b"\n" + patch:
            file = self.folder / "patch"
            file.write_bytes(patch)
            top = self.staging.ask("rev-parse", "--show-toplevel").text.decode("utf-8", "surrogateescape").rstrip("\n")
            apply = self.staging.ask("-C", top, "apply", "--cached", "--whitespace=nowarn", str(file))
            if not apply.is_whole:
                return ""
        answer = self.staging.ask("write-tree")
        return answer.text.decode("ascii").strip() if answer.is_whole else ""

    def differing(self, root: Path, tree: str, untracked: Collection[str]) -> Iterator[tuple[str, bytes | None]]:
        """Each file whose recorded content is known and is not what lies there now."""
        options = ("--raw", "-z", "--abbrev=64", "--no-renames", "--no-ext-diff", "--relative")
        listed = self.reading.ask("diff", *options, tree, limit=_LISTED_BYTES)
        parts = listed.text.split(b"\0")
        for head, name in zip(parts[::2], parts[1::2], strict=False):
            mode, _, before, *_ = head.decode("ascii", "replace").lstrip(":").split()
            path = name.decode("utf-8", "surrogateescape")
            if mode in _LINKS or path.endswith(".ipynb") or _is_within(path, untracked):
                continue
            content, is_known = self._content(before)
            if is_known and content != _read(root / path):
                yield path, content

    def _content(self, object_id: str) -> tuple[bytes | None, bool]:
        if object_id.startswith(_ABSENT):
            return None, True
        blob = self.reading.ask("cat-file", "blob", object_id, limit=_FILE_BYTES)
        return blob.text, blob.is_whole and not blob.text.startswith(_POINTER)


def _untracked(root: Path, patch: bytes) -> frozenset[str]:
    """Files that git did not track then, relative to the project's root: what they held is not known."""
    prefix = Git(root).ask("rev-parse", "--show-prefix").text.decode("utf-8", "surrogateescape").rstrip("\n")
    names = (name.decode("utf-8", "surrogateescape") for name in _UNTRACKED.findall(patch))
    return frozenset(name.removeprefix(prefix) for name in names)


def _is_within(path: str, untracked: Collection[str]) -> bool:
    """Whether a path was untracked; of a folder without tracked files git names the folder alone, with a slash."""
    parents = (f"{parent.as_posix()}/" for parent in Path(path).parents)
    return path in untracked or any(parent in untracked for parent in parents)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
