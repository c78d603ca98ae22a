"""The code of two runs side by side: the executed cells that each needs, aligned cell by cell."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from celltrail.runs.reasons import name_execution
from celltrail.store.runs import CellExecution

_ALIKE = 0.6  # share of equal words from which two cells without a common id are one cell that was edited
_MOST_UNALIGNED = 150  # cells on a side that are held against each other by their text
_MOST_CHARACTERS = 20_000
_WORD = re.compile(r"\w+|[^\w\s]")
_LABEL = 60


class CellChange(StrEnum):
    """What became of a cell from the first run to the second."""

    SAME = "same"
    EDITED = "edited"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class CellSide:
    """An executed cell in one of the runs; `source` is left empty where both have the same."""

    execution_id: str
    cell_id: str
    execution_count: int
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class CellPair:
    """One cell in both runs, or in one.

    Attributes:
        lines: The unified difference without its head; empty where it is the same.
        aligned_by: cell id, source or similarity; empty of a cell that one run has alone.
    """

    change: CellChange
    before: CellSide | None
    after: CellSide | None
    lines: tuple[str, ...] = ()
    aligned_by: str = ""


@dataclass(frozen=True, slots=True)
class CodeComparison:
    """The cells that two runs need, in the order in which they were executed.

    Attributes:
        cells: Each cell once; those of the second run that the first lacks stand where they were executed.
        same_count: How many have the same source.
        moved: Cells that ran in another order, in words: `[3] ran after [5]`.
        notes: What could not be told.
    """

    cells: tuple[CellPair, ...]
    same_count: int
    moved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[CellPair, ...]:
        """The cells that differ."""
        return tuple(pair for pair in self.cells if pair.change is not CellChange.SAME)


def compare_cells(
    before: Sequence[CellExecution], after: Sequence[CellExecution], *, notes: Iterable[str] = ()
) -> CodeComparison:
    """Align the executions that two runs need, and show how the sources of each pair differ.

    Cells are aligned by their ids (the first execution of a cell with the first), then by equal sources, then by the
    most similar text, where 60 % of its words and signs or more are equal.

    Args:
        before: Those of the first run, in executed order, with whole sources.
        after: Those of the second.
        notes: What is partial, kept in the answer.
    """
    found = _Alignment(before, after)
    found.by_cell_id()
    found.by_source()
    is_whole = found.by_similarity()
    pairs = found.pairs()
    told = [*notes]
    if not is_whole:
        told.append(f"more than {_MOST_UNALIGNED} cells have no counterpart: those are not aligned by their text")
    same = sum(pair.change is CellChange.SAME for pair in pairs)
    return CodeComparison(tuple(pairs), same, found.moved(), tuple(told))


class _Alignment:
    """Which execution of the one run is which of the other, by their places."""

    def __init__(self, before: Sequence[CellExecution], after: Sequence[CellExecution]) -> None:
        self._before = before
        self._after = after
        self._matches: dict[int, tuple[int, str]] = {}  # place before -> place after, and why

    def by_cell_id(self) -> None:
        paths = {one.notebook_path for one in (*self._before, *self._after)}
        places: dict[str, list[int]] = {}
        for place, one in enumerate(self._after):
            places.setdefault(one.cell_id, []).append(place)
        for place, one in enumerate(self._before):
            same = places.get(one.cell_id, []) if one.cell_id else []
            # ids of another notebook mean the same cell only in a copy of it
            if same and (len(paths) == 1 or _likeness(_words(one), _words(self._after[same[0]])) >= _ALIKE):
                self._matches[place] = same.pop(0), "cell id"

    def by_source(self) -> None:
        places: dict[str, list[int]] = {}
        for place in self._free_after():
            places.setdefault(self._after[place].source.strip(), []).append(place)
        for place in self._free_before():
            same = places.get(self._before[place].source.strip())
            if same:
                self._matches[place] = same.pop(0), "source"

    def by_similarity(self) -> bool:
        """Whether all that were left were held against each other."""
        first, second = self._free_before(), self._free_after()
        if max(len(first), len(second)) > _MOST_UNALIGNED:
            return False
        words = {other: _words(self._after[other]) for other in second}
        scores = [
            (score, -one, -other)
            for one in first
            for mine in (_words(self._before[one]),)
            for other in second
            if (score := _likeness(mine, words[other])) >= _ALIKE
        ]
        taken: set[int] = set()
        for _, one, other in sorted(scores, reverse=True):
            if -one not in self._matches and -other not in taken:
                self._matches[-one] = -other, "similarity"
                taken.add(-other)
        return True

    def pairs(self) -> list[CellPair]:
        """Each cell once: the first run's order, with the second's own cells behind the cell that they ran after."""
        to_before = {after: before for before, (after, _) in self._matches.items()}
        behind: dict[int, list[int]] = {}
        last = -1
        for place in range(len(self._after)):
            if place in to_before:
                last = to_before[place]
            else:
                behind.setdefault(last, []).append(place)
        found = [self._added(place) for place in behind.get(-1, [])]
        for place in range(len(self._before)):
            found.append(self._pair(place))
            found += [self._added(one) for one in behind.get(place, [])]
        return found

    def moved(self) -> tuple[str, ...]:
        """Cells that ran before another in the first run, and after it in the second."""
        order = sorted((before, after) for before, (after, _) in self._matches.items())
        found, latest = [], -1
        for _, after in order:
            if after < latest:
                # in the second run's own numbers: the one that was later in the first run came earlier here
                found.append(f"{name_execution(self._after[latest])} ran after {name_execution(self._after[after])}")
            latest = max(latest, after)
        return tuple(found)

    def _added(self, place: int) -> CellPair:
        one = self._after[place]
        return CellPair(CellChange.ADDED, None, _side(one), _unified("", one.source))

    def _pair(self, place: int) -> CellPair:
        one = self._before[place]
        if place not in self._matches:
            return CellPair(CellChange.REMOVED, _side(one), None, _unified(one.source, ""))
        other, why = self._after[self._matches[place][0]], self._matches[place][1]
        if one.source.strip() == other.source.strip():
            sides = _side(one, is_whole=False), _side(other, is_whole=False)
            return CellPair(CellChange.SAME, *sides, aligned_by=why)
        return CellPair(CellChange.EDITED, _side(one), _side(other), _unified(one.source, other.source), why)

    def _free_before(self) -> list[int]:
        return [place for place in range(len(self._before)) if place not in self._matches]

    def _free_after(self) -> list[int]:
        taken = {after for after, _ in self._matches.values()}
        return [place for place in range(len(self._after)) if place not in taken]


def _side(one: CellExecution, *, is_whole: bool = True) -> CellSide:
    lines = [line.strip() for line in one.source.splitlines() if line.strip()]
    said = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    source = one.source if is_whole else ""
    return CellSide(one.execution_id, one.cell_id, one.execution_count, said[:_LABEL], source)


def _unified(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return tuple(lines)[2:]


def _words(one: CellExecution) -> Counter[str]:
    return Counter(_WORD.findall(one.source[:_MOST_CHARACTERS]))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words and signs that both have, in any order: to align two long texts takes half a second."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0
