"""Which files of the project a replay has to find otherwise than they are: as the run had them, or as it was asked."""

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from celltrail.config import Settings
from celltrail.datasets.kept import KeptContent, kept_content
from celltrail.execute.replay.conditions import Conditions
from celltrail.execute.replay.recorded_code import RecordedCode, recorded_code
from celltrail.execute.replay.report import Cause
from celltrail.fingerprint.code import Git
from celltrail.fingerprint.files import FileDigests
from celltrail.journal.blobs import BlobStore
from celltrail.records import CodeVersion

_GONE = "is not there any more"
_CHANGED = "changed since"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file of the project as a replay is to find it.

    Attributes:
        path: Relative to the project's root.
        cause: Whether it counts as code or as data.
        content: What it holds, or a file with that; None where there is to be no such file.
        note: Why it is not what is there now, for people.
        is_swapped: Whether this is not what the run had, because the user wants to know what it does.
    """

    path: str
    cause: Cause
    content: bytes | KeptContent | Path | None
    note: str
    is_swapped: bool = False


class Versions:
    """The recorded versions of one run's code and data.

    Args:
        settings: The project's.
        version: The run's code version.
        conditions: What is not taken as it was recorded.
        since: When the session began, in microseconds: files that were not touched since are not read to be compared.

    Attributes:
        digests: Of files, remembered while they stay the same.
    """

    def __init__(
        self, settings: Settings, version: CodeVersion | None, conditions: Conditions, *, since: int = 0
    ) -> None:
        self.digests = FileDigests()
        self._root = settings.root
        self._store = settings.store
        self._version = version
        self._conditions = conditions
        self._since = since

    @cached_property
    def code(self) -> RecordedCode:
        """What of the project's files under git differs now."""
        return recorded_code(self._root, self._version, BlobStore(self._store).read)

    def has_code_of(self, path: str) -> bool:
        """Whether a module's recorded content is known: git tracks it, and tells what differs."""
        return self.code.is_known and Git(self._root).ask("ls-files", "--error-unmatch", "--", path).is_whole

    def contents(self, reads: Mapping[str, str], writes: Collection[str]) -> tuple[Recorded, ...]:
        """The files that a replay has to find otherwise than they are now.

        Args:
            reads: Files that the cells read and did not make, with the digest of what they read.
            writes: Files that the cells wrote.

        Raises:
            ParameterError: A file is to be swapped that the cells do not read, or for one that is not there.
        """
        swapped = self._conditions.swapped_files(reads, self._root)
        data = [one for path, digest in reads.items() if (one := self._data(path, digest, swapped)) is not None]
        return (*data, *self._code({*reads, *writes}))

    def _data(self, path: str, digest: str, swapped: Mapping[str, Path]) -> Recorded | None:
        if path in swapped:
            return Recorded(path, Cause.DATA, swapped[path], f"swapped: {swapped[path]} is used", is_swapped=True)
        if not digest or not is_inside(path) or self._conditions.has_present_data(path) or self._is_old(path):
            return None
        now = self.digests.digest(self._root / path) or ""
        if now == digest:
            return None
        content = kept_content(self._store, self._root, digest, path)
        note = f"{_CHANGED if now else _GONE}: its recorded content is used"
        return None if content is None else Recorded(path, Cause.DATA, content, note)

    def _is_old(self, path: str) -> bool:
        """Whether a file is what it was when the session began, by its time of change, which nobody sets back."""
        if sys.platform == "win32":
            return False  # there it is the time when the file was made
        try:
            return (self._root / path).stat().st_ctime_ns < self._since * 1000
        except (OSError, ValueError):
            return False

    def _code(self, others: Collection[str]) -> Iterator[Recorded]:
        if Cause.CODE in self._conditions.present or not self.code.has_code:
            return
        for path, content in self.code.contents.items():
            if path not in others:
                note = (
                    f"{_CHANGED}: its recorded content is used"
                    if content is not None
                    else "added since: it is left out"
                )
                yield Recorded(path, Cause.CODE, content, note)


def is_inside(path: str) -> bool:
    """Whether a path of the trail, which may be hostile, stays in the folder that it is relative to."""
    return not Path(path).is_absolute() and ".." not in Path(path).parts
