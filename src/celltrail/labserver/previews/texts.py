"""Tables that are texts, CSV and JSON lines, by their first megabytes: values as they stand in the file."""

import csv
import io
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from celltrail.labserver.previews import records
from celltrail.labserver.previews.decoding import decoded
from celltrail.labserver.previews.records import PreviewQuestion, TableColumn, TablePreview, TableRow, shortened

READ_BYTES = 8 << 20
TYPES = frozenset({"text/csv", "text/tab-separated-values", "application/jsonl"})
_DELIMITERS = ",;\t|"
_GUESSED = "types are guessed from the rows that are shown"


class NoTableError(ValueError):
    """A text is no table; the text of the error says why."""


def read_text_table(path: Path, media_type: str, question: PreviewQuestion) -> TablePreview:
    """Some rows and columns of a text.

    Raises:
        NoTableError: It is none.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        data = file.read(READ_BYTES)
        is_whole = not file.read(1)
    text, problem = decoded(data, is_whole=is_whole)
    if not is_whole:
        text = text[: text.rfind("\n") + 1]
    notes = (problem,) if problem else ()
    read = _json_lines if media_type == "application/jsonl" else _csv
    return read(text, question, is_whole, notes)


def row_limit(question: PreviewQuestion) -> int:
    """How many rows are shown."""
    return min(max(question.rows, 1), records.MAX_ROWS)


def _csv(text: str, question: PreviewQuestion, is_whole: bool, notes: tuple[str, ...]) -> TablePreview:  # noqa: FBT001 - of one caller
    delimiter = _delimiter(text)
    lines = _lines(text, delimiter)
    try:
        names = next(lines, [])
        listed = list(itertools.islice(lines, row_limit(question)))
        more, uneven = _rest(lines, len(names))
    except csv.Error as error:
        raise NoTableError(f"it is no table that can be read: {error}, a quotation mark may not be closed") from error
    uneven += sum(len(line) != len(names) for line in listed)
    if uneven:
        notes = (*notes, f"{uneven:,} of the rows that were read have another number of fields than the first line")
    columns = [_column(name, [line[place] for line in listed if place < len(line)]) for place, name in enumerate(names)]
    rows = [[line[place] if place < len(line) else None for place in range(len(names))] for line in listed]
    count = len(listed) + more if is_whole else None
    return _table(columns, rows, question, count=count, notes=(*notes, *([_GUESSED] if columns else [])))


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return (line for line in lines if line)


def _rest(lines: Iterator[list[str]], width: int) -> tuple[int, int]:
    """How many lines follow, and how many of them have another number of fields."""
    count = uneven = 0
    for line in lines:
        count += 1
        uneven += len(line) != width
    return count, uneven


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(_DELIMITERS, key=first.count)


def _column(name: str, values: list[str]) -> TableColumn:
    kinds = {_kind_of_text(value) for value in values if value}
    dtype = _common(kinds)
    return TableColumn(name, dtype, dtype in {"integer", "number"})


def _kind_of_text(value: str) -> str:
    if value in {"True", "False", "true", "false"}:
        return "boolean"
    for kind, read in (("integer", int), ("number", float)):
        try:
            read(value)
        except ValueError:
            continue
        return kind
    return "text"


def _common(kinds: set[str]) -> str:
    if kinds == {"integer", "number"}:
        return "number"
    if len(kinds) == 1:
        return next(iter(kinds))
    return "text" if "text" in kinds else ("mixed" if kinds else "empty")


def _json_lines(text: str, question: PreviewQuestion, is_whole: bool, notes: tuple[str, ...]) -> TablePreview:  # noqa: FBT001 - as above
    lines = [line for line in text.split("\n") if line.strip()]
    found: list[dict[str, Any]] = []
    for number, line in enumerate(lines[: row_limit(question)], start=1):
        try:
            plain = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise NoTableError(f"line {number} is no JSON: {error}"[:300]) from error
        found.append(plain if isinstance(plain, dict) else {"value": plain})
    names = list(dict.fromkeys(name for row in found for name in row))
    columns = [_json_column(name, found) for name in names]
    rows = [[_json_cell(row.get(name)) for name in names] for row in found]
    return _table(columns, rows, question, count=len(lines) if is_whole else None, notes=notes)


def _json_column(name: str, rows: list[dict[str, Any]]) -> TableColumn:
    dtype = _common({_KINDS[type(row[name])] for row in rows if row.get(name) is not None})
    return TableColumn(name, dtype, dtype in {"integer", "number"})


def _json_cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _table(
    columns: list[TableColumn],
    rows: list[list[str | None]],
    question: PreviewQuestion,
    *,
    count: int | None,
    notes: tuple[str, ...],
) -> TablePreview:
    first = max(question.first_column, 0)
    shown = slice(first, first + records.MAX_COLUMNS)
    return TablePreview(
        tuple(columns[: records.MAX_LISTED]),
        len(columns),
        count,
        first,
        tuple(TableRow(tuple(map(shortened, row[shown]))) for row in rows),
        notes,
    )


_KINDS: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "text", list: "list", dict: "object"}
