"""Which modules of the user's own a cell loads, with their sources as they were executed.

Python reads a module's compiled file (or looks for it) right before it executes the module, at a reload as well; that
raises the audit event `open`, which passes through capture/files.py. The source is read at that moment: later it may be
another. IPython's autoreload may read the source alone, and change the functions in place: where somebody reads the
source of a loaded module and it is another, that counts as a reload too. What is installed, the standard library and
celltrail itself pass by.
"""

import io
import os
import sys
from types import ModuleType
from typing import TYPE_CHECKING

from celltrail import clock
from celltrail.capture import files
from celltrail.capture.files import INSTALLED
from celltrail.journal import events
from celltrail.lean import record
from celltrail.records import LoadedModule

if TYPE_CHECKING:
    from celltrail.capture.background import Background
    from celltrail.capture.recorder import Recorder

_MAX_BYTES = 200_000  # of one module
_MAX_BYTES_OF_CELL = 4 << 20
_MAX_LOADS = 500  # of one session: who reloads in a loop is not followed for ever
_CACHE = f"{os.sep}__pycache__{os.sep}"
_INIT = "__init__.py"
_TOO_LARGE = "its source is larger than what is kept, or could not be read"
_NOT_SEEN = "it was loaded before celltrail looked"
_TOO_MANY = f"modules were loaded more often than is kept ({_MAX_LOADS} times)"


@record
class _Load:
    """One execution of a module; no source where it is too large, no path where there were too many of them."""

    path: str
    source: bytes | None


class OwnModules:
    """The modules of one session.

    Thread safety: `opened` from any thread, the others from the one that ends cells.
    """

    def __init__(self, recorder: "Recorder", background: "Background") -> None:
        self._recorder = recorder
        self._background = background
        self._folders: dict[str, bool] = {}
        self._loads: list[_Load] = []
        self._bytes = 0
        self._count = 0
        self._latest: dict[str, int] = {}  # what of a source tells it from another
        self._told: set[str] = set()

    def opened(self, path: str) -> None:
        """A source or a compiled file is opened; a compiled one, or its absence, means that the module is executed."""
        if path.endswith(".py"):
            if path in self._latest:
                self._note(path, is_executed=False)
            return
        if sys.pycache_prefix is not None:
            path = _source_of(path)
            folder = path.rpartition(os.sep)[0]
        else:
            folder, cache, name = path.rpartition(_CACHE)
            path = f"{folder}{os.sep}{name.partition('.')[0]}.py" if cache else ""
        if path and self._is_own(folder):
            self._note(path, is_executed=True)

    def cell_ended(self, execution_id: str) -> None:
        """Keep what was loaded in a cell, or since the one before; after its code has run."""
        if not self._loads:
            return
        loads, self._loads, self._bytes = self._loads, [], 0
        names = self._names()
        self._background.submit("modules", lambda: self._keep(execution_id, loads, names))

    def _is_own(self, folder: str) -> bool:
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = files.is_own_code(folder)
        return known

    def _note(self, path: str, *, is_executed: bool) -> None:
        known = self._latest.pop(path, None)  # reading it comes here once more, and is to find nothing
        source = _read(path) if self._bytes <= _MAX_BYTES_OF_CELL else None
        self._latest[path] = hash(source)
        if not is_executed and known == hash(source):
            return
        self._count += 1
        if self._count > _MAX_LOADS:
            self._loads += [_Load("", None)] if self._count == _MAX_LOADS + 1 else []
            return
        self._bytes += len(source or b"")
        self._loads.append(_Load(path, source))

    def _names(self) -> dict[str, list[str]]:
        """The names under which the user's own files are imported now; packages without a file under their folder."""
        found: dict[str, list[str]] = {}
        for name, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType) or name in {"__main__", "__mp_main__"}:
                continue
            path = _path_of(module)
            if path and INSTALLED not in path and self._is_own(path.rpartition(os.sep)[0]):
                found.setdefault(path, []).append(name)
        return found

    # --- in the background ----------------------------------------------------------------------------------------

    def _keep(self, execution_id: str, loads: list[_Load], names: dict[str, list[str]]) -> None:
        from celltrail.journal.blobs import BlobStore

        blobs = BlobStore(self._recorder.settings.store)
        found = []
        for load in loads:
            digest = blobs.put_bytes(load.source)[0] if load.source is not None else ""
            note = "" if digest else (_TOO_LARGE if load.path else _TOO_MANY)
            found += [self._loaded(name, load.path, digest, note) for name in names.get(load.path, [""])]
        self._told |= {one.name for one in found}
        for path, known in names.items():
            note = "" if os.path.isdir(path) else _NOT_SEEN  # noqa: PTH112 - as above
            found += [self._loaded(name, path, "", note) for name in known if name not in self._told]
        self._told |= {one.name for one in found}
        self._recorder.writer.append(events.ModulesLoaded(execution_id, clock.now(), tuple(found)))

    def _loaded(self, name: str, path: str, digest: str, note: str) -> LoadedModule:
        is_package = path.endswith(_INIT) or not (digest or note)
        shown = files.relative(os.path.normpath(path), self._recorder.settings.root) if path else ""
        return LoadedModule(name, shown, digest, is_package, note)


def _read(path: str) -> bytes | None:
    """A module's source; by the file itself, for the user may have put another `open` in the place of Python's."""
    try:
        with io.FileIO(path) as file:
            found = file.read(_MAX_BYTES + 1)
    except OSError:
        return None
    return found if found is not None and len(found) <= _MAX_BYTES else None


def _source_of(compiled: str) -> str:
    """Where compiled files are kept in a folder of their own (PYTHONPYCACHEPREFIX)."""
    from importlib.util import source_from_cache

    return source_from_cache(compiled)


def _path_of(module: ModuleType) -> str:
    """The file that a module was made of, or the folder of a package without one; a lazy one stays unloaded."""
    known = object.__getattribute__(module, "__dict__")
    path = known.get("__file__")
    if path is None:
        places = getattr(known.get("__spec__"), "submodule_search_locations", None)
        path = next(iter(places or ()), "")
    return path if type(path) is str else ""
