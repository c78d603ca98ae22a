"""Another seed in place of those that cells give: `random_state=42`, `np.random.seed(0)`, `SEED = 7`.

Whole numbers only, where the text shows that they are seeds; a seed that is computed is left as it is. Everything else
in a source stays as it was, to the character.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from celltrail.store.runs import CellExecution

_KEYWORDS = frozenset({"random_state", "seed", "random_seed", "rng"})
_CALLS = frozenset({
    "seed", "manual_seed", "manual_seed_all", "set_seed", "set_random_seed", "seed_everything", "default_rng",
    "RandomState", "SeedSequence", "PCG64", "MT19937", "Philox", "SFC64", "Random",
})  # fmt: skip
_NAME = re.compile(r"(\w*_)?(seed|random_state)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reseeded:
    """A source with another seed, and the numbers that it had in its place, as the cell says them: `seed = 42`."""

    source: str
    replaced: tuple[str, ...]


def reseed(source: str, seed: int) -> Reseeded:
    """A cell's source with `seed` in the place of each seed that it gives as a number."""
    tree = _parse(source)
    if tree is None:
        return Reseeded(source, ())
    lines = source.encode().split(b"\n")
    found = sorted(_seeds(tree), key=lambda one: (one[1].lineno, one[1].col_offset))
    for _, node in reversed(found):
        line, end = lines[node.lineno - 1], node.end_col_offset or 0
        lines[node.lineno - 1] = line[: node.col_offset] + str(seed).encode() + line[end:]
    return Reseeded(b"\n".join(lines).decode(), tuple(f"{name}={ast.unparse(node)}" for name, node in found))


def replaced_seeds(steps: Sequence[CellExecution], seed: int) -> list[str]:
    """What is replaced in which cell, for people: `[3] random_state=42`."""
    return [
        f"[{step.execution_count}] {one}" for step in steps for one in dict.fromkeys(reseed(step.source, seed).replaced)
    ]


def _parse(source: str) -> ast.Module | None:
    """The tree with every line where it is: IPython's own lines are left empty."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")]
    try:
        return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _seeds(tree: ast.Module) -> Iterator[tuple[str, ast.Constant]]:
    for node in ast.walk(tree):
        for name, value in _named_values(node):
            if isinstance(value, ast.Constant) and type(value.value) is int and value.lineno == value.end_lineno:
                yield name, value


def _named_values(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Call():
            yield from ((word.arg, word.value) for word in node.keywords if word.arg in _KEYWORDS)
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _CALLS:
                yield from ((name, value) for value in node.args[:1])
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value)
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
        ) if _NAME.fullmatch(name):
            yield name, value
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            yield from (
                (str(key.value), value)
                for key, value in pairs
                if isinstance(key, ast.Constant) and key.value in _KEYWORDS
            )
        case ast.arguments():
            yield from _defaults(node)
        case _:
            pass


def _defaults(node: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """`def split(rows, seed=0)`."""
    named = [*node.posonlyargs, *node.args]
    pairs = [*zip(named[len(named) - len(node.defaults) :], node.defaults, strict=True)]
    pairs += [(one, value) for one, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value is not None]
    yield from ((one.arg, value) for one, value in pairs if one.arg in _KEYWORDS)
