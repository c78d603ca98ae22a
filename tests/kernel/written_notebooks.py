"""Notebooks written for a test, and `celltrail` called as a user calls it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat


def cell(source: str, *tags: str, cell_id: str = "") -> Any:
    made = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})
    if cell_id:
        made["id"] = cell_id
    return made


def write_notebook(path: Path, *cells: Any, kernel: str = "python3") -> Path:
    notebook = nbformat.v4.new_notebook(
        cells=[cell(one) if isinstance(one, str) else one for one in cells],
        metadata={"kernelspec": {"name": kernel, "language": "python", "display_name": "Python 3"}},
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "pyproject.toml").touch()
    nbformat.write(notebook, path)
    return path


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def results(self) -> list[dict[str, Any]]:
        return json.loads(self.out)["results"]

    @property
    def result(self) -> dict[str, Any]:
        (one,) = self.results
        return one

    @property
    def executed(self) -> Any:
        """The output notebook."""
        return json.loads(Path(self.result["output"]).read_text(encoding="utf-8"))


def celltrail(*words: object, folder: Path, timeout_s: float = 240, **environment: str) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "celltrail.cli", *map(str, words)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=timeout_s,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def run(notebook: Path, *words: object) -> Said:
    return celltrail("run", notebook.name, "--json", *words, folder=notebook.parent)


def printed(executed: Any) -> str:
    """All that the cells of an executed notebook printed."""
    outputs = [output for one in executed["cells"] for output in one.get("outputs", ())]
    return "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
