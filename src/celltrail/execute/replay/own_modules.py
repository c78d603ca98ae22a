"""The sources of the project's modules as a recorded session imported them, for its lineage.

A module's file counts as what was imported where nobody touched it since the session began, by its time of change. All
that the session imports of the project have to be so, or none is given (docs/decisions/0007-own-modules.md).
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from celltrail.execute.replay.session import RecordedSession
from celltrail.runs.effects import library
from celltrail.runs.effects.modules import NO_MODULES, ModuleSources
from celltrail.runs.effects.source import parse_cell
from celltrail.store.runs import CellExecution

_MAX_BYTES = 200_000  # of one module
_MAX_MODULES = 100
_ADDED = re.compile(r"""sys\.path\.(?:append\(|insert\(\s*0\s*,)\s*(['"])([^'"]+)\1\s*\)""")
# What lets a name stand for another module than the file in the kernel's folder, or for a module that was made again.
_MOVING = re.compile(
    r"sys\.path|sys\.modules|PYTHONPATH|\breload\b|\bimportlib\b|\brunpy\b|__import__|meta_path|addsitedir|\bzipimport\b"
    r"|\bf?chdir\b|^\s*%(?:cd|pushd|popd|run)\b|(?<![.\w])cd\s|\bmonkeypatch|\bmock",
    re.MULTILINE,
)
_WRITING = re.compile(r"%%?(?:writefile|file)\b|\.py\b")


def own_modules(session: RecordedSession, root: Path) -> ModuleSources:
    """The project's modules that a session imported; none where one of them is not known.

    Args:
        session: The session.
        root: The project's root: files outside of it are no modules of the project.
    """
    folders = _folders(session)
    if folders is None:
        return NO_MODULES
    finder = _Finder(folders, root.resolve(), session.started.at)
    waiting = [*_imported(session.executions)]
    while waiting and not finder.is_lost:
        waiting += finder.look_for(waiting.pop())
    return NO_MODULES if finder.is_lost else ModuleSources(finder.texts, frozenset(finder.packages))


def _folders(session: RecordedSession) -> list[Path] | None:
    """Where the session's kernel found modules of the project; None where that may be elsewhere."""
    here = Path(session.started.working_directory)
    if not session.started.working_directory:
        return None
    folders = [here]
    for execution in session.executions:
        folders += [here / match[2] for match in _ADDED.finditer(execution.source)]
        if _MOVING.search(_ADDED.sub("", execution.source)) or _WRITING.search(execution.source):
            return None
    return [*dict.fromkeys(folder.resolve() for folder in folders)]


def _imported(executions: Sequence[CellExecution]) -> Iterator[str]:
    for execution in executions:
        tree = parse_cell(execution.source).tree
        if tree is not None:
            yield from _imports(tree, "")


def _imports(tree: ast.AST, package: str) -> Iterator[str]:
    """The dotted names that a source may import, itself or as a part of another."""
    for node in ast.walk(tree):
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

    def __init__(self, folders: Iterable[Path], root: Path, since: int) -> None:
        self._folders = [*folders]
        self._root = root
        self._since = since
        self._seen: set[str] = set()
        self.texts: dict[str, str] = {}
        self.packages: set[str] = set()
        self.is_lost = False

    def look_for(self, name: str) -> list[str]:
        """What a module imports in its turn; nothing for what is no module of the project."""
        found: list[str] = []
        parts = name.split(".")
        if not parts[0] or library.is_known(parts[0]) or parts[0] in sys.builtin_module_names:
            return found
        for count in range(1, len(parts) + 1):
            path = ".".join(parts[:count])
            if path not in self._seen:
                self._seen.add(path)
                found += self._take(path)
        return found

    def _take(self, path: str) -> list[str]:
        places = [place for folder in self._folders for place in _places(folder, path)]
        if not places:
            return []
        text = self._text(places[0]) if len(places) == 1 else None
        tree = parse_cell(text).tree if text is not None else None
        if tree is None or text is None or len(self.texts) >= _MAX_MODULES:
            self.is_lost = True
            return []
        self.texts[path] = text
        is_package = places[0].name == "__init__.py"
        if is_package:
            self.packages.add(path)
        return [*_imports(tree, path if is_package else path.rpartition(".")[0])]

    def _text(self, place: Path) -> str | None:
        """What a file held when the session began; None where somebody touched it since."""
        try:
            state = place.stat()
            is_old = sys.platform != "win32" and state.st_ctime_ns < self._since * 1000
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
