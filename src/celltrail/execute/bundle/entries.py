"""What goes into a bundle, before any of it is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from celltrail.errors import ExecutionError

CANNOT_EXPORT = "cannot be exported"
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that goes in: its content is `data`, or the first `size_bytes` of the file `source`.

    Attributes:
        path: Its name in the archive.
        size_bytes: Its length.
        source: Where it is read from; None where `data` is its content.
        data: Its content, where it is made here.
        digest: What its content must be; empty where any is right.
        modified_at: When a file of the project was changed last.
    """

    path: str
    size_bytes: int
    source: Path | None = None
    data: bytes = b""
    digest: str = ""
    modified_at: int = 0

    def pieces(self) -> Iterator[bytes]:
        """The content.

        Raises:
            ExecutionError: The file cannot be read, or is shorter than it was.
        """
        if self.source is None:
            yield self.data
            return
        left = self.size_bytes
        try:
            with self.source.open("rb") as file:
                while left and (piece := file.read(min(left, _PIECE_BYTES))):
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise ExecutionError(self.source, CANNOT_EXPORT, f"it cannot be read ({error.strerror})") from error
        if left:
            raise changed(self.source)


def changed(source: Path) -> ExecutionError:
    """The error of a file that is not any more what it was when the bundle was planned."""
    return ExecutionError(source, CANNOT_EXPORT, "it changed while the bundle was written: export again")


def text(path: str, content: str) -> Entry:
    """A file that is made here."""
    data = content.encode("utf-8", "backslashreplace")
    return Entry(path, len(data), data=data)
