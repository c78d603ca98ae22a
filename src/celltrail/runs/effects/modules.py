"""The project's own modules, followed as if their functions had been defined in the cell that imported them first.

Their sources come from outside (`ModuleSources`): who knows what was imported decides, and gives none where one is
missing, for a module that is not known may change the others. One that was executed with several sources, for it was
edited and reloaded, counts as all of them at once: IPython's autoreload changes functions in place.
"""

import ast
from abc import abstractmethod
from collections.abc import Sequence
from functools import lru_cache

from celltrail.runs.effects import files
from celltrail.runs.effects.heap import NOTHING, Frame, Region, Value
from celltrail.runs.effects.memory import Memory
from celltrail.runs.effects.scopes import names_of

_HOOKS = frozenset({"__getattr__", "__dir__", "__path__"})
_OF_MODULES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__"})


class Modules(Memory):
    """Imports the project's modules."""

    avoids_own = False  # whether their functions count as not known
    entered_own = False

    @abstractmethod
    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements one after the other."""

    def is_own(self, module: str) -> bool:
        """Whether a module is the project's, with a known source."""
        return module.partition(".")[0] in self.session.own_roots

    def import_own(self, module: str) -> bool:
        """Import a module with the packages around it; whether that can be followed."""
        parts = module.split(".")
        paths = [".".join(parts[: count + 1]) for count in range(len(parts))]
        if self.avoids_own or not all(self._import_one(path) for path in paths):
            self.session.is_own_lost = self.avoids_own = True
            return False
        return True

    def _import_one(self, path: str) -> bool:
        known = self.session.own.get(path)
        if known is not None:
            self.effects.reads.add(known.region)
            return True
        trees = self._trees(path)
        is_certain = not self.maybe and (self.frame is None or self.frame.is_module)
        if not trees or None in trees or not is_certain:
            return False
        self.entered_own = True
        bound = [names_of(tree)[0] for tree in trees if tree is not None]
        frame = Frame(None, _OF_MODULES.union(*bound), frozenset())
        frame.is_module, frame.module, frame.region.label = True, path, f"the module {path}"
        self.effects.writes.add(frame.region)
        self.effects.kills.add(frame.region)
        self.session.own[path] = frame
        self._run_bodies(frame, trees)
        return True

    def _trees(self, path: str) -> list[ast.Module | None]:
        """What a module was executed with in the session; any of it may be what a function of it does."""
        modules = self.session.modules_known
        first = modules.texts.get(path)
        return [] if first is None else [_tree(text) for text in (first, *modules.later.get(path, ()))]

    def _run_bodies(self, frame: Frame, trees: Sequence[ast.Module | None]) -> None:
        outer, self.frame = self.frame, frame
        for tree in trees:
            self.block(tree.body if tree is not None else ())
            self.maybe += 1
        self.maybe -= len(trees)
        self.frame = outer

    def reload_own(self, path: str) -> None:
        """A module was executed again: what it held may be another now."""
        frame = self.session.own.get(path)
        if frame is None or self.avoids_own:
            return
        self.entered_own = True
        self.effects.reads |= {frame.region, *files.modules([path])}
        self.effects.writes.add(frame.region)
        self.maybe += 1
        self._run_bodies(frame, self._trees(path))
        self.maybe -= 1

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module that is imported from: inside of a package it may be named by dots."""
        home, module = self.home(), node.module or ""
        if not node.level or home is None:
            return "." * node.level + module
        parts = home.module.split(".")
        is_package = home.module in self.session.modules_known.packages
        kept = parts[: len(parts) - node.level + is_package]
        return ".".join([*kept, module] if module else kept)

    def member(self, region: Region, name: str) -> Value:
        """What an attribute of a module, or of something in a library, is."""
        path = f"{region.path}.{name}"
        frame = self.session.own.get(region.path)
        if frame is not None:
            self.effects.reads.add(frame.region)
            if name in frame.names:
                self.read(frame.names[name])
                return frame.names[name]
        return frozenset({self.session.module(path)})

    def imported_name(self, module: str, name: str) -> Value:
        """What `from module import name` gives."""
        frame, path = self.session.own.get(module), f"{module}.{name}"
        if frame is not None and name not in frame.names and path in self.session.modules_known.texts:
            self.import_own(path)
        return self.member(self.session.module(module), name)

    def set_member(self, region: Region, name: str, value: Value) -> None:
        """An attribute of a module is set."""
        frame = self.session.own.get(region.path)
        if frame is not None:
            self.effects.writes.add(frame.region)
            self._join(frame.names, name, value)

    def lose_own(self, frame: Frame) -> None:
        """A function of the project's modules is called that is not followed: it may change what they hold."""
        held = NOTHING.union(*frame.names.values())
        self.effects.writes.add(frame.region)
        self.effects.reads.add(frame.region)
        self.read(held)
        self.change(self.session.reach(held))


@lru_cache(maxsize=256)
def _tree(source: str) -> ast.Module | None:
    """A module's tree; None where it cannot be followed: what it binds is not seen in its source."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return None
    return None if names_of(tree)[0] & _HOOKS else tree
