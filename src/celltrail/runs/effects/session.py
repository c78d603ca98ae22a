"""Follows a whole session: the effects of each of its executions, in executed order."""

import ast
import re
from collections.abc import Sequence
from functools import lru_cache

from celltrail.records import Status
from celltrail.runs.effects import files
from celltrail.runs.effects.draws import NOT_RECORDED, Draws
from celltrail.runs.effects.heap import Region
from celltrail.runs.effects.memory import Effects, Resource, Session, Shown, UnknownEffectsError
from celltrail.runs.effects.module_sources import NO_MODULES, ModuleSources
from celltrail.runs.effects.source import CellSource, parse_cell
from celltrail.runs.effects.statements import Statements
from celltrail.runs.effects.traceback import statements_before
from celltrail.runs.effects.unseen import UnseenWrites
from celltrail.store.runs import CellExecution

_BEFORE_IT_RAN = frozenset({"SyntaxError", "IndentationError", "TabError"})
_NOT_ON_DISK = frozenset({"loader", "http"})
_IN_MEMORY = ":///:memory:"
_NESTED = re.compile(r"it ran (\d+) nested cells")  # words of the capture's note


def follow(
    history: Sequence[CellExecution], draws: Draws = NOT_RECORDED, modules: ModuleSources = NO_MODULES
) -> list[Effects]:
    """What each execution may touch.

    Args:
        history: The executions of a session in executed order.
        draws: What was recorded of the global generators.
        modules: What the project's own modules held.
    """
    session, unseen = Session(modules), UnseenWrites()
    found: list[Effects] = []
    for execution in history:
        found.append(_Follower(session, execution).effects())
        draws.correct(execution, found[-1])
        unseen.pass_by(execution, parse_cell(execution.source).tree, found)
    return found


class _Follower:
    def __init__(self, session: Session, execution: CellExecution) -> None:
        self._session = session
        self._execution = execution
        self._walk = self._begin()

    def _begin(self) -> Statements:
        walk = Statements(self._session, is_sure=self._execution.status is Status.FINISHED)
        walk.queries = _queries_seen(self._execution)
        walk.avoids_own = self._session.is_own_lost
        return walk

    def effects(self) -> Effects:
        """Follow it."""
        execution, effects = self._execution, self._walk.effects
        names, texts = dict(self._session.names), dict(self._session.texts)
        if self._session.is_lost:
            return Effects(unknown="the session is too large to be followed")
        parsed = parse_cell(execution.source)
        if parsed.tree is None and execution.error is not None and execution.error.name in _BEFORE_IT_RAN:
            return effects
        effects.unknown = self._problem(parsed)
        if effects.unknown and self._walk.entered_own:
            self._session.names, self._session.texts = names, texts
            self._session.is_own_lost = True
            self._walk = self._begin()
            effects = self._walk.effects
            effects.unknown = self._problem(parsed)
        if effects.unknown:
            self._give_up(effects)
        self._take_what_was_seen(effects, parsed.tree)
        self._take_what_was_opened(effects)
        self._note_output(effects, parsed.tree)
        effects.reads -= {region for region in effects.kills if isinstance(region, Region)}
        effects.labels = {one: one.label for one in effects.writes if isinstance(one, Region) and one.label}
        return effects

    def _problem(self, parsed: CellSource) -> str:
        """Follow it; why that cannot be done, empty where it can."""
        try:
            for name in self._session.modules_known.reloads.get(self._execution.execution_id, ()):
                self._walk.reload_own(name)
            self._follow(parsed)
        except UnknownEffectsError as error:
            return str(error)
        except RecursionError:
            return "it is nested too deeply to be followed"
        return ""

    def _follow(self, parsed: CellSource) -> None:
        execution = self._execution
        nested = sum(int(count) for note in execution.notes for count in _NESTED.findall(note))
        if nested > execution.source.lstrip().startswith("%%capture"):  # which runs its body as a cell
            raise UnknownEffectsError("it ran other cells")
        if execution.source_length > len(execution.source):
            raise UnknownEffectsError("its source was not kept whole")
        if parsed.tree is None:
            raise UnknownEffectsError(parsed.problem)
        statements = parsed.tree.body
        ended = statements_before(execution, parsed.tree)
        if ended is None:
            self._walk.block(statements)
        else:
            self._walk.maybe = 0
            self._walk.block(statements[:ended])
            self._walk.maybe = 1
            self._walk.block(statements[ended : ended + 1])

    def _give_up(self, effects: Effects) -> None:
        """It may have done anything to anything."""
        anything = self._session.collapse()
        self._walk.lose_track()
        effects.kills.clear()
        bound = {one for one in effects.writes if isinstance(one, str) and ":" not in one}
        for name in {*self._execution.names_written, *bound}:
            self._session.names[name] = self._session.names.get(name, anything) | anything

    def _take_what_was_seen(self, effects: Effects, tree: ast.Module | None) -> None:
        execution = self._execution
        for name in execution.names_read:
            effects.reads.add(name)
            self._walk.read(self._session.names.get(name, frozenset()))
        is_finished = execution.status is Status.FINISHED and not effects.unknown
        altered = _altered(tree) if tree is not None else frozenset()
        for name in execution.names_written:
            if name in altered:
                effects.writes.add(name)
            elif name not in effects.writes:
                self._bind_unseen(name, tree, effects)
            if is_finished and name not in altered:
                effects.kills.add(name)
                self._session.names[name] = self._walk.bound.get(name, self._session.names.get(name, frozenset()))

    def _take_what_was_opened(self, effects: Effects) -> None:
        for use in self._execution.files:
            if use.mode == "read":
                effects.reads |= files.read(use.path)
            else:
                effects.writes |= files.written(use.path)
                effects.reads |= files.needed_folders(files.parts_of_name(use.path))
        for source in self._execution.sources:
            touched = effects.reads if source.mode == "read" else effects.writes
            if source.uri.endswith(_IN_MEMORY):
                self._take_tables(touched)
                continue
            touched.add(f"source: {source.uri}")
            if source.kind not in _NOT_ON_DISK:
                touched.add(files.DISK_CHANGED)

    def _take_tables(self, touched: set[Resource]) -> None:
        """A database in memory was used: one that the source shows, else any."""
        tables = self._session.connected.tables
        if self._walk.uses_the_world or self._walk.effects.unknown or tables.isdisjoint(touched):
            touched |= tables

    def _note_output(self, effects: Effects, tree: ast.Module | None) -> None:
        """What it showed is kept by IPython as `_` and `Out`."""
        execution = self._execution
        is_shown = any(output.kind == "execute_result" for output in execution.outputs)
        ends_in_value = tree is None or (bool(tree.body) and isinstance(tree.body[-1], ast.Expr))
        if not is_shown and (execution.outputs or not ends_in_value):
            return
        value = self._walk.shown if not effects.unknown else frozenset({self._session.world})
        self._session.outputs.append(Shown(execution.execution_count, value, is_shown))
        effects.writes.add(f"output: {execution.execution_count}")

    def _bind_unseen(self, name: str, tree: ast.Module | None, effects: Effects) -> None:
        """A name was bound by what the source does not show: `from x import *`, a magic, a callback."""
        effects.writes.add(name)
        stars = [] if tree is None else _star_imports(tree)
        made = {self._session.module(f"{module}.{name}") for module in stars}
        if not made:
            made = {self._walk.new(self._execution, name)}
            for region in made:
                region.is_foreign = region.is_iterator = region.has_interior = True
                self._walk.hold(region, self._session.names.get(name, frozenset()))
        self._session.names[name] = self._session.names.get(name, frozenset()) | made


def _queries_seen(execution: CellExecution) -> tuple[str, ...]:
    """The SQL statements that it was seen to run; none where some of them are not kept whole."""
    uses = [use for use in execution.sources if use.kind == "sql"]
    is_whole = all(use.query and not use.note for use in uses) and not any("source" in one for one in execution.notes)
    return tuple(use.query for use in uses) if is_whole else ()


def _star_imports(tree: ast.Module) -> list[str]:
    return [
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and any(alias.name == "*" for alias in node.names)
    ]


@lru_cache(maxsize=8192)
def _altered(tree: ast.Module) -> frozenset[str]:
    """Names that may stand in `names_written` although they were not bound: their object got an item or attribute."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            base: ast.expr = node
            while isinstance(base, ast.Attribute | ast.Subscript):
                base = base.value
            if isinstance(base, ast.Name):
                found.add(base.id)
    return frozenset(found)
