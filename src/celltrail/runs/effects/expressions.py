"""What an expression may stand for, and what its evaluation touches."""

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from celltrail.runs.effects import library
from celltrail.runs.effects.databases import fetches_all
from celltrail.runs.effects.heap import NOTHING, Code, Frame, Region, Value
from celltrail.runs.effects.memory import SHELL_PATH, SUBCLASSES, UnknownEffectsError, is_history
from celltrail.runs.effects.own_code import Given
from celltrail.runs.effects.scopes import names_of
from celltrail.runs.effects.shell import Shell

_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Expressions(Shell):
    """Evaluates expressions to what they may stand for."""

    _fetched: ast.expr | None = None  # a call of which all rows are fetched where it stands

    def value(self, node: ast.expr | None) -> Value:
        """Evaluate an expression."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.session.said[node.value] = None
        if node is None or isinstance(node, ast.Constant):
            return NOTHING
        self.spend()
        method = self._expressions.get(type(node))
        if method is not None:
            return method(self, node)
        return self._new_of_parts(node)

    def _name(self, node: ast.Name) -> Value:
        value = self.load(node.id)
        if value:
            self.touch(value)
        return value

    def _new_of_parts(self, node: ast.expr) -> Value:
        """Arithmetic, displays, comparisons: something new that may hold what is in its parts."""
        source = NOTHING.union(*[self.value(part) for part in _expressions_in(node)])
        if not source:
            return NOTHING
        made = frozenset({self.new(node, "made", self.held_by(source))})
        return made | {region for region in source if region.kinds or region.is_foreign or region.has_interior}

    def _display(self, node: ast.List | ast.Tuple | ast.Set | ast.Dict) -> Value:
        held = NOTHING.union(*[self.value(part) for part in _expressions_in(node)])
        if isinstance(node, ast.Tuple) and not held:
            return NOTHING
        return frozenset({self._new_display(node, held)})

    def _new_display(self, node: ast.expr, held: Value) -> Region:
        region = self.new(node, "display", held)
        region.is_display = not region.has_interior  # made in a loop it may hold what it was one turn before
        return region

    def _text(self, node: ast.JoinedStr) -> Value:
        for part in _expressions_in(node):
            self.value(part)
        return NOTHING

    def _starred(self, node: ast.Starred) -> Value:
        return self.items(self.value(node.value))

    def _either(self, node: ast.BoolOp | ast.IfExp) -> Value:
        return NOTHING.union(*[self.value(part) for part in _expressions_in(node)])

    def _compare(self, node: ast.Compare) -> Value:
        operands = [self.value(part) for part in (node.left, *node.comparators)]
        if all(isinstance(one, ast.Is | ast.IsNot | ast.In | ast.NotIn) for one in node.ops):
            for operand in operands:
                self.consume(operand)
            return NOTHING
        return frozenset({self.new(node, "made")}) if any(operands) else NOTHING

    def _attribute(self, node: ast.Attribute) -> Value:
        base = self.value(node.value)
        said = self.database_attribute(base, node.attr)
        if said is not None:
            return said
        found: set[Any] = set()
        for region in base:
            if region.path == SHELL_PATH and node.attr.startswith(("user_", "ns_")):
                raise UnknownEffectsError("it uses IPython's table of names")
            if region.path:
                path = f"{region.path}.{node.attr}"
                if self.session.is_loaded(path):
                    self.effects.reads.add(f"import: {path}")
                found |= self.member(region, node.attr)
        if node.attr == "__subclasses__":
            self.effects.reads.add(SUBCLASSES)
        if node.attr == "__class__":
            found |= {kind.region for region in base for kind in region.kinds}
        return frozenset(found) | self._attributes(node, base)

    def _attributes(self, node: ast.Attribute, base: Value) -> Value:
        """What an attribute may be: of an object of the notebook's classes, that object only by a bound method."""
        if node.attr in library.LOOKS and base and all(region.is_table for region in base):
            look = self.new(node, "look")
            look.is_table = True
            return frozenset({look})
        plain = {region for region in base if self._is_plain(region, node.attr)}
        bound = {region for region in base if region.kinds} - plain
        made = {self.new(node, "bound", bound)} if bound else set()
        if base - bound and library.changes_its_object(node.attr):
            made.add(self.new(node, "method", base - bound))
            for region in made:
                region.is_bound = True
        return self.inside(base - plain) | self.inside_of(plain) | made

    def _is_plain(self, region: Region, name: str) -> bool:
        return bool(region.kinds) and not region.has_interior and not self.is_bound(region, name)

    def _subscript(self, node: ast.Subscript) -> Value:
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int(count))):
                if is_history(name) and name not in self.session.names:
                    return self.load(f"_{count}")
        base = self.value(node.value)
        self.value(node.slice)
        found = self.items_of(base) | {region for region in base if region.path}
        if base and not isinstance(node.slice, ast.Constant):
            part = self.new(node, "slice", found)
            part.is_table = bool(base) and all(region.is_table for region in base)
            found |= {part}
        return found

    def items_of(self, base: Value) -> Value:
        """What an item of a value may be."""
        displays = {region for region in base if region.is_display}
        cursors = {region for region in base if region.handle is not None}
        return self.inside(base - displays - cursors) | self.inside_of(displays) | self.rows_of(frozenset(cursors))

    def items(self, base: Value) -> Value:
        """What a value gives when it is looked through."""
        self.consume(base)
        return self.items_of(base)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        value = self.value(node.value)
        frame, self.frame = self.frame, self._frame_of_walrus()
        with self.branch():
            self.bind(node.target.id, value)
        self.frame = frame
        return value

    def _frame_of_walrus(self) -> Frame | None:
        frame = self.frame
        while frame is not None and frame.is_comprehension:
            frame = frame.outer
        return frame

    def _lambda(self, node: ast.Lambda) -> Value:
        return self.function(node)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp) -> Value:
        """A function that is made here."""
        defaults: Value = NOTHING
        if not isinstance(node, ast.GeneratorExp):
            given = [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
            defaults = NOTHING.union(*[self.value(one) for one in given])
        frame = self.frame
        while frame is not None and frame.is_class:
            frame = frame.outer
        region = self.new(node, "function", defaults)
        if not region.codes:
            region.codes = (Code(node, frame, defaults),)
        while frame is not None:
            self.hold(region, (frame.region,))
            frame = frame.outer
        return frozenset({region})

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp) -> Value:
        return frozenset({self._new_display(node, self.comprehend(node))})

    def comprehend(self, node: _COMPREHENSIONS) -> Value:
        """Follow a comprehension; its items."""
        first = self.items(self.value(node.generators[0].iter))
        outer, names = self.frame, names_of(node)
        self.frame = self.frame_at(node, outer, *names)
        self.frame.is_comprehension = True
        self.maybe += 1
        items = self.settle(lambda: self._turn_of_comprehension(node, first))
        self.maybe -= 1
        self.frame = outer
        return items

    def _turn_of_comprehension(self, node: _COMPREHENSIONS, first: Value) -> Value:
        for place, generator in enumerate(node.generators):
            items = first if place == 0 else self.items(self.value(generator.iter))
            self.assign(generator.target, items)
            for condition in generator.ifs:
                self.value(condition)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return NOTHING.union(*[self.value(part) for part in parts])

    def _generator(self, node: ast.GeneratorExp) -> Value:
        lazy = self.function(node)
        for region in lazy:
            region.is_iterator = True
            self.hold(region, self.comprehend(node))
            self.hold(region, self.value(node.generators[0].iter))
        return lazy

    def _await(self, node: ast.Await | ast.YieldFrom) -> Value:
        return self.items(self.value(node.value))

    def _yield(self, node: ast.Yield) -> Value:
        if self.frame is not None:
            self.frame.returns |= self.value(node.value)
        return NOTHING

    # Calls

    def _call(self, node: ast.Call) -> Value:
        function = node.func
        if isinstance(function, ast.Attribute) and fetches_all(function.attr):
            self._fetched = function.value
        base = self.value(function.value) if isinstance(function, ast.Attribute) else NOTHING
        if kind := self.kind_of_command(function, base):
            return self.command(node, kind)
        if isinstance(function, ast.Attribute):
            given = self._given(node)
            self._note_query(node, given)
            if function.attr == "__subclasses__":
                self.effects.reads.add(SUBCLASSES)
            given.owner = self.text_of(function.value)
            given.named = self.read_names_in_texts(node, function.attr, base, given.queries)
            return self.call_method(node, base, function.attr, given)
        callee, given = self.value(function), self._given(node)
        if isinstance(function, ast.Name):
            self._note_query(node, given)
            given.named = self.read_names_in_texts(node, function.id, callee, given.queries)
            if not callee and (function.id not in self.session.names or self.home() is not None):
                return self.call_foreign(node, function.id, given)
        return self.call(node, callee, given)

    def _note_query(self, node: ast.Call, given: Given) -> None:
        given.queries = self.queries_of(node)
        given.is_fetched = node is self._fetched

    def _given(self, node: ast.Call) -> Given:
        given = Given()
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                given.rest |= self._starred(argument)
            else:
                given.positional.append(self.value(argument))
                given.note_text(str(place), self.text_of(argument))
        for keyword in node.keywords:
            value = self.value(keyword.value)
            given.note_text(keyword.arg or "", self.text_of(keyword.value))
            if keyword.arg is None:
                given.rest |= self.inside(value)
                continue
            given.keywords[keyword.arg] = value
            constant = keyword.value.value if isinstance(keyword.value, ast.Constant) else ...
            if constant is not None:
                given.words |= {keyword.arg}
            if constant is False:
                given.denied |= {keyword.arg}
        return given

    def assign(self, target: ast.expr, value: Value) -> None:
        """Assign to a target."""
        match target:
            case ast.Name():
                self.let_go(target.id)
                self.bind(target.id, value)
            case ast.Starred():
                self.assign(target.value, frozenset({self.new(target, "rest", value)}))
            case ast.Tuple() | ast.List():
                items = self.items(value)
                for part in target.elts:
                    self.assign(part, items)
            case ast.Attribute() | ast.Subscript():
                self.store(target, value)

    def store(self, target: ast.Attribute | ast.Subscript, value: Value) -> None:
        """Change an object by an assignment to its item or attribute."""
        base = self.value(target.value)
        if isinstance(target, ast.Subscript):
            self.value(target.slice)
        self.change(base)
        for region in base:
            if region.path:
                self.effects.ambient[f"a change of {region.path}"] = None
                self.set_member(region, target.attr if isinstance(target, ast.Attribute) else "", value)
            self.hold_item(region, value)

    _expressions: ClassVar[dict[type[ast.AST], Callable[..., Value]]] = {
        ast.Name: _name,
        ast.List: _display,
        ast.Tuple: _display,
        ast.Set: _display,
        ast.Dict: _display,
        ast.JoinedStr: _text,
        ast.Starred: _starred,
        ast.BoolOp: _either,
        ast.IfExp: _either,
        ast.Compare: _compare,
        ast.Attribute: _attribute,
        ast.Subscript: _subscript,
        ast.NamedExpr: _walrus,
        ast.Lambda: _lambda,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.DictComp: _comprehension,
        ast.GeneratorExp: _generator,
        ast.Await: _await,
        ast.YieldFrom: _await,
        ast.Yield: _yield,
        ast.Call: _call,
    }


def _expressions_in(node: ast.AST) -> list[ast.expr]:
    return [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
