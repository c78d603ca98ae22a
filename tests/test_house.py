"""The house rules that no linter knows, over every file that git tracks; what is merely large is shown, not refused."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BOUNDARY = "src/celltrail/capture/boundary.py"
SETTINGS = "src/celltrail/config.py"
LONG_MODULE = 400
LONG_FUNCTION = 60

BROAD = frozenset({"Exception", "BaseException"})
HOLLOW_NAMES = frozenset(
    {"utils", "util", "helpers", "helper", "common", "core", "misc", "manager", "base_utils", "tools"}
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
# No test is switched off: what cannot run here is not promised here.
SWITCHED_OFF = re.compile(r"(?:pytest\.mark\.|pytest\.|unittest\.)(?:skip|skipif|xfail|importorskip)\b")
REGISTRIES = re.compile(
    r"https?://[\w.-]*(?:registry|pypi|pythonhosted|npm|yarnpkg|mirror)[\w.-]*|index-url[\s=:]+https?://|npmRegistryServer"
)
# A folder of somebody's machine. A folder of the system (/tmp alone, /dev, /proc, /usr) is none.
MACHINE_PATHS = re.compile(
    r"""(?<![\w.$}/~-])/(?:work|root/\.\w+|home/(?!jovyan)\w+|Users/\w+|builds?|tmp/[\w-]{3,})/"""
)
BINARY = frozenset({".png", ".gif", ".ico", ".woff2", ".parquet", ".duckdb", ".zip"})


def tracked(*suffixes: str) -> list[Path]:
    """The files that git tracks and that are there, those that end so; all of them where nothing is asked for."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True).stdout
    paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes)]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def trees(folder: str = "") -> Iterator[tuple[str, ast.Module]]:
    for path in tracked(".py"):
        if name_of(path).startswith(folder):
            yield name_of(path), ast.parse(path.read_text(encoding="utf-8"))


def lines_with(pattern: re.Pattern[str], *suffixes: str, besides: tuple[str, ...] = ()) -> list[str]:
    found = []
    for path in tracked(*suffixes):
        name = name_of(path)
        if path.suffix in BINARY or name in {"tests/test_house.py", *besides}:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    return found


def catches_all(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    names = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(isinstance(name, ast.Name) and name.id in BROAD for name in names)


def lets_it_pass(handler: ast.ExceptHandler) -> bool:
    """Whether the handler ends by raising the same exception again, so that nothing is swallowed."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        return catches_all(node.type) and not lets_it_pass(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        return called == "suppress" and any(catches_all(kind) for kind in node.args)
    return False


def test_a_broad_except_stands_at_the_capture_boundary_and_nowhere_else():
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if name != BOUNDARY and swallows(node)
    ]
    assert found == []


def test_the_environment_is_read_in_config_only():
    found = [
        f"{name}:{node.lineno}"
        for name, tree in trees("src/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv", "environb", "putenv"}
        and name != SETTINGS
    ]
    assert found == []


def imported_modules(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_nothing_is_mocked():
    """A fake implements the contract; a mock says yes to everything. monkeypatch of a setting or a path is no mock."""
    mocks = ("unittest.mock", "mock", "pytest_mock", "asynctest")
    found = [f"{name}:{line}" for name, tree in trees() for module, line in imported_modules(tree) if module in mocks]
    assert found == []


def test_no_test_is_switched_off():
    assert lines_with(SWITCHED_OFF, ".py") == []


def test_nothing_is_left_for_later_in_a_comment():
    assert lines_with(UNFINISHED, ".py", ".ts", ".tsx", ".css", ".sql", ".toml") == []


def test_every_module_is_named_for_what_it_is_for():
    parts = [
        (path, part) for path in tracked(".py", ".ts", ".tsx") for part in Path(name_of(path)).with_suffix("").parts
    ]
    assert [name_of(path) for path, part in parts if part.lower() in HOLLOW_NAMES] == []


def test_every_module_says_what_it_is_for():
    assert [name for name, tree in trees() if tree.body and not ast.get_docstring(tree)] == []


def test_test_files_are_named_once():
    """Tests have no packages: two files of one name would hide each other."""
    names = [path.name for path in tracked(".py") if name_of(path).startswith("tests/") and path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))


def test_no_registry_stands_in_a_tracked_file():
    """Locks are used behind mirrors; an address in them would send everybody to one of them."""
    assert lines_with(REGISTRIES) == []


def test_locks_carry_no_address_at_all():
    locks = [
        path
        for path in tracked()
        if path.name in {"yarn.lock", "uv.lock", "poetry.lock"} or path.name.endswith("-lock.json")
    ]
    assert [name_of(path) for path in locks if "://" in path.read_text(encoding="utf-8")] == []


def test_no_path_of_a_machine_stands_in_a_tracked_file():
    assert lines_with(MACHINE_PATHS) == []


def test_no_large_or_built_file_is_tracked():
    built = re.compile(
        r"(?:^|/)(?:node_modules|\.venv|dist|__pycache__|\.celltrail|\.ipynb_checkpoints)/|\.(?:pyc|whl|map)$"
    )
    assert [name_of(path) for path in tracked() if built.search(name_of(path)) or path.stat().st_size > 2_000_000] == []


def function_lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_what_has_grown_long_is_shown(capsys: pytest.CaptureFixture[str]):
    """Long is a sign, not a crime: whoever reads the list decides whether a module has two meanings."""
    modules = [
        (len(path.read_text(encoding="utf-8").splitlines()), name_of(path)) for path in tracked(".py", ".ts", ".tsx")
    ]
    functions = [
        (length, f"{name} {function}") for name, tree in trees() for function, length in function_lengths(tree)
    ]
    long = [f"{length} lines: {name}" for length, name in sorted(modules, reverse=True) if length > LONG_MODULE]
    long += [f"{length} lines: {name}()" for length, name in sorted(functions, reverse=True) if length > LONG_FUNCTION]
    with capsys.disabled():
        for line in long:
            sys.stdout.write(f"\n  {line}")
    assert modules


# --- the rules themselves are held to what they are for ------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("try: x\nexcept Exception: pass", True),
        ("try: x\nexcept: pass", True),
        ("try: x\nexcept (ValueError, BaseException): pass", True),
        ("with suppress(Exception): x", True),
        ("with contextlib.suppress(BaseException): x", True),
        ("try: x\nexcept BaseException:\n  note()\n  raise", False),
        ("try: x\nexcept BaseException as error:\n  raise error", True),
        ("try: x\nexcept ValueError: pass", False),
        ("with suppress(OSError): x", False),
    ],
)
def test_the_rule_knows_a_broad_except(source, expected):
    assert any(map(swallows, ast.walk(ast.parse(source)))) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('path = "/builds/x/y"', True),
        ('"/home/anna/project/x"', True),
        ('"/tmp/fixed/x"', True),
        ('"/Users/anna/x"', True),
        ("`/api/builds/x`", False),
        ("https://example.org/home/page/x", False),
        ('"/tmp"', False),
        ("/home/jovyan/work", False),
        ("src/builds/x", False),
        ("~/builds/x", False),
    ],
)
def test_the_rule_knows_a_path_of_a_machine(line, expected):
    assert bool(MACHINE_PATHS.search(line)) == expected
