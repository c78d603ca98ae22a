"""The form in which the notebooks of tests/notebooks are written: what was executed, cell by cell, in executed order.

A line `# %% id` begins an execution of the cell `id`. The same id with another source is an edited cell,
`# %% id again` runs it as it is, `# %% id deleted` takes it out of the notebook, `# %% restarted` restarts the kernel.
"""

import runpy
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

FOLDER = Path(__file__).parent / "notebooks"
_MARK = "# %% "


class Right(StrEnum):
    """The right answer to a replay."""

    SLICE = "identical by slice"
    FULL = "identical by full history"
    DIFFERS = "differs"
    CANNOT = "cannot"


class Act(StrEnum):
    """What happened at one place of a session."""

    RUN = "run"
    DELETE = "deleted"
    RESTART = "restarted"


@dataclass(frozen=True, slots=True)
class Played:
    """One thing that was done in the notebook; `source` is what was executed."""

    act: Act
    cell_id: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A run that is replayed and the right answer.

    Attributes:
        run: The run's name.
        right: The right answer.
        item: What of the checklist (code, data, environment, seed, hardware) stands in the way; empty where nothing
            that is recorded does.
        names: Words that the answer has to contain: the file, the call.
        turn: Which of the runs of that name, from 0.
    """

    run: str
    right: Right = Right.SLICE
    item: str = ""
    names: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class MessyNotebook:
    """A notebook, how it was executed, and what a replay of its runs has to answer.

    Attributes:
        title: What the case is called in the table.
        mess: What is messy in it.
        played: What was executed, see the module.
        targets: The runs that are replayed.
        files: Files that are there before, by name.
        edited: What becomes of files after the recording: their new text, or None where they are deleted.
        is_tidied: Whether what the cells wrote is removed before the replay, as in a colleague's checkout.
        environment: Variables of the kernel that recorded.
        environment_then: Variables at the time of the replay; None for the same.
        parameters: Papermill's parameters: the notebook is then run by `celltrail run`, top to bottom.
    """

    title: str
    mess: str
    played: str
    targets: tuple[Target, ...]
    files: dict[str, str] = field(default_factory=dict)
    edited: dict[str, str | None] = field(default_factory=dict)
    is_tidied: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    environment_then: dict[str, str] | None = None
    parameters: dict[str, float] = field(default_factory=dict)

    def steps(self) -> Iterator[Played]:
        """What was done, in its order."""
        known: dict[str, str] = {}
        for part in ("\n" + self.played).split("\n" + _MARK)[1:]:
            head, _, source = part.partition("\n")
            words = head.split()
            if words == [Act.RESTART]:
                yield Played(Act.RESTART)
            elif words[1:] == [Act.DELETE]:
                yield Played(Act.DELETE, words[0], known[words[0]])
            else:
                known[words[0]] = known[words[0]] if words[1:] == ["again"] else source.strip("\n")
                yield Played(Act.RUN, words[0], known[words[0]])


def named(name: str) -> MessyNotebook:
    """The notebook that a file of tests/notebooks describes."""
    return runpy.run_path(str(FOLDER / f"{name}.py"))["NOTEBOOK"]


def names() -> list[str]:
    """All of them."""
    return sorted(path.stem for path in FOLDER.glob("*.py"))
