"""A real Jupyter server with celltrail in it, as a process of its own."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

TOKEN = "the-jupyter-token"  # noqa: S105 - of servers that live for a test
_OTHERS = ("jupyterlab", "jupyter_lsp", "jupyter_server_terminals", "notebook_shim")
_TCP = ("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0")
_START_S = 60
_CLOSE_S = 30


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class JupyterProcess:
    """Started in the constructor, ready when it returns; `stop` ends it as Ctrl-C does."""

    def __init__(self, root: Path, home: Path, *options: str, env: dict[str, str] | None = None) -> None:
        home.mkdir(parents=True, exist_ok=True)
        config = home / "config"
        config.mkdir(exist_ok=True)
        off = {"ServerApp": {"jpserver_extensions": dict.fromkeys(_OTHERS, False)}}
        (config / "jupyter_server_config.json").write_text(json.dumps(off))
        self._runtime = home / "runtime"
        self.log = home / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "jupyter_server",
                    "--no-browser",
                    "--allow-root",
                    *(() if any("sock" in option for option in options) else _TCP),
                    f"--IdentityProvider.token={TOKEN}",
                    f"--ServerApp.root_dir={root}",
                    *options,
                ],
                env={
                    **os.environ,
                    "HOME": str(home),
                    "JUPYTER_CONFIG_DIR": str(config),
                    "JUPYTER_RUNTIME_DIR": str(self._runtime),
                    "JUPYTER_DATA_DIR": str(home / "data"),
                    "IPYTHONDIR": str(home / "ipython"),
                    **(env or {}),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        self.base = self._wait()

    def _wait(self) -> str:
        info = self._runtime / f"jpserver-{self.process.pid}.json"
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError, ValueError):
                about = json.loads(info.read_text())
                base = f"http://127.0.0.1:{about['port']}{about['base_url']}"
                if about["sock"]:
                    return about["sock"]
                with urllib.request.urlopen(f"{base}api/status?token={TOKEN}", timeout=10):
                    return base
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=40) == 0, self.log.read_text()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def request(
        self, path: str, body: Any = None, *, headers: dict[str, str] | None = None, method: str | None = None
    ) -> Answer:
        """Ask as a token user; `headers` given replace the token, so that {} is nobody."""
        headers = {"Authorization": f"token {TOKEN}"} if headers is None else headers
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def ask(self, method: str, arguments: dict[str, Any] | None = None, where: str = "") -> Any:
        """A store method's answer, as the panel asks."""
        answer = self.request(f"celltrail/api/store/{method}{where}", arguments or {})
        assert answer.status == 200, answer.body
        return answer.json()

    def listen(self, until: Any, act: Any = None, timeout_s: float = 30) -> list[dict[str, Any]]:
        """Our live events up to the first that `until` accepts; `act` is called once we listen."""
        return asyncio.run(asyncio.wait_for(self._listen(until, act), timeout_s))

    async def _listen(self, until: Any, act: Any) -> list[dict[str, Any]]:
        url = self.base.replace("http:", "ws:") + "api/events/subscribe"
        connection = await websocket_connect(HTTPRequest(url, headers={"Authorization": f"token {TOKEN}"}))
        events: list[dict[str, Any]] = []
        message: str | bytes | None = ""
        try:
            if act is not None:
                await asyncio.to_thread(act)
            while True:
                message = await connection.read_message()
                assert message is not None, "the server closed the events' websocket"
                event = json.loads(message)
                if event["schema_id"].startswith("urn:celltrail:"):
                    events.append(event)
                    if until(event):
                        return events
        finally:
            connection.close()
            # The socket is closed once the server has said so, after whatever it sent before.
            while message is not None:
                message = await asyncio.wait_for(connection.read_message(), _CLOSE_S)
