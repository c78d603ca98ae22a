"""Which adapter belongs to which library, and when it is installed: once the library is imported, never before.

Our own adapters stand in a table here, because to ask the environment for entry points costs more than it tells, and
because a kernel may have celltrail on its path without being installed with it. Those of others are found by entry
point, in the background: each `entry_points.txt` is read once and looked into only where it names the group.
"""

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from celltrail.capture.boundary import guarded
from celltrail.capture.imports import when_imported
from celltrail.capture.recorder import Recorder
from celltrail.lean import record

if TYPE_CHECKING:
    from celltrail.capture.training import Hook

GROUP = "celltrail.integrations"

# The module whose import calls the adapter, and the adapter; pyproject.toml says the same, and a test compares.
OWN = {
    "catboost": "celltrail.integrations.catboost:install",
    "deltalake": "celltrail.integrations.delta:install",
    "dvc.fs.dvc": "celltrail.integrations.dvc:install_reads",
    "dvc.repo.open_repo": "celltrail.integrations.dvc:install_repositories",
    "keras": "celltrail.integrations.keras:install",
    "lightgbm": "celltrail.integrations.lightgbm:install",
    "lightning.pytorch.trainer.trainer": "celltrail.integrations.lightning:install",
    "optuna": "celltrail.integrations.optuna:install",
    "lakefs.object": "celltrail.integrations.lakefs:install",
    "pyiceberg.table": "celltrail.integrations.iceberg:install",
    "pynessie.client.nessie_client": "celltrail.integrations.nessie:install",
    "pytorch_lightning.trainer.trainer": "celltrail.integrations.lightning:install",
    "statsmodels.base.model": "celltrail.integrations.statsmodels:install",
    "torch": "celltrail.integrations.torch:install",
    "transformers.trainer": "celltrail.integrations.transformers:install",
    "xgboost": "celltrail.integrations.xgboost:install",
}


@record
class EntryPoints:
    """Adapters that other distributions bring: the module whose import calls each, and the adapter."""

    named: tuple[tuple[str, str], ...]


class Integrations:
    """The adapters of one recorder, from `start` to `stop`."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._forget: list[Callable[[], None]] = []
        self._hooks: list[Hook] = []
        self._is_on = False

    def start(self) -> None:
        """Install our own adapters as their libraries come."""
        self._is_on = True
        for trigger, value in OWN.items():
            self._wait(trigger, value)

    def find_others(self) -> None:
        """Do the same with those that other distributions bring; a few milliseconds, once per environment."""
        from celltrail.fingerprint import environment
        from celltrail.fingerprint.remembered import remembered

        cache = self._recorder.settings.store / "cache"
        found = remembered(cache, environment.metadata_folders(), EntryPoints, lambda: EntryPoints(entry_points()))
        for trigger, value in found.named:
            if self._is_on and not value.startswith("celltrail."):
                self._wait(trigger, value)

    def stop(self) -> None:
        """Take them away."""
        self._is_on = False
        while self._forget:
            self._forget.pop()()
        while self._hooks:
            self._hooks.pop().uninstall()

    def _wait(self, trigger: str, value: str) -> None:
        installed: list[Hook] = []

        def install(module: ModuleType) -> None:
            if not self._is_on:
                return
            from celltrail.capture.estimators import classes
            from celltrail.capture.training import Hook

            for old in installed:  # the module was reloaded
                old.uninstall()
            hook = Hook(module, classes.ensure(self._recorder))
            installed[:] = [hook]
            self._hooks.append(hook)
            home, _, name = value.partition(":")
            getattr(importlib.import_module(home), name)(hook)

        self._forget.append(when_imported(trigger, install))


def entry_points() -> tuple[tuple[str, str], ...]:
    """The entry points of the group, in all distributions on the path: name and value."""
    from celltrail.fingerprint import environment

    found: list[tuple[str, str]] = []
    for folder in environment.metadata_folders():
        with guarded("entry points"):
            found += _entries(folder)
    return tuple(found)


def _entries(folder: str) -> Iterator[tuple[str, str]]:
    path = f"{folder}/entry_points.txt"
    if not os.path.exists(path):  # noqa: PTH110 - a Path costs ten times as much here
        return
    content = Path(path).read_bytes()
    if GROUP.encode() not in content:
        return
    is_ours = False
    for line in content.decode("utf-8", "replace").splitlines():
        text = line.partition("#")[0].strip()
        if text.startswith("["):
            is_ours = text == f"[{GROUP}]"
        elif is_ours and "=" in text:
            name, _, value = text.partition("=")
            yield name.strip(), value.strip()
