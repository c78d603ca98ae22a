"""Where the content that a file once had is still kept: celltrail's own blobs, DVC's cache, git's history.

A content is found by its digest and given out only as long as it still has that digest: a damaged blob, a cache that
was written over and a pointer of Git LFS are as good as gone. Nothing is fetched over a network.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from celltrail import clock
from celltrail.errors import BlobNotFoundError, CelltrailError
from celltrail.fingerprint import dvc
from celltrail.fingerprint.code import Git
from celltrail.fingerprint.files import FileDigests, digest_bytes
from celltrail.journal.blobs import BlobStore

_MAX_COMMITS = 500
_GIT_BYTES = 64 << 20  # more is in git only by accident, and is read into memory here
_PIECE_BYTES = 1 << 20
_CHANGE = re.compile(r":\d{6} \d{6} [0-9a-f]+ ([0-9a-f]+) [A-Z]", re.ASCII)


class ContentChangedError(CelltrailError):
    """A kept content was found, and is another by the time that it is copied."""

    def __init__(self, where: str, digest: str) -> None:
        super().__init__(f"the content {digest[:20]} in {where} changed while it was copied: nothing was written")
        self.digest = digest


@dataclass(frozen=True, slots=True)
class KeptContent:
    """A content that is still there.

    Attributes:
        digest: What it has to be.
        where: Who keeps it, for people: "celltrail's store", "the DVC cache", "git commit 1a2b3c4d5e6f".
        size_bytes: Its size.
    """

    digest: str
    where: str
    size_bytes: int
    file: Path | None
    data: bytes = b""

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """The content as a stream of bytes.

        Raises:
            OSError: It is gone meanwhile.
        """
        import io

        with self.file.open("rb") if self.file is not None else io.BytesIO(self.data) as stream:
            yield stream

    def write_to(self, target: Path) -> None:
        """Write the content to `target`, whole or not at all; a file that is there is replaced.

        Raises:
            OSError: It cannot be read, or the disk refuses.
            ContentChangedError: It is another content by now.
        """
        temporary = target.with_name(f".{clock.new_id()}.tmp")
        try:
            with self.opened() as source, temporary.open("xb") as copy:
                shutil.copyfileobj(source, copy, _PIECE_BYTES)
            if FileDigests().digest(temporary) != self.digest:
                raise ContentChangedError(self.where, self.digest)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


def kept_content(store: Path, root: Path, digest: str, path: str) -> KeptContent | None:
    """The content that a file had, wherever it is kept.

    Args:
        store: The folder of celltrail's store.
        root: The project's root, which `path` is relative to.
        digest: The content's, as `FileUse.digest` has it.
        path: The file's name in the trail; tells where DVC and git would have it.

    Returns:
        The content, checked against the digest just now; None where nobody keeps it.
    """
    return _in_blobs(store, digest) or _in_dvc(root, digest, path) or _in_git(root, digest, path)


def _in_blobs(store: Path, digest: str) -> KeptContent | None:
    try:
        path = BlobStore(store).path(digest)
    except BlobNotFoundError:
        return None
    return _checked(path, digest, "celltrail's store")


def _checked(path: Path, digest: str, where: str) -> KeptContent | None:
    if not digest or FileDigests().digest(path) != digest:
        return None
    return KeptContent(digest, where, path.stat().st_size, path)


def _in_dvc(root: Path, digest: str, path: str) -> KeptContent | None:
    """In DVC's cache, under the md5 that the file has now or had in a commit."""
    known = dvc.tracking(Path(os.path.normpath(root / path)))
    if known is None:
        return None
    md5s = dict.fromkeys((known.md5, *_earlier_md5s(known)))
    for md5 in md5s:
        found = dvc.cached(known.repository, md5, known.within)
        kept = _checked(found, digest, "the DVC cache") if found is not None else None
        if kept is not None:
            return kept
    return None


def _earlier_md5s(known: dvc.TrackedFile) -> Iterator[str]:
    for blob in _blobs_of(known.said_by):
        text = blob.read().decode("utf-8", "replace")
        yield from (out.md5 for out in dvc.outs_in(text) if os.path.normpath(out.path) == known.out)


def _in_git(root: Path, digest: str, path: str) -> KeptContent | None:
    for blob in _blobs_of(Path(os.path.normpath(root / path))):
        data = blob.read()
        if data and digest_bytes(data) == digest:
            return KeptContent(digest, f"git commit {blob.commit[:12]}", len(data), None, data)
    return None


@dataclass(frozen=True, slots=True)
class _GitBlob:
    """A content that a path had in a commit."""

    git: Git
    blob: str
    commit: str

    def read(self) -> bytes:
        answer = self.git.ask("cat-file", "blob", self.blob, limit=_GIT_BYTES)
        return answer.text if answer.is_whole else b""


def _blobs_of(path: Path) -> Iterator[_GitBlob]:
    """The contents that a path had in the latest commits of any branch, newest first."""
    folder = next((one for one in path.parents if one.is_dir()), None)
    if folder is None:
        return
    git = Git(folder)
    listed = git.ask(
        "log", "--all", f"--max-count={_MAX_COMMITS}", "--format=commit %H", "--raw", "--no-abbrev", "--no-renames",
        "-m", "--first-parent", "-z", "--", f":(literal){path.relative_to(folder).as_posix()}",
    )  # fmt: skip
    commit, seen = "", set[str]()
    for entry in listed.text.decode("utf-8", "replace").replace("\n", "\0").split("\0"):
        if entry.startswith("commit "):
            commit = entry.removeprefix("commit ")
        change = _CHANGE.match(entry)
        if change is not None and change[1].strip("0") and change[1] not in seen:
            seen.add(change[1])
            yield _GitBlob(git, change[1], commit)
