"""What cells use that is not recorded: named where a replay differs and nothing that is recorded explains it."""

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from celltrail.execute.replay.report import Finding, Verdict
from celltrail.runs.effects.source import parse_cell
from celltrail.store.runs import CellExecution

_SETS = "the order of a set or a hash"
_SUSPECTS = {
    "the clock": re.compile(r"\btime\.(time|perf_counter|monotonic)|\.now\(|\.today\(|\.utcnow\(|\bperf_counter\("),
    "the network": re.compile(r"https?://|\b(requests|urllib|urlopen|httpx|http|socket|fsspec|s3fs)\b"),
    "threads or processes": re.compile(
        r"\b(threading|ThreadPool\w*|ProcessPool\w*|concurrent|multiprocessing|n_jobs)\b"
    ),
    _SETS: re.compile(r"(?<![\w.])(hash|set|frozenset)\("),
    "the system's entropy": re.compile(r"\b(uuid\d?|secrets|urandom|SystemRandom)\b"),
    "the addresses of objects": re.compile(r"\bid\("),
}
_VARIABLE = re.compile(r"""(?:environ(?:\.get)?\s*[\[(]|getenv\()\s*['"](\w+)""")
_SCRIPT = re.compile(r"^\s*%run\s+(?:-\w+\s+)*['\"]?([^\s'\"]+)", re.MULTILINE)


def suspects(steps: Sequence[CellExecution]) -> tuple[str, ...]:
    """What the cells use of the world that nobody records: `the clock ([3])`."""
    found = []
    for name, pattern in _SUSPECTS.items():
        cells = [
            f"[{step.execution_count}]"
            for step in steps
            if pattern.search(step.source) or (name == _SETS and _makes_set(step.source))
        ]
        if cells:
            found.append(f"{name} ({', '.join(cells[:3])})")
    return tuple(found)


def _makes_set(source: str) -> bool:
    tree = parse_cell(source).tree
    return tree is not None and any(isinstance(node, ast.Set | ast.SetComp) for node in ast.walk(tree))


def environment_variables(steps: Sequence[CellExecution]) -> tuple[Finding, ...]:
    """The environment variables that the cells read by name; their values are not recorded, for they may be secrets."""
    readers: dict[str, int] = {}
    for step in steps:
        for name in _VARIABLE.findall(step.source):
            readers.setdefault(name, step.execution_count)
    return tuple(
        Finding(f"environment variable {name}", Verdict.CANNOT, note=f"[{count}] reads it; its value is not recorded")
        for name, count in readers.items()
    )


def changed_modules(steps: Sequence[CellExecution], folders: Iterable[Path], since: int) -> tuple[Finding, ...]:
    """The project's own modules and scripts that the cells use, and that were changed after a time in microseconds."""
    note = "it was changed after the run, and its content then is not recorded"
    files = dict.fromkeys(name for step in steps for name in files_used(step.source))
    places = tuple(folders)
    changed = (name for name in files if any(_is_newer(folder / name, since) for folder in places))
    return tuple(Finding(name, Verdict.DIFFERS, note=note) for name in changed)


def modules_here(steps: Sequence[CellExecution], folders: Iterable[Path]) -> tuple[str, ...]:
    """The project's own modules and scripts that the cells use, by where they lie below one of the folders."""
    places = tuple(folders)
    files = dict.fromkeys(name for step in steps for name in files_used(step.source))
    return tuple(name for name in files if any(_is_there(folder / name) for folder in places))


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_newer(path: Path, since: int) -> bool:
    try:
        return path.is_file() and path.stat().st_mtime_ns > since * 1000
    except (OSError, ValueError):
        return False


def files_used(source: str) -> Iterator[str]:
    """Where the modules that a source imports, and the scripts that it runs, would lie below a folder of the path."""
    yield from _SCRIPT.findall(source)
    tree = parse_cell(source).tree
    if tree is None:
        return
    for node in ast.walk(tree):
        names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            path = name.replace(".", "/")
            yield from (f"{path}.py", f"{path}/__init__.py")
