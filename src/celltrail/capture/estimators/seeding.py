"""Seeding calls in a cell's source: read from the syntax tree, so that no generator is ever touched."""

import ast
from collections.abc import Iterator

from celltrail.capture.attribution.callsite import parse
from celltrail.capture.syntax import walk

_MODULES = {
    "np": "numpy",
    "numpy": "numpy",
    "random": "random",
    "torch": "torch",
    "tf": "tensorflow",
    "tensorflow": "tensorflow",
}
_SEEDERS = frozenset({"seed", "manual_seed", "manual_seed_all", "set_seed", "set_random_seed", "seed_everything"})
_GENERATORS = frozenset({"default_rng", "RandomState", "Generator", "PCG64", "SeedSequence"})


def seeding_calls(source: str) -> tuple[str, ...]:
    """The calls that seed a generator or make one, as `numpy.random.seed(0)`; one without a seed says `()`.

    Only what the cell's text shows: a seed that is no constant is kept as the expression that it is.
    """
    if not any(word in source for word in ("seed", "default_rng", "RandomState", "PCG64")):
        return ()
    body = source.partition("\n")[2] if source.startswith("%%") else source
    code = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in body.split("\n"))
    tree = parse(code)
    return tuple(dict.fromkeys(_found(tree))) if tree is not None else ()


def _found(tree: ast.Module) -> Iterator[str]:
    calls = [node for node in walk(tree) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = _name(node.func)
        if name.rpartition(".")[2] in _SEEDERS | _GENERATORS:
            arguments = [ast.unparse(part) for part in (*node.args, *node.keywords)]
            yield f"{name}({', '.join(arguments)})"


def _name(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(_MODULES.get(node.id, node.id))
    return ".".join(reversed(parts))
