"""Modules of the user's own in two runs: which functions changed, and what may follow from that."""

import ast
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from celltrail.runs.causes import CauseKind, LikelyCause, Standing

_LINES = 12  # of a module's difference, as evidence
_NAMED = 2  # functions in a title
_REST = ""  # what stands in no function or class
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class ModuleText:
    """One module as a session executed it; `path` is relative to the project's root, absolute outside it."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ModuleChange:
    """One module that two runs executed with other sources.

    Attributes:
        path: Of its file.
        parts: The functions, methods and classes that changed, by their qualified names; an empty one is what stands
            outside of them.
        lines: The difference, each with `+` or `-` before it.
        before: What the first run had; None where it had no such module.
        after: What the second had.
        is_used: Whether the cells or other functions name something that changed.
    """

    path: str
    parts: tuple[str, ...]
    lines: tuple[str, ...]
    before: ModuleText | None
    after: ModuleText | None
    is_used: bool


def compare_modules(
    before: Mapping[str, ModuleText], after: Mapping[str, ModuleText], sources: Sequence[str]
) -> tuple[ModuleChange, ...]:
    """The modules of two runs that do something else; a change of comments alone is none.

    Args:
        before: The first run's, by dotted name.
        after: The second's.
        sources: The cells that use them.
    """
    texts = [*sources, *(one.text for one in after.values())]
    return tuple(
        change
        for name in sorted({*before, *after})
        if (change := _change(before.get(name), after.get(name), texts)) is not None
    )


def _change(before: ModuleText | None, after: ModuleText | None, texts: Sequence[str]) -> ModuleChange | None:
    sides = [_parts(one.text) if one is not None else {} for one in (before, after)]
    parts = tuple(name for name in sorted({*sides[0], *sides[1]}) if sides[0].get(name) != sides[1].get(name))
    known = after or before
    if not parts or known is None:
        return None
    old, new = (one.text.splitlines() if one is not None else [] for one in (before, after))
    lines = difflib.unified_diff(old, new, lineterm="", n=0)
    changed = tuple(line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"} and line[1:].strip())
    return ModuleChange(known.path, parts, changed, before, after, any(_is_used(part, texts) for part in parts))


def _parts(text: str) -> dict[str, str]:
    """By qualified name what each function and class comes to, without what is told by itself."""
    found: dict[str, str] = {}
    try:
        _take(ast.parse(text).body, "", found)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {_REST: text}
    return {name: said for name, said in found.items() if said}


def _take(body: Sequence[ast.stmt], prefix: str, found: dict[str, str]) -> None:
    for node in body:
        name = f"{prefix}{node.name}" if isinstance(node, _Definition) else prefix.removesuffix(".")
        if isinstance(node, ast.ClassDef):
            head = [ast.dump(one) for one in (*node.bases, *node.keywords, *node.decorator_list)]
            found[name] = found.get(name, "") + " ".join(head)
            _take(node.body, f"{name}.", found)
        elif not _is_text(node):
            found[name] = found.get(name, "") + ast.dump(node)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_used(part: str, texts: Sequence[str]) -> bool:
    """Whether something names it beside its own definition."""
    word = re.compile(rf"(?<!def )(?<!class )\b{re.escape(part.rpartition('.')[2])}\b")
    return part == _REST or part.endswith("__") or any(word.search(text) for text in texts)


def module_causes(changes: Sequence[ModuleChange]) -> Iterator[LikelyCause]:
    """What may follow from modules that changed."""
    for one in changes:
        is_both = one.before is not None and one.after is not None
        is_inside = not one.path.startswith(("/", "..")) and ":" not in one.path
        shown = (*one.lines[:_LINES], *([f"… {len(one.lines) - _LINES} more lines"] if one.lines[_LINES:] else []))
        total = sum(len(side.text.splitlines()) for side in (one.before, one.after) if side)
        can = is_both and is_inside and one.path.endswith(".py")
        yield LikelyCause(
            CauseKind.CODE,
            Standing.DIRECT if one.is_used else Standing.INDIRECT,
            _title(one),
            shown,
            weight=min(1.0, len(one.lines) / max(total, 1)),
            swap=f"code:{one.path}" if can else "",
            no_swap="" if can else "a replay swaps a module of the project that both runs have",
        )


def _title(one: ModuleChange) -> str:
    if one.before is None or one.after is None:
        return f"module {one.path} only in the {'second' if one.before is None else 'first'} run"
    named = [part for part in one.parts if part]
    words = ", ".join(_word(part, one) for part in named[:_NAMED])
    more = len(named) - _NAMED
    rest = f" and {more} more" if more > 0 else ""
    outside = " outside of its functions" if not named else ""
    return f"module {one.path}{f', {words}{rest}' if named else ''} changed{outside}"


def _word(part: str, one: ModuleChange) -> str:
    """`function clean()`, `method Box.put()`, `class Box`."""
    head, _, last = part.rpartition(".")
    text = one.after.text if one.after else ""
    is_class = re.search(rf"^\s*class {re.escape(last)}\b", text, re.MULTILINE) is not None
    if is_class:
        return f"class {part}"
    return f"method {part}()" if head else f"function {part}()"
