"""A cell's source as Python: lines of IPython's own syntax become calls that the analysis knows."""

import ast
import re
from dataclasses import dataclass
from functools import lru_cache

MAGIC = "__celltrail_magic__"
SHELL = "__celltrail_shell__"
_MAX_SOURCE = 200_000  # characters; above it the tree costs more than running the cell again
_CODE_MAGICS = frozenset({"time", "timeit", "capture", "prun", "track"})
_CELL_MAGIC = re.compile(r"%%(\w+)[ \t]*([^\n]*)")
_LINE = re.compile(r"^(?P<indent>\s*)(?P<target>[\w.,\[\]'\" ()*]+?=\s*)?(?P<sign>%|!!?)(?P<rest>[^=\s].*)$")
_HELP = re.compile(r"^(\s*)(\?{1,2}[\w.*%]+|%{0,2}[\w.*\[\]()'\"]+\?{1,2})\s*$")
_OPTIONS = re.compile(r"^(\s*-\w+(\s*\d+)?\b)+\s*")
_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class CellSource:
    """A cell's syntax tree; `problem` says why there is none."""

    tree: ast.Module | None
    problem: str = ""


@lru_cache(maxsize=8192)
def parse_cell(source: str) -> CellSource:
    """The tree of a cell as it was typed, with magics and shell lines as calls of `MAGIC` and `SHELL`."""
    if len(source) > _MAX_SOURCE:
        return CellSource(None, f"its source has more than {_MAX_SOURCE:,} characters")
    magic = _CELL_MAGIC.match(source.lstrip())
    text = source if magic is None else _of_cell_magic(magic, source.lstrip()[magic.end() :].lstrip("\n"))
    try:
        return CellSource(_parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return CellSource(None, "its source cannot be read as Python")


def names_in(text: str) -> frozenset[str]:
    """All words in a text that may be names: what a shell line may interpolate."""
    return frozenset(_NAME.findall(text))


def _of_cell_magic(magic: re.Match[str], body: str) -> str:
    name, line = magic.groups()
    if name not in _CODE_MAGICS:
        return f"{MAGIC}({name!r}, {line!r}, {body!r})"
    inner = parse_cell(body)
    if inner.tree is None:
        return f"{MAGIC}('run', {line!r}, {body!r})"
    head = ""
    if name == "capture":
        words = [word for word in line.split() if word.isidentifier()]
        head = f"{words[0]} = object()\n" if words else ""
    elif name in {"time", "timeit", "prun"} and line.strip():
        head = _OPTIONS.sub("", line).strip() + "\n"
    return head + ast.unparse(inner.tree)


def _parse(text: str) -> ast.Module:
    """Parse, turning lines of IPython into Python as the parser stumbles over them.

    Raises:
        SyntaxError: It is no Python.
    """
    lines = text.split("\n")
    for _ in range(len(lines) + 1):
        try:
            return ast.parse("\n".join(lines))
        except SyntaxError as error:
            place = (error.lineno or 0) - 1
            if not 0 <= place < len(lines) or not _turn(lines, place):
                break
    for place in range(len(lines)):
        _turn(lines, place)
    return ast.parse("\n".join(lines))


def _turn(lines: list[str], place: int) -> bool:
    """Turn one line of IPython's syntax into Python; whether it was one."""
    line = lines[place]
    if help_line := _HELP.match(line):
        lines[place] = help_line.group(1) + "pass"
        return True
    match = _LINE.match(line)
    if match is None:
        return False
    rest = match["rest"]
    while rest.endswith("\\") and place + 1 < len(lines):
        rest = rest[:-1] + lines.pop(place + 1)
    lines[place] = match["indent"] + (match["target"] or "") + _as_call(match["sign"], rest)
    return True


def _as_call(sign: str, rest: str) -> str:
    if sign != "%":
        return f"{SHELL}({rest!r})"
    name, _, line = rest.lstrip("%").partition(" ")
    if name in {"time", "timeit", "prun"} and line.strip():
        code = _OPTIONS.sub("", line).strip()
        try:
            ast.parse(code)
        except SyntaxError:
            return f"{MAGIC}('run', {line!r})"
        return code or "pass"
    return f"{MAGIC}({name!r}, {line!r})"
