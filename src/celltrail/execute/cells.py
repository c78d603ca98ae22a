"""A kernel client that says with each cell what JupyterLab says: the cell's id and its metadata, tags included."""

from collections.abc import Mapping
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient

from celltrail.execute.parameters import INJECTED_TAG
from celltrail.execute.replay.cells import is_ours

CLIENT_CLASS = "celltrail.execute.cells.CellClient"
INJECTED_CELL_ID = INJECTED_TAG  # papermill makes that cell anew each time: one id keeps it one cell in the trail


class CellClient(AsyncKernelClient):
    """nbclient gives `execute` no metadata, so the next cell's is set on the client first."""

    next_metadata: Mapping[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.next_metadata = {}

    def execute(  # noqa: PLR0917 - the signature is jupyter_client's
        self,
        code: str,
        silent: bool = False,  # noqa: FBT001, FBT002 - the signature is jupyter_client's
        store_history: bool = True,  # noqa: FBT001, FBT002 - the signature is jupyter_client's
        user_expressions: dict[str, Any] | None = None,
        allow_stdin: bool | None = None,  # noqa: FBT001 - the signature is jupyter_client's
        stop_on_error: bool = True,  # noqa: FBT001, FBT002 - the signature is jupyter_client's
    ) -> str:
        """Send an execute request with the metadata that was set for it; see jupyter_client."""
        content = {
            "code": code,
            "silent": silent,
            "store_history": store_history and not is_ours(self.next_metadata),
            "user_expressions": user_expressions or {},
            "allow_stdin": self.allow_stdin if allow_stdin is None else allow_stdin,
            "stop_on_error": stop_on_error,
        }
        metadata, self.next_metadata = dict(self.next_metadata), {}
        message: dict[str, Any] = self.session.msg("execute_request", content, metadata=metadata)
        self.shell_channel.send(message)
        message_id: str = message["header"]["msg_id"]
        return message_id


def request_metadata(cell: Mapping[str, Any]) -> dict[str, Any]:
    """The metadata of the execute request for a cell, as JupyterLab sends it; papermill's own is left out."""
    metadata = {key: value for key, value in cell["metadata"].items() if key not in {"papermill", "execution"}}
    is_injected = INJECTED_TAG in metadata.get("tags", ())
    return {**metadata, "cellId": INJECTED_CELL_ID if is_injected else cell.get("id", "")}


def is_executed(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is sent to the kernel at all."""
    is_code = cell["cell_type"] == "code" and bool(cell["source"].strip())
    return is_code and "skip-execution" not in cell["metadata"].get("tags", ())


def label_of(cell: Mapping[str, Any]) -> str:
    """The first line of a cell that says something, for a progress line."""
    lines = [line.strip() for line in cell["source"].splitlines()]
    said = [line for line in lines if line and not line.startswith(("%", "#"))]
    return str((said or lines)[0])[:60]
