"""A real JupyterLab on a folder of its own, and a real Chromium that looks at it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

TOKEN = "the-lab-token"  # noqa: S105 - of servers that live for a test
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_START_S = 90
_APPLICATIONS = {  # by the module that starts it: its class, and the name of its settings
    "jupyterlab": ("LabApp", "jupyter_lab_config"),
    "notebook": ("JupyterNotebookApp", "jupyter_notebook_config"),
}
_PLUGINS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
}


def chromium_path() -> str:
    """Debian's or the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise RuntimeError("no Chromium on PATH: run `apt-get install chromium`")


class LabProcess:
    """Ready when constructed; `stop` ends it."""

    def __init__(
        self,
        root: Path,
        home: Path,
        *,
        settings: dict[str, dict[str, Any]] | None = None,
        port: int = 0,
        extensions: tuple[str, ...] | None = (),
        program: str = "jupyterlab",
    ) -> None:
        self.root = root
        self._home = home
        self._shown = () if extensions is None else ("@celltrail", *extensions)
        self._program = program
        self._config = home / "config"
        self._write_settings({**_PLUGINS, **(settings or {})})
        app, name = _APPLICATIONS[program]
        (self._config / f"{name}.py").write_text(
            f"c.{app}.expose_app_in_browser = True\nc.{app}.labextensions_path = [{str(self._extensions())!r}]\n"
        )
        self.start(port)

    def start(self, port: int = 0) -> None:
        """Start it, again on the same port after it was killed."""
        self.log = self._home / "lab.log"
        environment = {
            **os.environ,
            "HOME": str(self._home),
            "JUPYTER_CONFIG_DIR": str(self._config),
            "JUPYTER_RUNTIME_DIR": str(self._home / "runtime"),
            "JUPYTER_DATA_DIR": str(self._home / "data"),
            "JUPYTERLAB_SETTINGS_DIR": str(self._home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self._home / "workspaces"),
            "IPYTHONDIR": str(self._home / "ipython"),
        }
        for name in ("CELLTRAIL", "CELLTRAIL_STORE"):
            environment.pop(name, None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    self._program,
                    "--no-browser",
                    "--allow-root",
                    "--ServerApp.ip=127.0.0.1",
                    f"--ServerApp.port={port}",
                    f"--IdentityProvider.token={TOKEN}",
                    f"--ServerApp.root_dir={self.root}",
                ],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.port = self._wait()
        self.base = f"http://127.0.0.1:{self.port}/"

    def stop(self) -> None:
        """End it and its kernels."""
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
        self.kill()

    def kill(self) -> None:
        """End it without a word, as a machine that goes down."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def ask(self, path: str, body: Any = None) -> Any:
        """One of the extension's own requests, as JSON."""
        request = urllib.request.Request(
            f"{self.base}celltrail/api/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def _extensions(self) -> Path:
        """A folder with our extension and those asked for (None is not even ours): of others some fail."""
        folder = self._home / "labextensions"
        folder.mkdir(exist_ok=True)
        for name in self._shown:
            (folder / name).symlink_to(Path(sys.prefix) / "share" / "jupyter" / "labextensions" / name)
        return folder

    def _write_settings(self, settings: dict[str, dict[str, Any]]) -> None:
        self._config.mkdir(parents=True, exist_ok=True)
        for plugin, values in settings.items():
            package, _, name = plugin.partition(":")
            path = self._home / "settings" / package / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(values))

    def _wait(self) -> int:
        info = self._home / "runtime" / f"jpserver-{self.process.pid}.json"
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError, ValueError):
                port = int(json.loads(info.read_text())["port"])
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}", timeout=10):
                    return port
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())


def write_notebook(path: Path, *sources: str) -> list[str]:
    """A notebook of code cells on disk; their ids."""
    ids = [f"cell-{number}" for number in range(len(sources))]
    cells = [
        {"cell_type": "code", "id": id_, "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for id_, source in zip(ids, sources, strict=True)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document))
    return ids
