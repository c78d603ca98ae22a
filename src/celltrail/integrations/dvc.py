"""DVC's own readers (`dvc.api`, `DVCFileSystem`): each is told with the commit that it reads, and replayed at it.

A read from the working tree is one of a file, whose version stands beside it (capture/tracked.py).
"""

import os
import re
from dataclasses import field
from pathlib import Path
from typing import Any

from celltrail.capture import sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Inside, Read, ReadCall, Recorded, reading, recorded_below, source_name
from celltrail.fingerprint import dvc
from celltrail.lean import mutable, record

_KIND = "dvc"
_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.ASCII)


def install_reads(hook: Hook) -> None:
    """Watch what is opened in DVC's file system."""
    module: Any = hook.module
    hook.on_method(getattr(module, "_DVCFileSystem"), "_open", _opened)  # noqa: B009 - the library's own name


def install_repositories(hook: Hook) -> None:
    """Watch which repositories are opened, at which revision."""
    hook.on_function("open_repo", _repository)


@record
class _Opened:
    """A repository object that was opened at a revision.

    Attributes:
        place: The repository and the revision as the code named them; the files in it follow after two slashes.
        is_asked: Whether the code named a commit.
        recorded: The commit that a replay reads instead; empty where there is none.
    """

    place: str
    is_asked: bool
    recorded: str


# By the identity of the repository object, which cannot be weakly held: it knows only the commit that it came to.
_opened_as: dict[int, _Opened] = {}
_MOST_OPENED = 1_000


def _opened(given: Given) -> ReadCall | None:
    if not sources.is_recording():
        return None
    system, path = given.args[0], str(given.argument(1, "path")).lstrip("/")
    repository = system.repo
    found = _opened_as.get(id(repository))
    if not hasattr(repository.fs, "rev") or found is None:
        return _from_working_tree(repository, path)
    read = Read(_KIND, f"{found.place}//{path}", found.is_asked, found.recorded)
    commit = str(repository.get_rev())
    return ReadCall(read, lambda _file: read.note(commit), _why_gone, Inside())


def _from_working_tree(repository: Any, path: str) -> ReadCall | None:
    """A file that is checked out is seen as a file; of one that is not, the cache gives the content."""
    whole = Path(repository.root_dir) / path
    known = None if os.path.lexists(whole) else dvc.tracking(whole)
    if known is None:
        return None
    read = reading(_KIND, str(whole), is_asked=False)
    return ReadCall(read, lambda _file: _note_cached(read, known.md5), _why_gone, Inside())


def _note_cached(read: Read, md5: str) -> None:
    if read.recorded not in {"", md5}:
        raise read.gone("DVC tracks another content there now")
    read.note(md5)


def _why_gone(error: BaseException) -> str:
    if not isinstance(error, FileNotFoundError) and "Missing" not in type(error).__name__:
        return ""
    return f"neither DVC's cache nor its remote has it ({str(error)[:200]})"


def _repository(given: Given) -> "_Opening | None":
    if not sources.is_recording():
        return None
    url, rev = given.argument(0, "url"), str(given.kwargs.get("rev") or "")
    is_here = url is None or os.path.exists(url)  # noqa: PTH110 - as DVC asks
    place = source_name(os.path.abspath(url or ".") if is_here else url) + (f"@{rev}" if rev else "")  # noqa: PTH100
    is_asked = bool(_COMMIT.fullmatch(rev))
    recorded = Recorded("", "")
    if (rev or not is_here) and not is_asked:  # else the working tree is read, or the very commit
        recorded = recorded_below(_KIND, f"{place}//")
    if recorded.version:
        given.give("rev", recorded.version)
    return _Opening(_Opened(place, is_asked, recorded.version), recorded)


@mutable
class _Opening:
    """One repository that is being opened."""

    opened: _Opened
    recorded: Recorded
    inside: Inside = field(default_factory=Inside)

    def returned(self, repository: Any) -> Any:
        """It is open."""
        self.inside.end()
        if len(_opened_as) >= _MOST_OPENED:
            _opened_as.clear()
        _opened_as[id(repository)] = self.opened
        return repository

    def failed(self, error: BaseException) -> None:
        """There is no such repository or revision."""
        self.inside.end()
        if self.recorded.version and ("Rev" in type(error).__name__ or "Clone" in type(error).__name__):
            read = Read(_KIND, self.recorded.source, is_asked=False, recorded=self.recorded.version)
            raise read.gone(f"the repository does not have that commit any more ({str(error)[:200]})") from error
