"""Every setting, read in one place.

Where a setting may stand, the stronger first: an environment variable, `[tool.celltrail]` in the project's
pyproject.toml, the default. What can change while a kernel lives (tracking paused from JupyterLab) is a file in the
store's folder: see `is_paused`.
"""

import json
import os
from _thread import get_ident
from functools import cache
from pathlib import Path
from typing import Any

from celltrail.errors import ConfigError
from celltrail.lean import record

STORE_FOLDER = ".celltrail"
_ROOT_MARKS = (STORE_FOLDER, ".git", "pyproject.toml")
_KEYS = ("enabled", "store", "fingerprint_budget_bytes", "keep_inputs_bytes", "keep_budget_bytes", "models", "system")
_OFF = frozenset({"off", "0", "false", "no"})
_ON = frozenset({"on", "1", "true", "yes", ""})
_readers: set[int] = set()  # threads


@record
class Settings:
    """The settings of one project.

    Attributes:
        root: The project's root: the nearest parent with .celltrail, .git or a pyproject.toml, else where we started.
        store: The store's folder, `.celltrail` in the root unless `CELLTRAIL_STORE` or `store` names another.
        is_enabled: False where `CELLTRAIL=off` or `enabled = false` turned capture off.
        forced_on: True where `CELLTRAIL=on` asked for capture, also in a bare IPython REPL.
        forced_off: True where `CELLTRAIL=off` forbade it, also to `%track on`.
        fingerprint_budget_bytes: Above this size a dataset's digest is made from a sample, and says so.
        keep_inputs_bytes: Files up to this size that cells read are kept by content; 0, the default, keeps none.
        keep_budget_bytes: How much one session keeps of inputs by content, also of those that it was asked to keep.
        models: Whether the model of each fit is kept: `CELLTRAIL_MODELS=on` or `models = true`.
        system: Whether processor, memory, disk and graphics cards are sampled while cells run.
    """

    root: Path
    store: Path
    is_enabled: bool = True
    forced_on: bool = False
    forced_off: bool = False
    fingerprint_budget_bytes: int = 2 << 30
    keep_inputs_bytes: int = 0
    keep_budget_bytes: int = 2 << 30
    models: bool = False
    system: bool = True


@record
class Headless:
    """What the engine tells the kernel that a front end would: set by `celltrail.execute` for its own kernels.

    `parameters` is the JSON text of the papermill parameters.
    """

    notebook: str
    kernel_id: str
    parameters: str


def load_settings(start: Path) -> Settings:
    """The settings for a notebook in the folder `start`.

    Raises:
        ConfigError: `CELLTRAIL` or a key of `[tool.celltrail]` has a value that cannot be used, or is unknown.
    """
    root = Path(os.environ.get("CELLTRAIL_ROOT") or find_root(start))
    table = _project_table(root / "pyproject.toml")
    switch, models = _switch("CELLTRAIL"), _switch("CELLTRAIL_MODELS")
    store = os.environ.get("CELLTRAIL_STORE") or _get(table, "store", str, STORE_FOLDER)
    enabled = _get(table, "enabled", bool, True)
    if not store:
        raise ConfigError("tool.celltrail.store", store, "a folder")
    forced_on = bool(switch) and switch in _ON
    return Settings(
        root=root,
        store=root / Path(store).expanduser(),
        is_enabled=switch not in _OFF and (enabled or forced_on),
        forced_on=forced_on,
        forced_off=switch in _OFF,
        fingerprint_budget_bytes=_bytes(table, "fingerprint_budget_bytes", 2 << 30),
        keep_inputs_bytes=_bytes(table, "keep_inputs_bytes", 0),
        keep_budget_bytes=_bytes(table, "keep_budget_bytes", 2 << 30),
        models=models in _ON if models else _get(table, "models", bool, False),
        system=_get(table, "system", bool, True),
    )


def _switch(name: str) -> str:
    value = os.environ.get(name, "").strip().lower()
    if value not in _OFF | _ON:
        raise ConfigError(name, value, "on or off")
    return value


def find_root(start: Path) -> Path:
    """The nearest of `start` and its parents with .celltrail, .git or a pyproject.toml; `start` where none has."""
    start = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would follow links that the user chose
    for folder in (start, *start.parents):
        # os.path.exists, because Path.exists raises where a folder may not be looked into.
        if any(os.path.exists(f"{folder}/{mark}") for mark in _ROOT_MARKS):  # noqa: PTH110 - see above
            return folder
    return start


def is_paused(store: Path) -> bool:
    """Whether tracking is switched off for this project from JupyterLab; costs 2 microseconds, asked at each cell."""
    try:
        os.stat(f"{store}/paused")  # noqa: PTH116 - a Path costs ten times as much here
    except OSError:
        return False
    return True


def set_paused(store: Path, *, paused: bool) -> None:
    """Switch tracking off or on for every kernel of the project, also those that run already."""
    if paused:
        ensure_store_folder(store)
        (store / "paused").touch()
    else:
        (store / "paused").unlink(missing_ok=True)


def ensure_store_folder(store: Path) -> None:
    """Make the store's folder; it holds a .gitignore that ignores all of it.

    Raises:
        OSError: The folder cannot be made.
    """
    (store / "journal").mkdir(parents=True, exist_ok=True)
    ignore = store / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# made by celltrail: the store is not for git\n*\n", encoding="utf-8")


def headless() -> Headless | None:
    """What our engine said about the notebook that this kernel runs; None in any other kernel."""
    notebook = os.environ.get("CELLTRAIL_NOTEBOOK")
    if not notebook:
        return None
    return Headless(
        notebook=notebook,
        kernel_id=os.environ.get("CELLTRAIL_KERNEL_ID", ""),
        parameters=os.environ.get("CELLTRAIL_PARAMETERS", "{}"),
    )


def headless_environment(
    notebook: Path, kernel_id: str, parameters: dict[str, Any], *, tree: str = "", store: str = ""
) -> dict[str, str]:
    """The environment of a kernel that the engine starts, so that it says the same as an interactive one.

    Args:
        notebook: The notebook as the user named it, not the output copy.
        kernel_id: The kernel's id.
        parameters: The papermill parameters by name; what JSON lacks is kept as its repr.
        tree: The folder that stands for the project's root in a replay; empty where the project itself does.
        store: The store's folder, where a tree is given.
    """
    placed = {"CELLTRAIL_ROOT": tree, "CELLTRAIL_STORE": store} if tree else {}
    return {
        **os.environ,
        "CELLTRAIL_NOTEBOOK": str(notebook),
        "CELLTRAIL_KERNEL_ID": kernel_id,
        "CELLTRAIL_PARAMETERS": json.dumps(parameters, default=repr),
        **placed,
    }


def lent_version() -> str:
    """The version of a celltrail that is not installed here but lent by another environment; else empty."""
    return os.environ.get("CELLTRAIL_LENT", "")


def set_lent(version: str, paths: list[str]) -> None:
    """Say that celltrail is lent here, and let the workers that a cell starts find it, which unpickle what it watches.

    Args:
        version: The version of celltrail.
        paths: The folders on the path that hold it.
    """
    os.environ["CELLTRAIL_LENT"] = version
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), *paths]))


def with_variables(**given: str) -> dict[str, str]:
    """The environment of this process with some variables more, for a program that it starts."""
    return {**os.environ, **given}


def jupyter_notebook() -> str:
    """The notebook path that JupyterLab's session gave to this kernel; empty elsewhere."""
    return os.environ.get("JPY_SESSION_NAME", "")


def names_git_folder() -> bool:
    """Whether the environment tells git where its repository is."""
    return "GIT_DIR" in os.environ


def thread_settings() -> tuple[str, ...]:
    """The thread-pool variables that are set, as NAME=value."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "POLARS_MAX_THREADS")
    return tuple(f"{name}={os.environ[name]}" for name in names if name in os.environ)


def _project_table(path: Path) -> dict[str, Any]:
    """`[tool.celltrail]`, without importing tomllib (3 ms) where the file does not mention us."""
    _readers.add(get_ident())
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    finally:
        _readers.discard(get_ident())
    return _parsed(str(path), data) if b"celltrail" in data else {}


def is_reading() -> bool:
    """Whether this thread is just reading the settings: that is no file that a cell reads."""
    return get_ident() in _readers


@cache  # by content, not by path alone: a server lives long and sees the file change
def _parsed(path: str, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        table: Any = tomllib.loads(data.decode("utf-8", "replace"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, str(error), "a pyproject.toml that is valid TOML") from error
    for name in ("tool", "celltrail"):
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise ConfigError(f"{name} in {path}", table, "a table")
    ours: dict[str, Any] = table
    for key, value in ours.items():
        if key not in _KEYS:
            raise ConfigError(f"tool.celltrail.{key}", value, f"one of {', '.join(_KEYS)}")
    return ours


def _get(table: dict[str, Any], key: str, kind: type[Any], default: Any) -> Any:
    value = table.get(key, default)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ConfigError(f"tool.celltrail.{key}", value, f"a {kind.__name__}")
    return value


def _bytes(table: dict[str, Any], key: str, default: int) -> int:
    value: int = _get(table, key, int, default)
    if value < 0:
        raise ConfigError(f"tool.celltrail.{key}", value, "0 or more")
    return value


def cache_folder() -> Path:
    """Where what can be made again is kept for this user: rebuilt environments."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "celltrail"


def is_variable_set(name: str) -> bool:
    """Whether an environment variable of a program that we start is set."""
    return bool(os.environ.get(name))
