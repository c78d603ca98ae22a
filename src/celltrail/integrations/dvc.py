"""DVC's own readers (`dvc.api`, `DVCFileSystem`): each is told with the commit that it reads, and replayed at it.

A read from the working tree is one of a file, whose version stands beside it (capture/tracked.py).
"""

import os
import re
from pathlib import Path
from typing import Any

from celltrail.capture import sources
from celltrail.capture.training import Given, Hook
from celltrail.capture.versioned import Read, ReadCall, Recorded, reading, recorded_below, source_name
from celltrail.fingerprint import dvc

_KIND = "dvc"
_COMMIT = re.compile(r"[0-9a-f]{7,40}", re.ASCII)


def install_reads(hook: Hook) -> None:
    """Watch what is opened in DVC's file system."""
    module: Any = hook.module
    hook.on_method(getattr(module, "_DVCFileSystem"), "_open", _opened)  # noqa: B009 - the library's own name


def install_repositories(hook: Hook) -> None:
    """Watch which repositories are opened, at which revision."""
    hook.on_function("open_repo", _repository)


def _place(url: str | None, root: str, rev: str | None) -> str:
    """A repository at a revision as the trail names it; the files in it follow after two slashes."""
    base = source_name(url or root)
    return f"{base}@{rev}" if rev else base


def _opened(given: Given) -> ReadCall | None:
    if not sources.is_recording():
        return None
    system, path = given.args[0], str(given.argument(1, "path")).lstrip("/")
    repository = system.repo
    if not hasattr(repository.fs, "rev"):
        return _from_working_tree(repository, path)
    asked = _asked.get(id(repository), "")
    place = f"{_place(repository.url, repository.root_dir, asked)}//{path}"
    read = Read(_KIND, place, bool(_COMMIT.fullmatch(asked)), _pinned.get(id(repository), ""))
    commit = str(repository.get_rev())
    return ReadCall(read, lambda _file: read.note(commit), _why_gone)


def _from_working_tree(repository: Any, path: str) -> ReadCall | None:
    """A file that is checked out is seen as a file; of one that is not, the cache gives the content."""
    whole = Path(repository.root_dir) / path
    known = None if os.path.lexists(whole) else dvc.tracking(whole)
    if known is None:
        return None
    read = reading(_KIND, str(whole), is_asked=False)
    return ReadCall(read, lambda _file: _note_cached(read, known.md5), _why_gone)


def _note_cached(read: Read, md5: str) -> None:
    if read.recorded not in {"", md5}:
        raise read.gone("DVC tracks another content there now")
    read.note(md5)


def _why_gone(error: BaseException) -> str:
    if not isinstance(error, FileNotFoundError) and "Missing" not in type(error).__name__:
        return ""
    return f"neither DVC's cache nor its remote has it ({str(error)[:200]})"


# What a repository object was opened as, while it lives: it knows only the commit that this led to.
_asked: dict[int, str] = {}
_pinned: dict[int, str] = {}


def _repository(given: Given) -> "_Opening | None":
    if not sources.is_recording():
        return None
    url, rev = given.argument(0, "url"), given.argument(2, "rev") or given.kwargs.get("rev")
    local = os.path.abspath(url or os.getcwd()) if url is None or os.path.exists(url) else ""  # noqa: PTH100, PTH109, PTH110 - as DVC does
    recorded = Recorded("", "")
    if rev is not None or not local:  # else the working tree is read
        place = _place(None if local else url, local, rev)
        recorded = recorded_below(_KIND, f"{place}//")
    if recorded.version and not _COMMIT.fullmatch(str(rev or "")):
        given.give("rev", recorded.version)
    return _Opening(str(rev or ""), recorded)


class _Opening:
    """One repository that is being opened."""

    def __init__(self, rev: str, recorded: Recorded) -> None:
        self._rev = rev
        self._recorded = recorded

    def returned(self, repository: Any) -> Any:
        """It is open."""
        _asked[id(repository)] = self._rev
        _pinned[id(repository)] = self._recorded.version
        return repository

    def failed(self, error: BaseException) -> None:
        """There is no such repository or revision."""
        if self._recorded.version and ("Rev" in type(error).__name__ or "Clone" in type(error).__name__):
            read = Read(_KIND, self._recorded.source, is_asked=False, recorded=self._recorded.version)
            raise read.gone(f"the repository does not have that commit any more ({str(error)[:200]})") from error
