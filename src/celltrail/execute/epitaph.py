"""The end of a notebook whose executing process died before it could write it."""

import json
from pathlib import Path
from typing import Any

from celltrail import codec
from celltrail.execute.job import JobEnded


def write_epitaph(output: Path, ended: JobEnded) -> bool:
    """State the end in the output notebook, as far as it was written; False where there is none that can be read."""
    try:
        notebook: Any = json.loads(output.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    notebook["metadata"]["celltrail"] = describe_end(ended)
    notebook["metadata"].setdefault("papermill", {})["exception"] = True
    for cell in notebook["cells"]:
        papermill = cell["metadata"].get("papermill", {})
        if papermill.get("status") == "running":
            papermill.update(status="failed", exception=True)
    unfinished = output.with_name(f".{output.name}.part")
    unfinished.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(output)
    return True


def describe_end(ended: JobEnded) -> dict[str, Any]:
    """What `metadata.celltrail` of an output notebook says."""
    return {
        "status": ended.state.value,
        "duration_s": round(ended.duration_s, 3),
        "error": codec.to_plain(ended.failure),
    }


def describe_beginning() -> dict[str, Any]:
    """What it says while the notebook is being executed."""
    return {"status": "running", "duration_s": None, "error": None}
