"""The sources of the project's modules as a recorded session executed them, for its lineage.

Where the session recorded its modules, these are they. Of one that it did not record, for it was imported before
tracking began or by an earlier celltrail, the file counts as what was imported if nobody touched it since the session
began, by its time of change. All that the session imports of the project have to be known in one of these ways, or
none is given (docs/decisions/0007-own-modules.md).
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.session import RecordedSession
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoadedModule
from celltrail.runs.effects import library
from celltrail.runs.effects.module_sources import ModuleSources
from celltrail.runs.effects.source import parse_cell

_MAX_BYTES = 200_000  # of one module
_MAX_MODULES = 200
_ADDED = re.compile(r"""sys\.path\.(?:append\(|insert\(\s*0\s*,)\s*(['"])([^'"]+)\1\s*\)""")
# What lets a name stand for another module than the one that was executed under it, or reaches into modules unseen.
_REPLACING = re.compile(
    r"sys\.modules|\bimport_module\b|\bspec_from_|\bmodule_from_spec\b|\brunpy\b|__import__|meta_path|\bzipimport\b"
    r"|^\s*%run\b|\bmonkeypatch|\bmock|\bjurigged\b",
    re.MULTILINE,
)
# What lets a name stand for another module than the file in the kernel's folder, or for a module that was made again.
_MOVING = re.compile(
    r"sys\.path|PYTHONPATH|\breload\b|\bimportlib\b|addsitedir|\bf?chdir\b|^\s*%(?:cd|pushd|popd)\b|(?<![.\w])cd\s",
    re.MULTILINE,
)
_WRITING = re.compile(r"%%?(?:writefile|file)\b|\.py\b")
_UNFOLLOWED = "functions of the project's own modules count as not known, so that more cells are kept: "


def own_modules(session: RecordedSession, root: Path, blobs: BlobStore) -> ModuleSources:
    """The project's modules that a session executed; none, and why, where one of them is not known.

    Args:
        session: The session.
        root: The project's root: files outside of it are no modules of the project where the session did not say so.
        blobs: Where the recorded sources are.
    """
    finder = _Finder(session, root.resolve(), blobs)
    waiting = [name for execution in session.executions for name in imports_of(execution.source, "")]
    while waiting and not finder.problem:
        waiting += finder.look_for(waiting.pop())
    if not finder.problem and finder.texts:
        finder.problem = _replaced(session, finder.texts)
    if finder.problem:
        return ModuleSources(problem=f"{_UNFOLLOWED}{finder.problem}")
    return ModuleSources(
        {name: texts[0] for name, texts in finder.texts.items()},
        frozenset(finder.packages),
        {name: texts[1:] for name, texts in finder.texts.items() if texts[1:]},
        _reloads(session, finder.texts),
    )


def executed_modules(session: RecordedSession) -> dict[str, tuple[LoadedModule, ...]]:
    """What a session's modules were executed as, in order, by dotted name; those whose import failed are left out."""
    found: dict[str, tuple[LoadedModule, ...]] = {}
    for execution in session.executions:
        for module in session.modules.get(execution.execution_id, ()):
            if module.name:
                found[module.name] = (*found.get(module.name, ()), module)
    return found


def _reloads(session: RecordedSession, known: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The names that an execution found executed already, and executed again."""
    seen, found = set[str](), {}
    for execution in session.executions:
        names = [one.name for one in session.modules.get(execution.execution_id, ()) if one.name in known]
        again = tuple(name for place, name in enumerate(names) if name in seen or name in names[:place])
        if again:
            found[execution.execution_id] = tuple(dict.fromkeys(again))
        seen.update(names)
    return found


def _replaced(session: RecordedSession, texts: Mapping[str, Sequence[str]]) -> str:
    """Who may put another module, or another part of one, in the place of what was executed."""
    for execution in session.executions:
        if _REPLACING.search(execution.source):
            return f"[{execution.execution_count}] may replace or change them unseen"
    for name, sources in texts.items():
        if any(_REPLACING.search(source) for source in sources):
            return f"the module {name} may replace or change others unseen"
    return ""


def _folders(session: RecordedSession) -> list[Path] | None:
    """Where the session's kernel found modules of the project; None where that may be elsewhere."""
    here = Path(session.started.working_directory)
    folders = [here]
    for execution in session.executions:
        folders += [here / match[2] for match in _ADDED.finditer(execution.source)]
        if _MOVING.search(_ADDED.sub("", execution.source)) or _WRITING.search(execution.source):
            return None
    return [*dict.fromkeys(folder.resolve() for folder in folders)]


def imports_of(source: str, package: str) -> Iterator[str]:
    """The dotted names that a source may import, itself or as a part of another; `package` is what it stands in."""
    tree = parse_cell(source).tree
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    parts = package.split(".") if package else []
    kept = parts[: len(parts) - node.level + 1] if node.level else []
    return ".".join([*kept, *([node.module] if node.module else [])])


class _Finder:
    """Finds modules of the project, with all that they import of it."""

    def __init__(self, session: RecordedSession, root: Path, blobs: BlobStore) -> None:
        self._recorded = executed_modules(session)
        self._blobs = blobs
        self._session = session
        self._root = root
        self._seen: set[str] = set()
        self.texts: dict[str, tuple[str, ...]] = {}
        self.packages: set[str] = set()
        self.problem = ""

    @cached_property
    def _folders(self) -> list[Path]:
        """The folders of modules that were not recorded."""
        here = Path(self._session.started.working_directory)
        return (_folders(self._session) or [here]) if self._session.started.working_directory else []

    @cached_property
    def _is_elsewhere(self) -> bool:
        return _folders(self._session) is None

    def look_for(self, name: str) -> list[str]:
        """What a module imports in its turn; nothing for what is no module of the project."""
        found: list[str] = []
        parts = name.split(".")
        is_library = library.is_known(parts[0]) or parts[0] in sys.builtin_module_names
        if not parts[0] or (is_library and parts[0] not in self._recorded):
            return found
        for count in range(1, len(parts) + 1):
            path = ".".join(parts[:count])
            if path not in self._seen:
                self._seen.add(path)
                found += self._take(path)
        return found

    def _take(self, path: str) -> list[str]:
        recorded = self._recorded.get(path, ())
        texts, is_package = self._executed(recorded) if recorded else self._untouched(path)
        if not texts:
            return []
        if any(parse_cell(text).tree is None for text in texts) or len(self.texts) >= _MAX_MODULES:
            self.problem = self.problem or f"the source of {path} cannot be read"
            return []
        self.texts[path] = texts
        if is_package:
            self.packages.add(path)
        package = path if is_package else path.rpartition(".")[0]
        return [name for text in texts for name in imports_of(text, package)]

    def _executed(self, recorded: Sequence[LoadedModule]) -> tuple[tuple[str, ...], bool]:
        """The sources that a module was executed with; a package without a file of its own has an empty one."""
        texts: dict[str, None] = {}
        for one in recorded:
            if one.note:
                self.problem = f"{one.path}: {one.note}"
                return (), False
            try:
                texts[self._blobs.read(one.digest).decode("utf-8-sig") if one.digest else ""] = None
            except (BlobNotFoundError, ValueError):
                self.problem = f"{one.path}: its recorded source is not in the store any more"
                return (), False
        return tuple(texts), any(one.is_package for one in recorded)

    def _untouched(self, path: str) -> tuple[tuple[str, ...], bool]:
        """What a file held all the time, where that is certain; nothing where there is none."""
        places = [place for folder in self._folders for place in _places(folder, path)]
        if not places:
            return (), False
        is_certain = len(places) == 1 and not self._is_elsewhere
        text = self._text(places[0]) if is_certain else None
        if text is None:
            self.problem = f"what {path} held when it was imported is not recorded"
            return (), False
        return (text,), places[0].name == "__init__.py"

    def _text(self, place: Path) -> str | None:
        """What a file held when the session began; None where somebody touched it since."""
        try:
            state = place.stat()
            is_old = sys.platform != "win32" and state.st_ctime_ns < self._session.started.at * 1000
            if not is_old or state.st_size > _MAX_BYTES or not place.resolve().is_relative_to(self._root):
                return None
            text = place.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        return None if _MOVING.search(text) else text


def _places(folder: Path, path: str) -> list[Path]:
    """The files that Python may take for a module; more than one where it is not told which."""
    base = folder / path.replace(".", "/")
    found = [base / "__init__.py", base.with_suffix(".py")]
    try:
        compiled = [*base.parent.glob(f"{base.name}.*.so"), *base.parent.glob(f"{base.name}.*.pyd")]
        if base.is_dir() and not found[0].exists() and any(base.glob("*.py")):
            compiled.append(base)  # a package without a file of its own
        return [one for one in found if one.is_file()] + compiled
    except OSError:
        return [base]
