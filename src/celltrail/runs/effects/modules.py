"""The project's own modules, followed as if their functions had been defined in the cell that imported them first.

Their sources come from outside (`ModuleSources`): who knows what was imported decides, and gives none where one is
missing, for a module that is not known may change the others.
"""

import ast
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from celltrail.runs.effects.heap import NOTHING, Frame, Region, Value
from celltrail.runs.effects.memory import Memory
from celltrail.runs.effects.scopes import names_of

_HOOKS = frozenset({"__getattr__", "__dir__", "__path__"})
_OF_MODULES = frozenset({"__name__", "__file__", "__doc__", "__package__", "__spec__", "__loader__"})


@dataclass(frozen=True, slots=True)
class ModuleSources:
    """What the project's modules held when the session imported them.

    Attributes:
        texts: Their sources, by dotted name; all that the session imported of the project, or none.
        packages: Which of them are packages.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    packages: frozenset[str] = frozenset()


NO_MODULES = ModuleSources()


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
        tree = _tree(self.session.own_texts.get(path, ""))
        is_certain = not self.maybe and (self.frame is None or self.frame.is_module)
        if path not in self.session.own_texts or tree is None or not is_certain:
            return False
        self.entered_own = True
        frame = Frame(None, names_of(tree)[0] | _OF_MODULES, frozenset())
        frame.is_module, frame.module, frame.region.label = True, path, f"the module {path}"
        self.effects.writes.add(frame.region)
        self.effects.kills.add(frame.region)
        self.session.own[path] = frame
        outer, self.frame = self.frame, frame
        self.block(tree.body)
        self.frame = outer
        return True

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module that is imported from: inside of a package it may be named by dots."""
        home, module = self.home(), node.module or ""
        if not node.level or home is None:
            return "." * node.level + module
        parts = home.module.split(".")
        is_package = home.module in self.session.own_packages
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
        if frame is not None and name not in frame.names and path in self.session.own_texts:
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
