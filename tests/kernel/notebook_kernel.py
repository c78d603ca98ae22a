"""A real IPython kernel in a project of its own, driven as a front end drives it, and what its journal says."""

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar

from jupyter_client import BlockingKernelClient, KernelManager

from celltrail.journal import events
from celltrail.journal.reader import Document, MetricBlock, list_segments, read_segment
from celltrail.records import FileUse

T = TypeVar("T")


@dataclass
class Reply:
    """What one cell showed and how it ended. `id` is its cell id."""

    id: str
    status: str
    messages: list[dict[str, Any]] = field(default_factory=list)
    reply: dict[str, Any] = field(default_factory=dict)

    def stream(self, name: str = "stdout") -> str:
        return "".join(
            m["content"]["text"] for m in self.messages if m["msg_type"] == "stream" and m["content"]["name"] == name
        )

    def result(self) -> str:
        found = [m for m in self.messages if m["msg_type"] in {"execute_result", "display_data"}]
        return found[-1]["content"]["data"].get("text/plain", "") if found else ""

    def shown(self) -> list[tuple[str, Any]]:
        """Everything that the front end shows, in order, streams joined."""
        found: list[tuple[str, Any]] = []
        for message in self.messages:
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                if found and found[-1][0] == content["name"]:
                    found[-1] = (content["name"], found[-1][1] + content["text"])
                else:
                    found.append((content["name"], content["text"]))
            elif kind == "error":
                found.append((kind, (content["ename"], content["evalue"], "\n".join(content["traceback"]))))
            elif kind in {"execute_result", "display_data", "update_display_data", "clear_output"}:
                found.append((kind, content.get("data")))
        return found


@dataclass
class Metric:
    """One value in the journal, with its series."""

    series: events.SeriesDeclared
    step: int
    value: float


class NotebookKernel:
    """A kernel whose working directory is `folder`; capture starts by the IPython config data file, as for a user."""

    def __init__(self, folder: Path, *, arguments: tuple[str, ...] = (), **environment: str) -> None:
        self.folder = folder
        self.manager = KernelManager(kernel_name="python3")
        self._arguments = arguments
        self._count = 0
        self._is_closed = False
        home = folder / "home"
        home.mkdir(exist_ok=True)
        given = {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PYTHONDONTWRITEBYTECODE": "1"}
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("CELLTRAIL", "JPY_"))},
            **given,
            **environment,
        }
        self.client: BlockingKernelClient = self._start()

    def _start(self) -> BlockingKernelClient:
        self.manager.start_kernel(cwd=str(self.folder), env=self._environment, extra_arguments=list(self._arguments))
        client = self.manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=90)
        return client

    @property
    def store(self) -> Path:
        return self.folder / ".celltrail"

    def send(
        self, code: str, *, cell_id: str | None = None, tags: tuple[str, ...] = (), subshell: str = "", **content: Any
    ) -> tuple[str, str]:
        """Send an execute_request as JupyterLab does; returns the message's id and the cell's."""
        self._count += 1
        cell_id = f"cell-{self._count}" if cell_id is None else cell_id
        body = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": False,
            **content,
        }
        metadata = {"deletedCells": [], "recordTiming": False, "cellId": cell_id, "tags": list(tags)}
        message = self.client.session.msg("execute_request", body, metadata=metadata)
        if subshell:
            message["header"]["subshell_id"] = subshell
        self.client.shell_channel.send(message)
        return message["header"]["msg_id"], cell_id

    def collect(self, *sent: tuple[str, str], timeout: float = 60) -> list[Reply]:
        """The replies to what was sent, each with all its output, whatever the order in which they ended."""
        replies = {message_id: Reply(cell_id, "") for message_id, cell_id in sent}
        idle: set[str] = set()
        until = time.monotonic() + timeout
        while time.monotonic() < until and (len(idle) < len(sent) or not all(r.status for r in replies.values())):
            for channel in (self.client.iopub_channel, self.client.shell_channel):
                for message in _waiting(channel):
                    found = replies.get(message["parent_header"].get("msg_id", ""))
                    if found is None:
                        continue
                    if message["msg_type"] == "execute_reply":
                        found.status, found.reply = message["content"]["status"], message["content"]
                    elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                        idle.add(message["parent_header"]["msg_id"])
                    else:
                        found.messages.append(message)
        assert all(reply.status for reply in replies.values()), f"no answer within {timeout} s"
        return list(replies.values())

    def run(self, code: str, *, timeout: float = 60, **how: Any) -> Reply:
        """Execute a cell and wait for its end."""
        return self.collect(self.send(code, **how), timeout=timeout)[0]

    def files_of(self, code: str) -> list[FileUse]:
        """The files of a cell that ends well, by path; what it read has its digest."""
        reply = self.run(code)
        assert reply.status == "ok", reply.shown()
        files = sorted(self.finished(reply).files, key=lambda file: (file.path, file.mode))
        assert all(file.digest.startswith("blake3:") for file in files if file.mode == "read")
        return files

    def control(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Ask something on the control channel."""
        message = self.client.session.msg(kind, content)
        self.client.control_channel.send(message)
        while True:
            answer = self.client.control_channel.get_msg(timeout=30)
            if answer["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                return dict(answer["content"])

    def shutdown(self, *, now: bool = False) -> None:
        """End the kernel as a front end does; a second call does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)

    def kill(self) -> None:
        """SIGKILL."""
        self.shutdown(now=True)

    def restart(self) -> None:
        self.client.stop_channels()
        self.manager.restart_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=90)

    # --- the journal --------------------------------------------------------------------------------------------

    def journal(self) -> list[events.Event]:
        """All events, segment by segment."""
        return [item.event for item in self._items() if isinstance(item, Document)]

    def of_type(self, kind: type[T]) -> list[T]:
        return [event for event in self.journal() if isinstance(event, kind)]

    def metrics(self) -> list[Metric]:
        """All metric values with their series."""
        found = []
        series: dict[int, events.SeriesDeclared] = {}
        for item in self._items():
            if isinstance(item, Document) and isinstance(item.event, events.SegmentOpened):
                series = {}
            elif isinstance(item, Document) and isinstance(item.event, events.SeriesDeclared):
                series[item.event.series] = item.event
            elif isinstance(item, MetricBlock):
                found += [Metric(series[number], step, value) for number, step, _, value in item.rows()]
        return found

    def _items(self) -> Iterator[Any]:
        for segment in list_segments(self.store / "journal"):
            position = 0
            while True:
                batch = read_segment(segment.path, position)
                yield from batch.items
                if batch.end == position:
                    break
                position = batch.end

    def started(self, reply: Reply) -> events.CellStarted:
        """The start record of the last execution of a cell."""
        return [event for event in self.of_type(events.CellStarted) if event.cell_id == reply.id][-1]

    def finished(self, reply: Reply, timeout: float = 10) -> events.CellFinished:
        """The end record of the last execution of a cell."""
        execution_id = self.started(reply).execution_id
        return self.wait_for(events.CellFinished, lambda event: event.execution_id == execution_id, timeout)

    def runs_of(self, reply: Reply) -> list[events.RunStarted]:
        execution_id = self.started(reply).execution_id
        return [event for event in self.of_type(events.RunStarted) if event.execution_id == execution_id]

    def wait_for(self, kind: type[T], wanted: Any = None, timeout: float = 20) -> T:
        """The first event of a type that fulfils `wanted`, once it is there."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            found = [event for event in self.of_type(kind) if wanted is None or wanted(event)]
            if found:
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"no such {kind.__name__} within {timeout} s; the journal has {self.journal()}")


def _waiting(channel: Any) -> Iterator[dict[str, Any]]:
    try:
        yield channel.get_msg(timeout=0.02)
        while True:
            yield channel.get_msg(timeout=0)
    except Empty:
        return


def python() -> str:
    """The interpreter that the tests run in."""
    return sys.executable
