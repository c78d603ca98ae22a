"""The audit hook waits until something runs that may open a file of the user's.

Python asks an audit hook about each of its events, which are 80,000 in the cell that imports pandas, matplotlib and
scikit-learn: a fiftieth of its time, and such a hook can never be taken away. Nearly all notebooks begin by such cells.
So nothing is asked while all that ran in this kernel were cells that import libraries known to open only files of
their own (a test imports each), and set options. Whatever else there is, or is not understood, ends that for good.
"""

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator

from celltrail.capture.boundary import attempt
from celltrail.capture.imports import tell_of_names

LIBRARIES = frozenset({
    "IPython", "PIL", "catboost", "celltrail", "duckdb", "httpx", "ipywidgets", "joblib", "lightgbm",
    "matplotlib", "mpl_toolkits", "networkx", "numpy", "optuna", "pandas", "plotly", "polars", "pyarrow",
    "requests", "scipy", "seaborn", "sklearn", "sqlalchemy", "statsmodels", "sympy", "torch", "tqdm", "xgboost",
})  # fmt: skip
# Parts of Python that run or read what lies in the working folder when they are imported.
_NOT_QUIET = frozenset({"antigravity", "idlelib", "lib2to3", "runpy", "site", "test", "this", "turtle", "turtledemo"})
_SETTERS = frozenset({
    "filterwarnings", "seed", "set_context", "set_option", "set_palette", "set_printoptions", "set_style", "set_theme",
    "simplefilter", "update", "use",
})  # fmt: skip
_OPTIONS = frozenset({"environ", "options", "rcParams"})
_MAGICS = {  # and what their line may say
    "autoreload": re.compile(r"\w*"),
    "config": re.compile(r"\w+\.\w+ ?= ?['\"]?\w+['\"]?"),
    "load_ext": re.compile(r"autoreload|celltrail"),
    "matplotlib": re.compile(r"\w*"),
}
_INSTALLED = (f"{os.sep}site-packages", f"{os.sep}dist-packages", f"{os.sep}lib-dynload")
_PLAIN = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.UnaryOp, ast.Name, ast.expr_context, ast.unaryop)


class Quiet:
    """The time until the audit hook is needed.

    Args:
        hear: Adds the audit hook; called once.
    """

    def __init__(self, hear: Callable[[], None]) -> None:
        self._hear = hear
        self.is_over = False

    def end(self) -> None:
        """Hear of every open from now on."""
        if not self.is_over:
            self.is_over = True
            tell_of_names(frozenset(), self.end)
            self._hear()

    def cell_parsed(self, tree: ast.Module, *, is_whole: bool = True) -> None:
        """This is what a cell is going to run; `is_whole` is False where somebody may still change it."""
        if self.is_over:
            return
        if is_whole and attempt("files", is_quiet, tree):
            # a module of the user's may have the name of one that a library imports
            tell_of_names(frozenset(_own_names()) - {"celltrail"}, self.end)
        else:
            self.end()


def _own_names() -> Iterator[str]:
    """Names by which modules of the user's may be imported: of what lies on the path outside of installations."""
    python = os.path.dirname(os.__file__)  # noqa: PTH120 - as text, like the entries of the path
    for entry in sys.path:
        if entry == python or entry.endswith(_INSTALLED):
            continue
        try:
            found = os.listdir(entry or ".")  # noqa: PTH208 - only names are wanted, at the least cost
        except OSError:  # it is no folder, or not there
            continue
        yield from (name.partition(".")[0] for name in found)


def is_quiet(tree: ast.Module) -> bool:
    """Whether all that a cell does is to import libraries that are known, and to set options and plain values."""
    imported: set[str] = set()
    return all(_is_quiet(statement, imported) for statement in tree.body)


def _is_quiet(statement: ast.stmt, imported: set[str]) -> bool:
    match statement:
        case ast.Import(names=names):
            imported.update(alias.asname or alias.name.partition(".")[0] for alias in names)
            return all(_is_known(alias.name) for alias in names)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            imported.update(alias.asname or alias.name for alias in names)
            return _is_known(module)
        case ast.Assign(targets=targets, value=value):
            return _is_plain(value) and all(_is_option(target, imported) for target in targets)
        case ast.Expr(value=ast.Call() as call):
            return _is_magic(call) or _is_setter(call, imported)
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant)
    return isinstance(statement, ast.Pass)


def _is_known(module: str) -> bool:
    top = module.partition(".")[0]
    return top in LIBRARIES or (top in sys.stdlib_module_names and top not in _NOT_QUIET)


def _is_plain(value: ast.expr) -> bool:
    """Whether a value is made without a call of anything."""
    return all(isinstance(part, _PLAIN) for part in ast.walk(value))


def _is_option(target: ast.expr, imported: set[str]) -> bool:
    """Whether it is a name, or an option of a module that this cell has imported: `plt.rcParams["figure.dpi"]`."""
    if isinstance(target, ast.Name):
        return True
    if isinstance(target, ast.Subscript):
        return isinstance(target.slice, ast.Constant) and _is_among(target.value, imported, _OPTIONS)
    return isinstance(target, ast.Attribute) and _is_among(target.value, imported, _OPTIONS)


def _is_among(value: ast.expr, imported: set[str], wanted: frozenset[str]) -> bool:
    """Whether it is an attribute of an imported module, and one of the attributes on the way is among the wanted."""
    found = False
    while isinstance(value, ast.Attribute):
        found = found or value.attr in wanted
        value = value.value
    return found and isinstance(value, ast.Name) and value.id in imported


def _is_setter(call: ast.Call, imported: set[str]) -> bool:
    """Whether it is a function of an imported module that sets an option: `warnings.filterwarnings("ignore")`."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _SETTERS:
        return False
    if function.attr == "update" and not _is_among(function.value, imported, _OPTIONS):
        return False
    if function.attr == "use" and not isinstance(function.value, ast.Name):  # `plt.style.use` may read a file
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return _is_among(function, imported, _SETTERS) and all(map(_is_plain, given))


def _is_magic(call: ast.Call) -> bool:
    """Whether it is a line magic that sets something: `%matplotlib inline`."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="run_line_magic", value=ast.Call(func=ast.Name(id="get_ipython"), args=[])),
            args=[ast.Constant(value=str(name)), ast.Constant(value=str(line))],
        ):
            return name in _MAGICS and _MAGICS[name].fullmatch(line.strip()) is not None
    return False
