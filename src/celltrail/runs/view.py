"""What is shown of the trail in a cell's output, as plain data: the same for every front end."""

from dataclasses import dataclass, replace
from enum import StrEnum


class ViewTone(StrEnum):
    """What a cell of a table says besides its text; never by colour alone."""

    PLAIN = "plain"
    BETTER = "better"
    WORSE = "worse"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class ViewValue:
    """One cell of a table.

    Attributes:
        text: As it is shown.
        run_id: The run that a click opens; empty where it is none.
        number: Its value, by which rows are ordered; null of a text.
    """

    text: str
    tone: ViewTone = ViewTone.PLAIN
    run_id: str = ""
    number: float | None = None


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """A column of a table; numbers are aligned to the right and sorted by value."""

    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ViewSection:
    """A titled part of a view: a table, lines of text, or both.

    Attributes:
        lines: Text in a fixed-width face: the difference of a cell's source, or its source.
        note: What one should know of it.
        is_open: Whether it is unfolded at first.
    """

    title: str
    columns: tuple[ViewColumn, ...] = ()
    rows: tuple[tuple[ViewValue, ...], ...] = ()
    lines: tuple[str, ...] = ()
    note: str = ""
    is_open: bool = True


def without_empty_columns(section: ViewSection) -> ViewSection:
    """The same without the columns in which no row says anything."""
    kept = [place for place in range(len(section.columns)) if any(row[place].text for row in section.rows)]
    return replace(
        section,
        columns=tuple(section.columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in section.rows),
    )


class ViewKind(StrEnum):
    """What is shown."""

    RUNS = "runs"
    COMPARISON = "comparison"
    LINEAGE = "lineage"


@dataclass(frozen=True, slots=True)
class View:
    """What a cell shows.

    Attributes:
        title: In one line.
        summary: The answer in a sentence; may be empty.
        sections: From top to bottom.
        run_ids: The runs that it is about.
    """

    kind: ViewKind
    title: str
    summary: str
    sections: tuple[ViewSection, ...]
    run_ids: tuple[str, ...] = ()
