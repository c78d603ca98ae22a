"""A table read in a process of its own: a hostile or broken file can end that process, never the server."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import celltrail
from celltrail import codec
from celltrail.errors import CelltrailError
from celltrail.labserver.previews.records import PreviewQuestion, TablePreview
from celltrail.labserver.previews.texts import row_limit

TIMEOUT_S = 30.0
_PROGRAM = "import sys; sys.path.insert(0, {!r}); from celltrail.labserver.previews.worker import main; main()"


class TableRefusedError(CelltrailError):
    """A file is no table that can be read within the bounds; the text says why."""


@dataclass(frozen=True, slots=True)
class TableWish:
    """What the process is to read.

    Attributes:
        file: The file; nothing else is read.
        media_type: What it is.
        size_bytes: How large it is.
        rows: How many rows.
        first_column: The first column whose values are wanted.
        path: The server's `sys.path`.
    """

    file: str
    media_type: str
    size_bytes: int
    rows: int
    first_column: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableAnswer:
    """What it read, or why it could not."""

    table: TablePreview | None = None
    problem: str = ""


def ask_for_table(file: Path, media_type: str, question: PreviewQuestion) -> TablePreview:
    """Some rows and columns of a file.

    Raises:
        TableRefusedError: It cannot be read, takes too long, or more memory than it is given.
    """
    wish = TableWish(
        str(file),
        media_type,
        file.stat().st_size,
        row_limit(question),
        max(question.first_column, 0),
        tuple(map(str, sys.path)),
    )
    home = str(Path(celltrail.__file__).parent.parent)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _PROGRAM.format(home)],
            input=codec.dumps(wish),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TableRefusedError(f"it could not be read within {TIMEOUT_S:.0f} seconds: download it") from None
    except OSError as error:
        raise TableRefusedError(f"the process that reads tables cannot be started: {error}") from error
    if done.returncode != 0:
        raise TableRefusedError(_why(done.returncode))
    answer = codec.loads(TableAnswer, done.stdout)
    if answer.table is None:
        raise TableRefusedError(answer.problem)
    return answer.table


def _why(code: int) -> str:
    what = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
    return f"the process that reads tables {what}: the file is broken, or needs more memory than a preview may take"
