"""Follows class statements: what their bodies bind, and what their bases and metaclasses do with a new class."""

import ast
from abc import abstractmethod
from collections.abc import Sequence

from celltrail.runs.effects.expressions import Expressions
from celltrail.runs.effects.heap import NOTHING, ClassCode, Code, Frame, Region, Value
from celltrail.runs.effects.memory import SUBCLASSES
from celltrail.runs.effects.own_code import Given, is_implicit
from celltrail.runs.effects.scopes import names_of

_MAKING = ("__prepare__", "__new__", "__init__")


class Classes(Expressions):
    """Follows class statements."""

    @abstractmethod
    def block(self, statements: Sequence[ast.stmt]) -> None:
        """Follow statements one after the other."""

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, value: Value) -> Value:
        """What decorators make of a function or class."""
        for decorator in reversed(node.decorator_list):
            value |= self.call(decorator, self.value(decorator), Given([value]))
        return value

    def define_class(self, node: ast.ClassDef) -> None:
        """Follow a class statement."""
        bases = NOTHING.union(*[self.value(base) for base in node.bases])
        given = self._given_to_class(node)
        region = self.new(node, "class", bases | given.all())
        frame = self._body(node)
        self.hold(region, NOTHING.union(*frame.names.values()))
        methods, implicit = self._functions(node, frame)
        if not region.classes:
            own = {one for value in frame.names.values() for one in value if one.codes}
            inherited = [kind.metaclass for base in bases for kind in base.classes]
            metaclass = given.keywords.get("metaclass", NOTHING).union(*inherited)
            region.classes = (ClassCode(region, methods, implicit, frozenset(own | {region}), bases, metaclass),)
        self.bind(node.name, self.decorated(node, frozenset({region})))
        self._tell_others(node, region, given)

    def _given_to_class(self, node: ast.ClassDef) -> Given:
        given = Given()
        for keyword in node.keywords:
            value = self.value(keyword.value)
            if keyword.arg is None:
                given.rest |= self.inside(value)
            else:
                given.keywords[keyword.arg] = value
        return given

    def _body(self, node: ast.ClassDef) -> Frame:
        outer, names = self.frame, names_of(node)
        self.frame = frame = self.frame_at(node, outer, *names)
        frame.is_class = True
        self.maybe += 1
        self.block(node.body)
        self.maybe -= 1
        self.frame = outer
        return frame

    def _functions(self, node: ast.ClassDef, frame: Frame) -> tuple[dict[str, Code], tuple[Code, ...]]:
        """The methods of a class, and those that run without being called."""
        methods = {name: code for name, value in frame.names.items() for one in value for code in one.codes}
        implicit = tuple(
            methods[part.name]
            for part in node.body
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and is_implicit(part.name, part)
            if part.name in methods
        )
        self.session.implicit |= bool(implicit)
        self.session.has_finalizers |= "__del__" in methods
        return methods, implicit

    def _tell_others(self, node: ast.ClassDef, region: Region, given: Given) -> None:
        """A new class is known to its bases, to their `__init_subclass__`, and to its metaclass."""
        made = frozenset({region})
        for kind in region.classes:
            if kind.bases:
                self.effects.writes.add(SUBCLASSES)
            for base in kind.bases:
                for base_kind in base.classes:
                    for code in self.methods_of(base_kind, "__init_subclass__"):
                        self.run(code, Given([made, *given.positional], given.keywords, rest=given.rest), node)
            for metaclass in (one for region in kind.metaclass for one in region.classes):
                for code in [code for name in _MAKING for code in self.methods_of(metaclass, name)]:
                    self.run(code, Given([made], given.keywords, rest=made | kind.bases | given.all()), node)
        self.touch(frozenset(part for part in region.parts if part.kinds))  # descriptors hear of the class
