"""What a call does: to its object, to its arguments, and to whatever the called function uses."""

import ast
from abc import abstractmethod

from celltrail.runs.effects import files, hooks, library
from celltrail.runs.effects.databases import Databases
from celltrail.runs.effects.heap import NOTHING, Region, Value, parts_of
from celltrail.runs.effects.library import Result
from celltrail.runs.effects.memory import UnknownEffectsError
from celltrail.runs.effects.own_code import Given


class Calls(Databases):
    """Follows calls into functions of the notebook; of others it knows the habits, or thinks the worst."""

    @abstractmethod
    def define_magics(self, path: str, given: Given) -> bool:
        """Whether a call makes functions into magics."""

    def call(self, node: ast.AST, callee: Value, given: Given) -> Value:
        """Call a value."""
        self.spend()
        result: Value = NOTHING
        others: set[Region] = set()
        for region in callee:
            if region.codes:
                result |= NOTHING.union(*[self.run(code, given, node) for code in region.codes])
            elif region.classes:
                result |= NOTHING.union(*[self.instantiate(node, one, given) for one in region.classes])
            elif region.path:
                result |= self._library(node, region.path, given)
            elif region.kinds:
                result |= self.call_own_method(node, region, "__call__", given)
            else:
                others.add(region)
        if others or not callee:
            result |= self.call_unknown(node, frozenset(others), given)
        return result

    def call_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        """Call a method of a value."""
        self.spend()
        result: Value = NOTHING
        plain: set[Region] = set()
        for region in base:
            if region.path:
                result |= self.call(node, self.member(region, name), given)
            elif region.kinds or region.classes:
                result |= self.call_own_method(node, region, name, given)
            else:
                plain.add(region)
        if plain or not base:
            result |= self.call_plain_method(node, frozenset(plain), name, given)
        return result

    def _library(self, node: ast.AST, path: str, given: Given) -> Value:
        root = path.partition(".")[0]
        asked = self.database_function(node, path, given)
        if asked is not None:
            return asked
        if not library.is_known(root):
            return self.call_foreign(node, root, given)
        special = self._special(path, given)
        if special is not None:
            return special
        call = library.call_of(path, given.words, len(given.positional))
        if call.unknown:
            raise UnknownEffectsError(f"it calls {call.unknown}")
        if call.ambient:
            self.effects.ambient[path] = None
        self._use_hooks(path, given)
        self._use_generators(path, call, given)
        self.use_file_function(path, call, given)
        self._change_arguments(call, given)
        is_later = path.rpartition(".")[2] in library.LATER
        made = NOTHING if is_later else self.call_back_all(given.all())
        return self._give_back(node, path, call, given) | made

    def _special(self, path: str, given: Given) -> Value | None:
        """What the functions give that are like no other; None for all others."""
        if path == "builtins.super":
            return self.first_argument()
        if one := hooks.the_one(path):
            return frozenset({self.session.module(one)})
        if path == "builtins.type" and len(given.positional) == 1:
            return frozenset(kind.region for region in given.all() for kind in region.kinds)
        return given.all() if self.define_magics(path, given) else None

    def _use_hooks(self, path: str, given: Given) -> None:
        """Handlers that a library was given see what happens later."""
        kept = self.session.hooks
        if hooks.keeps_a_hook(path):
            self.effects.ambient[path] = None
            self.hold(kept, (region for region in given.all() if not region.path))
        elif kept.parts and hooks.calls_its_hooks(path):
            held = self.session.reach(frozenset({kept}))
            self.change(held)
            self.call_back_all(held)

    def _use_generators(self, path: str, call: library.Call, given: Given) -> None:
        if call.generator and call.reseeds:
            self.renew(f"random: {call.generator}")
        elif call.draws:
            self.use(f"random: {call.generator}")
            if path.endswith(("getstate", "get_state")):
                self.effects.reads.add(f"state of: {call.generator}")
        elif library.runs_its_arguments(path) and any(one.draws for one in self.session.reach(given.all())):
            self.use("random: numpy")

    def _change_arguments(self, call: library.Call, given: Given) -> None:
        everything = given.all()
        self.consume(everything)
        changed = [value for place, value in enumerate(given.positional) if place in call.changes]
        changed += [value for name, value in given.keywords.items() if name == "out" or library.is_seed_word(name)]
        if call.changes:
            changed.append(given.rest)
        for value in changed:
            self.change(value)
            for region in value:
                if region.path:
                    self.effects.ambient[f"a change of {region.path}"] = None
                self.hold(region, everything if call.changes else NOTHING)

    def _give_back(self, node: ast.AST, path: str, call: library.Call, given: Given) -> Value:
        everything = frozenset(region for region in given.all() if not region.path)
        if call.result is Result.SCALAR:
            return NOTHING
        region = self._result(node, call.result, everything)
        region.is_table |= library.makes_table(path)
        region.draws |= library.drawing_class(path, given.words) or any(one.draws for one in everything)
        region.has_interior |= call.has_interior or call.is_alien
        region.is_foreign |= call.is_alien
        region.is_iterator |= call.result is Result.ITERATOR or path == "builtins.open"
        region.is_foreign |= any("copy" in word for word in given.denied) or "overwrite_x" in given.words
        return frozenset({region}) | (everything if call.result is Result.VIEW else NOTHING)

    def _result(self, node: ast.AST, result: Result, source: Value) -> Region:
        """What a call makes of what it was given."""
        region = self.new(node, "result")
        if result in {Result.KEEP, Result.VIEW, Result.ITERATOR}:
            self.hold(region, source)
        elif result is Result.COPY:
            self.hold(region, self.held_by(source))
            region.kinds = tuple(dict.fromkeys((*region.kinds, *(kind for one in source for kind in one.kinds))))
            region.draws |= any(one.draws for one in self.session.reach(source))
        region.is_foreign |= any(one.is_foreign for one in source)
        region.has_interior |= any(one.has_interior for one in source)
        region.is_table |= result in {Result.COPY, Result.VIEW} and any(one.is_table for one in source)
        return region

    def call_foreign(self, node: ast.AST, root: str, given: Given) -> Value:
        """A function of a library that is not known: it may draw, keep state, use files, change its arguments."""
        self.use(f"state: {root}")
        self._use_the_world()
        for region in given.all():
            if region.path and not region.path.rpartition(".")[2][:1].isupper():
                self.effects.ambient[f"{root} was given {region.path}"] = None
        result = self.call_unknown(node, NOTHING, given)
        for region in result:
            region.is_foreign |= not region.path
        return result

    def _use_the_world(self) -> None:
        for generator in library.GENERATORS:
            self.use(f"random: {generator}")
        self.use_files(reads=True, writes=True)
        self.effects.writes |= {files.FOLDERS, files.MODULES}
        self.uses_the_world = True
        self.read(frozenset({self.session.connected.default}))
        self.change(self.session.connected.default.parts)

    def call_unknown(self, node: ast.AST, callee: Value, given: Given) -> Value:
        """Somebody's code: it may change all that it can reach, keep it, and give any of it back."""
        everything = frozenset(region for region in callee | given.all() if not region.path)
        self.consume(everything)
        held = self.inside(everything)
        self.change(held)
        self.let_out(held)
        if any(region.draws for region in held):
            self.use("random: numpy")
        made = self.call_back_all(callee | given.all())
        is_foreign = any(region.is_foreign for region in held)
        if is_foreign:
            self._use_the_world()
        for region in everything if is_foreign else callee:
            self.hold(region, everything)
        result = self.new(node, "unknown", everything | made)
        result.is_iterator = result.has_interior = True
        result.is_foreign |= is_foreign
        return frozenset({result}) | held | made

    def call_plain_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        """A method of an object that is none of the notebook's classes."""
        asked = frozenset(region for region in base if region.handle is not None)
        if not asked:
            return self._usual_method(node, base, name, given)
        found = self.database_method(node, asked, name, given)
        rest = frozenset(one for one in base - asked if one not in self.session.connected.tables)
        return found | self._usual_method(node, rest, name, given) if rest else found

    def _usual_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        everything = given.all()
        self.use_file_method(name, base, given)
        if any(region.is_foreign for region in base):
            return self.call_unknown(node, base, given)
        if name in library.DIRECT:
            return self._change_in_place(base, given)
        if name in library.FITTING:
            return self._fit(node, base, given)
        result = library.method_result(name)
        if result is None:
            return self._unusual_method(node, base, name, given)
        self.consume(base | everything)
        if "inplace" in given.words and "inplace" not in given.denied:
            self.change(base)
        self._draw(base, name, given)
        made = self.call_back_all(base | everything) if everything else NOTHING
        if result is Result.SCALAR:
            return NOTHING
        if result is Result.COPY and "copy" in given.denied:
            result = Result.VIEW
        region = self._result(node, result, base | everything)
        region.is_iterator |= library.iterates(name)
        shared = self.session.reach(base) | everything if result is Result.VIEW else NOTHING
        return frozenset({region}) | shared | made

    def _unusual_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        if name == "to_sql" and self.write_frame(given):
            return NOTHING
        if name in library.PLOTTING and base and all(region.is_table for region in base):
            return self._plot(node, given)
        if name not in library.QUIET:
            return self.call_unknown(node, base, given)
        held = frozenset(parts_of(base))  # and not the data that it was given to look at
        self.change(held)
        self.call_back_all(given.all())
        for region in base:
            self.look_at(region, given.all())
        return frozenset({self.new(node, "result", base)}) | held

    def _plot(self, node: ast.AST, given: Given) -> Value:
        """A picture of a frame, which stays as it is; `ax=` is drawn on, and given back."""
        drawn_on = frozenset(region for region in given.all() if not region.is_table)
        self.change(drawn_on)
        self.call_back_all(drawn_on)
        return frozenset({self.new(node, "result", NOTHING)}) | drawn_on

    def _change_in_place(self, base: Value, given: Given) -> Value:
        everything = given.all()
        self.consume(base | everything)
        self.call_back_all(everything)
        self.change(base)
        for region in base:
            self.hold(region, everything | self.held_by(everything))
        return self.session.reach(base) | everything

    def _fit(self, node: ast.AST, base: Value, given: Given) -> Value:
        everything = given.all()
        self.consume(everything)
        changed = parts_of(base)
        self.change(changed)
        self._draw(frozenset(changed), "fit", given)
        self.call_back_all(base | everything)
        for region in base:
            self.look_at(region, everything)
        return base | {self._result(node, Result.KEEP, everything)}

    def _draw(self, base: Value, name: str, given: Given) -> None:
        is_sampled = name == "sample" and "random_state" not in given.words
        if is_sampled or (name in library.FITTING | {"split"} and any(one.draws for one in self.session.reach(base))):
            self.use("random: numpy")
        for word, value in given.keywords.items():
            if library.is_seed_word(word):
                self.change(value)
