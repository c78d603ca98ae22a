"""The doctor's look at the environment: versions, the three places that an installation fills, and a real kernel."""

import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from celltrail.cli.findings import Finding, fail, ok, warn
from celltrail.config import STORE_FOLDER, Settings

_AGAIN = "install celltrail again into this environment: pip install --force-reinstall --no-deps celltrail"
_LABEXTENSION = Path("@celltrail", "labextension", "package.json")
_SHOWN = ("ipykernel", "jupyterlab", "papermill", "duckdb", "scikit-learn")
_KERNEL_START_S = 60


def check_installation(settings: Settings, project: str) -> Iterator[Finding]:
    """Check what `pip install celltrail` puts in place, and whether a kernel started in `project` keeps a trail."""
    yield _check_versions()
    yield _check_ipython()
    yield _check_server_extension()
    yield _check_labextension()
    yield _check_switches(settings, project)
    yield _check_kernel(settings)


def _check_versions() -> Finding:
    others = ", ".join(f"{name} {_version(name)}" for name in _SHOWN)
    return ok("versions", f"celltrail {_version('celltrail')}, Python {platform.python_version()}, {others}")


def _check_ipython() -> Finding:
    from IPython.core.application import ENV_CONFIG_DIRS, SYSTEM_CONFIG_DIRS

    for folder in (*ENV_CONFIG_DIRS, *SYSTEM_CONFIG_DIRS):
        path = Path(folder, "ipython_config.py")
        if path.is_file() and "celltrail" in path.read_text(encoding="utf-8", errors="replace"):
            return ok("IPython", f"kernels load celltrail by {path}")
    return fail("IPython", f"no ipython_config.py in {ENV_CONFIG_DIRS[0]} loads celltrail in kernels", _AGAIN)


def _check_server_extension() -> Finding:
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager: Any = ExtensionConfigManager(read_config_path=jupyter_config_path())
    found = manager.get_jpserver_extensions()
    if "celltrail" not in found:
        return fail("server extension", "the Jupyter server does not know it: the Trail panel stays empty", _AGAIN)
    if not found["celltrail"]:
        return fail("server extension", "it is disabled", "jupyter server extension enable celltrail")
    return ok("server extension", "enabled")


def _check_labextension() -> Finding:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    found = [Path(folder, _LABEXTENSION) for folder in jupyter_path("labextensions")]
    manifest = next((path for path in found if path.is_file()), None)
    if manifest is None:
        return fail("JupyterLab extension", "JupyterLab has no Trail panel here", _AGAIN)
    for folder in jupyter_config_path():
        if _is_disabled(Path(folder, "labconfig", "page_config.json")):
            return fail(
                "JupyterLab extension", f"disabled in {folder}", "jupyter labextension enable @celltrail/labextension"
            )
    built = str(json.loads(manifest.read_text(encoding="utf-8")).get("version", "?"))
    installed = _version("celltrail")
    if built.replace("-", "") != installed.replace("-", ""):
        return warn("JupyterLab extension", f"it is version {built}, the package {installed}", _AGAIN)
    return ok("JupyterLab extension", f"{built} in {manifest.parent}")


def _is_disabled(page_config: Path) -> bool:
    try:
        disabled = json.loads(page_config.read_text(encoding="utf-8")).get("disabledExtensions", {})
    except (OSError, ValueError):
        return False
    names = [name for name, is_off in disabled.items() if is_off] if isinstance(disabled, dict) else disabled
    return any(str(name).startswith("@celltrail/labextension") for name in names)


def _check_switches(settings: Settings, project: str) -> Finding:
    from celltrail.config import is_paused

    if not settings.is_enabled:
        remedy = "unset CELLTRAIL, or remove enabled = false from [tool.celltrail] in pyproject.toml"
        return warn("tracking", "switched off for this project", remedy)
    if is_paused(settings.store):
        return warn("tracking", "paused for this project", "switch it on in JupyterLab's status bar")
    here = Path(os.path.abspath(project))  # noqa: PTH100 - as the settings find the root
    if settings.root != here and settings.store.is_dir() and not _is_project(settings.root):
        remedy = f"if that is a surprise: `mkdir {STORE_FOLDER}` here makes a project of this folder"
        return warn("tracking", f"on; it goes to {settings.store}, which lies above this folder", remedy)
    return ok("tracking", f"on; the project is {settings.root}, its store {settings.store}")


def _is_project(root: Path) -> bool:
    """Whether something else than a store makes a project of a folder."""
    return any((root / mark).exists() for mark in (".git", "pyproject.toml"))


def _check_kernel(settings: Settings) -> Finding:
    """Start a kernel and ask it: no list of files says as much."""
    from jupyter_client.kernelspec import NoSuchKernel

    from celltrail.execute.asking import ask_kernel
    from celltrail.execute.job import Tracking

    try:
        tracking = ask_kernel(settings.root, timeout_s=_KERNEL_START_S)
    except (RuntimeError, OSError, NoSuchKernel, TimeoutError) as error:
        remedy = f"look at `jupyter kernelspec list`; {sys.executable} -m ipykernel install --sys-prefix makes one"
        return fail("kernel", f"no Python kernel could be started: {error}", remedy)
    if tracking is Tracking.MISSING:
        remedy = f"the kernel `python3` is not of this environment: {sys.executable} -m ipykernel install --sys-prefix"
        return fail("kernel", "a new kernel cannot import celltrail", remedy)
    if tracking is Tracking.OFF and settings.is_enabled:
        remedy = "an IPython profile may replace extra_extensions; `%load_ext celltrail` in a notebook turns it on"
        return fail("kernel", "a new kernel does not load celltrail", remedy)
    return ok("kernel", "a new kernel keeps a trail" if tracking is Tracking.ON else "starts; tracking is off")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
