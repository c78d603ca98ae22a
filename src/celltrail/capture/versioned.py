"""What adapters of versioned sources share: a read is told with its version, and in a replay made at the recorded one.

In a replay a cell of the notebook says by `celltrail.read_recorded` which version the next cells read; an adapter then
gives it to the library wherever the code names none itself. A version that is gone raises `VersionGoneError`: what is
there instead is never read.
"""

import os
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from celltrail.capture import active, sources
from celltrail.capture.boundary import guarded
from celltrail.capture.files import relative
from celltrail.capture.uris import public_uri
from celltrail.config import STORE_FOLDER
from celltrail.errors import VersionGoneError
from celltrail.lean import mutable, record
from celltrail.records import SourceUse

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from celltrail.capture.sources import Gathered

_recorded: dict[tuple[str, str], str] = {}


def read_recorded(kind: str, source: str, version: str) -> None:
    """From here on read a source at the version that was recorded; the notebook of a replay says so by itself.

    Code that names a version itself gets that one.

    Args:
        kind: What keeps the versions: delta, iceberg, ducklake, dvc, lakefs, nessie.
        source: The source as the trail names it.
        version: Its own id of the version; empty reads what is there, as where the replayed cells write it themselves.
    """
    _recorded[kind, source] = version


def recorded_version(kind: str, source: str) -> str:
    """The version that a replay is to read; empty outside of one."""
    return _recorded.get((kind, source), "") if _recorded else ""


@record
class Recorded:
    """One source and the version that a replay is to read of it; both empty where there is none."""

    source: str
    version: str


def recorded_below(kind: str, prefix: str) -> Recorded:
    """The first recorded source whose name begins so: of a whole repository, all are at one version."""
    for (one, source), version in _recorded.items():
        if one == kind and source.startswith(prefix) and version:
            return Recorded(source, version)
    return Recorded("", "")


def source_name(uri: str) -> str:
    """A source as the trail names it: a local one relative to the project's root, any other as its URI."""
    scheme, sign, rest = uri.partition("://")
    if sign and scheme != "file":
        return public_uri(uri.rstrip("/"))
    path = os.path.abspath(unquote(rest) if sign else uri.removeprefix("file:"))  # noqa: PTH100 - links stay
    for root in _roots():
        found = "." if path == str(root) else relative(path, root)
        if found != path:
            return found
    return path


def _roots() -> tuple[Path, ...]:
    """The project's root; in a replay the folder that stands for it, and the root itself for what names it whole."""
    session = active.current_session()
    if session is None:
        return (Path.cwd(),)
    settings = session.settings
    if settings.store.name == STORE_FOLDER and settings.root.is_relative_to(settings.store):
        return settings.root, settings.store.parent
    return (settings.root,)


def local_path(uri: str) -> Path | None:
    """Where a source lies on this machine; None where it does not."""
    scheme, sign, rest = uri.partition("://")
    if sign and scheme != "file":
        return None
    return Path(unquote(rest) if sign else uri.removeprefix("file:"))


@record
class Read:
    """One read that an adapter sees begin.

    Attributes:
        kind: What keeps the versions.
        source: The source as the trail names it.
        is_asked: Whether the code itself names the version.
        recorded: The version that a replay is to read; empty where there is none to be had.
    """

    kind: str
    source: str
    is_asked: bool
    recorded: str

    def note(self, version: str, note: str = "") -> None:
        """The cell read that version."""
        sources.note_source(SourceUse(self.source, self.kind, "read", version, note=note, is_asked=self.is_asked))

    def gone(self, why: str) -> VersionGoneError:
        """The error of a replay whose version is not there."""
        return VersionGoneError.of(f"{self.kind} {self.source}", self.recorded, why)


def reading(kind: str, uri: str, *, is_asked: bool) -> Read:
    """A read begins.

    Args:
        kind: What keeps the versions.
        uri: The source as the library has it.
        is_asked: Whether the code itself names the version.
    """
    source = source_name(uri)
    return Read(kind, source, is_asked, "" if is_asked else recorded_version(kind, source))


def note_write(kind: str, uri: str, version: str, note: str = "") -> None:
    """The cell wrote a source, which has that version now; a replay reads what its own cells wrote."""
    name = source_name(uri)
    if recorded_version(kind, name):
        read_recorded(kind, name, "")
    sources.note_source(SourceUse(name, kind, "write", version, note=note))


class Inside:
    """The inside of a call, from its making to its end: what is told there is not kept."""

    def __init__(self) -> None:
        self._gathering: AbstractContextManager[Gathered] = sources.gathering()
        self._gathering.__enter__()

    def end(self) -> None:
        """The call is over."""
        self._gathering.__exit__(None, None, None)


@mutable
class ReadCall:
    """One call that reads a versioned source.

    Attributes:
        read: What is read.
        settle: Given the call's result once it is there: notes the version that was read, and in a replay raises what
            `Read.gone` gives where it is not whole.
        why_gone: Why an error means that the version is not there any more; empty where it means something else.
        inside: What the library reads itself for it, databases and files of its own, which is no read of the user's.
    """

    read: Read
    settle: Callable[[Any], None]
    why_gone: Callable[[BaseException], str]
    inside: Inside | None = None

    def returned(self, result: Any) -> Any:
        """The source was opened."""
        if self.inside is not None:
            self.inside.end()
        if self.read.recorded:
            self.settle(result)  # in a replay the user is to see that a version is gone
        else:
            with guarded(f"{self.read.kind} read"):
                self.settle(result)
        return result

    def failed(self, error: BaseException) -> None:
        """The library refused."""
        if self.inside is not None:
            self.inside.end()
        why = self.why_gone(error) if self.read.recorded else ""
        if why:
            raise self.read.gone(why) from error


@mutable
class WriteCall:
    """One call that writes a versioned source.

    Attributes:
        kind: What keeps the versions.
        uri: The source as the library has it.
        version_of: The version after the call, found from its result; empty where it cannot be told.
    """

    kind: str
    uri: str
    version_of: Callable[[Any], str]
    _inside: Inside = field(default_factory=Inside)

    def returned(self, result: Any) -> Any:
        """It is written."""
        version = ""
        with guarded(f"{self.kind} write"):
            version = self.version_of(result)
        self._inside.end()
        with guarded(f"{self.kind} write"):
            note_write(self.kind, self.uri, version)
        return result

    def failed(self, _error: BaseException) -> None:
        """Nothing is known of what was written."""
        self._inside.end()
