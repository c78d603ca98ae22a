"""Every setting, read in one place.

Where a setting may stand, the stronger first: an environment variable, `[tool.celltrail]` in the project's
pyproject.toml, the default. What can change while a kernel lives (tracking paused from JupyterLab) is a file in the
store's folder: see `is_paused`.
"""

import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from celltrail.errors import ConfigError

STORE_FOLDER = ".celltrail"
_ROOT_MARKS = (STORE_FOLDER, ".git", "pyproject.toml")
_OFF = frozenset({"off", "0", "false", "no"})
_ON = frozenset({"on", "1", "true", "yes", ""})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one project.

    Attributes:
        root: The project's root: the nearest parent with .celltrail, .git or a pyproject.toml, else where we started.
        store: The store's folder, `.celltrail` in the root unless `CELLTRAIL_STORE` or `store` names another.
        is_enabled: False where `CELLTRAIL=off` or `enabled = false` turned capture off.
        forced_on: True where `CELLTRAIL=on` asked for capture, also in a bare IPython REPL.
        fingerprint_budget_bytes: Above this size a dataset's digest is made from a sample, and says so.
    """

    root: Path
    store: Path
    is_enabled: bool = True
    forced_on: bool = False
    fingerprint_budget_bytes: int = 2 << 30


@dataclass(frozen=True, slots=True)
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
        ConfigError: `CELLTRAIL` or a key of `[tool.celltrail]` has a value that cannot be used.
    """
    root = find_root(start)
    table = _project_table(root / "pyproject.toml")
    switch = os.environ.get("CELLTRAIL", "").strip().lower()
    if switch not in _OFF | _ON:
        raise ConfigError("CELLTRAIL", switch, "on or off")
    store = os.environ.get("CELLTRAIL_STORE") or _get(table, "store", str, STORE_FOLDER)
    enabled = _get(table, "enabled", bool, True)
    budget = _get(table, "fingerprint_budget_bytes", int, 2 << 30)
    forced_on = bool(switch) and switch in _ON
    return Settings(
        root=root,
        store=root / Path(store).expanduser(),
        is_enabled=switch not in _OFF and (enabled or forced_on),
        forced_on=forced_on,
        fingerprint_budget_bytes=budget,
    )


def find_root(start: Path) -> Path:
    """The nearest of `start` and its parents with .celltrail, .git or a pyproject.toml; `start` where none has."""
    start = Path(os.path.abspath(start))  # noqa: PTH100 - resolve() would follow links that the user chose
    for folder in (start, *start.parents):
        if any((folder / mark).exists() for mark in _ROOT_MARKS):
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


def headless_environment(notebook: Path, kernel_id: str, parameters: dict[str, Any]) -> dict[str, str]:
    """The environment of a kernel that the engine starts, so that it says the same as an interactive one.

    Args:
        notebook: The notebook as the user named it, not the output copy.
        kernel_id: The kernel's id.
        parameters: The papermill parameters by name; what JSON lacks is kept as its repr.
    """
    return {
        **os.environ,
        "CELLTRAIL_NOTEBOOK": str(notebook),
        "CELLTRAIL_KERNEL_ID": kernel_id,
        "CELLTRAIL_PARAMETERS": json.dumps(parameters, default=repr),
    }


def jupyter_notebook() -> str:
    """The notebook path that JupyterLab's session gave to this kernel; empty elsewhere."""
    return os.environ.get("JPY_SESSION_NAME", "")


def thread_settings() -> tuple[str, ...]:
    """The thread-pool variables that are set, as NAME=value."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "POLARS_MAX_THREADS")
    return tuple(f"{name}={os.environ[name]}" for name in names if name in os.environ)


@cache
def _project_table(path: Path) -> dict[str, Any]:
    """`[tool.celltrail]`, without importing tomllib (3 ms) where the file does not mention us."""
    try:
        data = path.read_bytes()
    except OSError:
        return {}
    if b"celltrail" not in data:
        return {}
    import tomllib

    try:
        table = tomllib.loads(data.decode("utf-8", "replace")).get("tool", {}).get("celltrail", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), str(error), "a pyproject.toml that is valid TOML") from error
    if not isinstance(table, dict):
        raise ConfigError("tool.celltrail", table, "a table")
    return table


def _get(table: dict[str, Any], key: str, kind: type[Any], default: Any) -> Any:
    value = table.get(key, default)
    if not isinstance(value, kind):
        raise ConfigError(f"tool.celltrail.{key}", value, f"a {kind.__name__}")
    return value
