"""What the panel asks of an artifact, and what it is told: texts only, whatever the file says."""

from dataclasses import dataclass
from enum import StrEnum

MAX_ROWS = 1_000
MAX_COLUMNS = 50
MAX_LISTED = 5_000
MAX_CELL_CHARACTERS = 300
MAX_TEXT_BYTES = 200_000
MAX_HEX_BYTES = 256


class PreviewKind(StrEnum):
    """How an artifact is shown."""

    PICTURE = "picture"  # as an <img>, of the blob's bytes
    PAGE = "page"  # HTML: in a sandbox, of the blob's bytes
    TABLE = "table"
    NOTEBOOK = "notebook"
    JSON = "json"
    TEXT = "text"
    PDF = "pdf"  # a download
    BINARY = "binary"  # the first bytes
    MISSING = "missing"  # there is no such file in the store
    DAMAGED = "damaged"  # there is one, and it is not what was recorded


@dataclass(frozen=True, slots=True)
class PreviewQuestion:
    """The body that asks for a preview.

    Attributes:
        digest: The artifact's.
        path: Its path in the run; only its ending is looked at.
        media_type: As it was recorded.
        size_bytes: As it was recorded; -1 where nobody knows.
        rows: How many rows of a table, at most 1,000.
        first_column: The first column of the 50 whose values are wanted.
    """

    digest: str
    path: str = ""
    media_type: str = ""
    size_bytes: int = -1
    rows: int = 100
    first_column: int = 0


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column as it was read: `dtype` is the reader's word for its type."""

    name: str
    dtype: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class TableRow:
    """The values of a row as text, in the order of the columns that are shown; None is a missing value."""

    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class TablePreview:
    """Some rows and columns of a table.

    Attributes:
        columns: All columns, at most 5,000.
        column_count: How many there are.
        row_count: How many rows; None where counting them would mean to read a large file.
        first_column: The first column of the rows.
        rows: Values longer than 300 characters end in `…`.
        notes: What was left out or guessed, in words.
    """

    columns: tuple[TableColumn, ...]
    column_count: int
    row_count: int | None
    first_column: int
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """A cell of a notebook as text; `output` has the texts of its outputs, pictures are named only."""

    kind: str
    source: str
    output: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is shown of an artifact.

    Attributes:
        kind: How.
        media_type: What the content is, by its first bytes, its name and what was recorded, in this order.
        size_bytes: Of the file as it is now; -1 where there is none.
        text: Its beginning, for text and JSON; of a table that cannot be read too.
        is_cut: There is more than is shown.
        hex: The first 256 bytes, two digits each, where nothing else is shown.
        problem: Why it is not shown as what it seems to be.
        place: Where the file is, or would be: relative to the project's root where it is within.
    """

    kind: PreviewKind
    media_type: str
    size_bytes: int
    text: str = ""
    is_cut: bool = False
    hex: str = ""
    table: TablePreview | None = None
    cells: tuple[NotebookCell, ...] = ()
    problem: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class PredictionQuestion:
    """The body that asks for the sample predictions of a run's model."""

    run_id: str
    name: str


@dataclass(frozen=True, slots=True)
class PredictionRow:
    """One row that a model was asked on: what went in, what it said, and what it was to learn, as texts."""

    inputs: tuple[str | None, ...]
    outputs: tuple[str | None, ...]
    truth: str | None = None


@dataclass(frozen=True, slots=True)
class TruthPoint:
    """What a row's value is, and what the model said."""

    truth: float
    predicted: float


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """How often each label was said of the rows of one."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """Labels that are (rows) against labels that were said (columns)."""

    labels: tuple[str, ...]
    rows: tuple[ConfusionRow, ...]
    right: int
    total: int


@dataclass(frozen=True, slots=True)
class PredictionTable:
    """The sample predictions of a model.

    Attributes:
        inputs: The names of the columns that went in, at most 50.
        input_count: How many there are; 0 where the rows were not kept.
        outputs: The names of what it said.
        has_truth: What it was to learn of the rows is known.
        rows: At most 1,000.
        row_count: How many rows it was asked on.
        total_rows: Of how many they were taken.
        points: Of numbers: truth and prediction; without those that are missing.
        confusion: Of at most 20 classes.
    """

    inputs: tuple[str, ...]
    input_count: int
    outputs: tuple[str, ...]
    has_truth: bool
    rows: tuple[PredictionRow, ...]
    row_count: int
    total_rows: int
    points: tuple[TruthPoint, ...] = ()
    confusion: Confusion | None = None


def shortened(text: str | None) -> str | None:
    """A value that fits a cell."""
    if text is None or len(text) <= MAX_CELL_CHARACTERS:
        return text
    return text[:MAX_CELL_CHARACTERS] + "…"
