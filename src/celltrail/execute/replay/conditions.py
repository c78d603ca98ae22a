"""Under which conditions a run is made again: as recorded, but for what the user swaps to see what it does."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from celltrail import clock, codec
from celltrail.errors import ParameterError
from celltrail.execute.replay.report import Cause
from celltrail.records import Environment
from celltrail.store.runs import CellExecution

OPTION = "--swap"
HERE, RECORDED = ENVIRONMENTS = ("here", "recorded")
_SEEDS = 1 << 31
_CELL = re.compile(r"\[\d{1,9}\]", re.ASCII)
_MODULE = ".py"
_MOST_BYTES = 1 << 20  # of a cell's source


@dataclass(frozen=True, slots=True)
class Swap:
    """One cause that is not as it was recorded.

    Attributes:
        cause: Which.
        file: Of data, the one file that is swapped, as the trail or the working directory names it; empty for all. Of
            code, the one cell, as `[3]`, or the one module, by the name of its file.
        given: What is used in place of the recorded one: a file, a seed; empty for what is there now.
        folder: What the given file is relative to; the working directory where empty.
    """

    cause: Cause
    file: str = ""
    given: str = ""
    folder: str = ""

    @property
    def label(self) -> str:
        """As the user writes it: `data:sales.csv=other.csv`."""
        file, given = f":{self.file}" if self.file else "", f"={self.given}" if self.given else ""
        return f"{self.cause}{file}{given}"


def parse_swap(text: str) -> Swap:
    """The swap that a text stands for.

    It is one of `seed=7`, `data:sales.csv=other.csv`, `code:[3]=cell.py`, `code:features.py=other.py`, `data`, `code`,
    `environment`, `environment=packages.json` (a record of an environment, as `celltrail compare --prove` lays one).

    Raises:
        ParameterError: It stands for none.
    """
    head, _, given = text.partition("=")
    name, _, file = head.partition(":")
    known = {str(cause): cause for cause in Cause}
    if name not in known:
        raise ParameterError(OPTION, f"{text!r} names no cause; it takes {', '.join(known)}")
    cause = known[name]
    if file and cause not in {Cause.DATA, Cause.CODE}:
        raise ParameterError(OPTION, f"{text!r}: only data and code have parts to name: {Cause.DATA}:FILE=OTHER")
    if cause is Cause.CODE and file and not (given and (_CELL.fullmatch(file) or file.endswith(_MODULE))):
        problem = (
            f"{text!r}: a cell is swapped as {Cause.CODE}:[3]=FILE, by its number as executed, and a module as "
            f"{Cause.CODE}:features{_MODULE}=FILE"
        )
        raise ParameterError(OPTION, problem)
    if given and cause in {Cause.DATA, Cause.CODE} and not file:
        raise ParameterError(OPTION, f"{text!r}: {cause} is swapped for what is there now; leave out ={given}")
    if cause is Cause.SEED:
        given = given or str(int(clock.new_id()[-8:], 16) % _SEEDS)
        if not given.isascii() or not given.isdecimal() or int(given) >= _SEEDS:
            raise ParameterError(OPTION, f"{text!r}: a seed is a whole number from 0 to {_SEEDS - 1}")
    return Swap(cause, file, given)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a replay does not take as it was recorded, and where it runs.

    Attributes:
        swaps: Each cause that is another on purpose.
        rebuilds_environment: Whether it runs in an environment with the recorded packages, not in the present one.
        is_apart: Whether it runs in a folder of its own also where nothing has changed, as several at once must.
    """

    swaps: tuple[Swap, ...] = ()
    rebuilds_environment: bool = False
    is_apart: bool = False

    def __post_init__(self) -> None:
        """Refuse what contradicts itself.

        Raises:
            ParameterError: The environment is to be rebuilt and to be the present one, or a seed is given twice.
        """
        if self.rebuilds_environment and Cause.ENVIRONMENT in self.present:
            problem = (
                "environment takes the present environment in place of the recorded one, and --env recorded asks for "
                "the recorded one: leave out one of the two"
            )
            raise ParameterError(OPTION, problem)
        if self.rebuilds_environment and Cause.ENVIRONMENT in self.swapped:
            raise ParameterError(
                OPTION, "another environment is made in place of the recorded one: leave out --env recorded"
            )
        if len([swap for swap in self.swaps if swap.cause is Cause.SEED]) > 1:
            raise ParameterError(OPTION, "a replay takes one seed; replay once for each")

    @property
    def present(self) -> frozenset[Cause]:
        """The causes that are taken as they are now."""
        return frozenset(swap.cause for swap in self.swaps if not swap.file and not swap.given)

    @property
    def swapped(self) -> frozenset[Cause]:
        """The causes that are not as recorded, on purpose."""
        return frozenset(swap.cause for swap in self.swaps)

    @property
    def seed(self) -> int | None:
        """The seed that is used in place of the recorded ones."""
        return next((int(swap.given) for swap in self.swaps if swap.cause is Cause.SEED), None)

    def other_environment(self) -> Environment | None:
        """The environment that is made in place of the recorded one; None where none is asked for.

        Raises:
            ParameterError: The file with it cannot be read.
        """
        swap = next((one for one in self.swaps if one.cause is Cause.ENVIRONMENT and one.given), None)
        if swap is None:
            return None
        path = _existing(swap)
        try:
            return codec.loads(Environment, path.read_bytes())
        except (OSError, ValueError) as error:
            raise ParameterError(OPTION, f"{swap.label}: {path} is no record of an environment: {error}") from error

    def has_present_data(self, path: str) -> bool:
        """Whether a file is taken as it is now."""
        files = [swap.file for swap in self.swaps if swap.cause is Cause.DATA and not swap.given]
        return any(not file or _is_named(path, file) for file in files)

    def swapped_files(self, reads: Mapping[str, str], root: Path) -> dict[str, Path]:
        """The files of the user's that stand for files which the cells read.

        Args:
            reads: The files that the cells read.
            root: The project's root.

        Raises:
            ParameterError: The cells read no such file, or several, or what is to stand for it is not there.
        """
        found: dict[str, Path] = {}
        for swap in self.swaps:
            if not swap.file or swap.cause is not Cause.DATA:
                continue
            path = _one_named(swap, reads, "read")
            if Path(path).is_absolute() or ".." in Path(path).parts:
                raise ParameterError(OPTION, f"{swap.label}: {path} lies outside {root}, and cannot be redirected")
            if swap.given:
                found[path] = _existing(swap)
        return found

    def swapped_modules(self, loaded: Collection[str]) -> dict[str, Path]:
        """The files of the user's that stand for modules of the project.

        Args:
            loaded: The files of the modules that the cells load, within the project.

        Raises:
            ParameterError: The cells load no such module, or several, or what is to stand for it is not there.
        """
        swaps = [swap for swap in self.swaps if swap.cause is Cause.CODE and swap.file.endswith(_MODULE)]
        return {_one_named(swap, loaded, "load"): _existing(swap) for swap in swaps}

    @property
    def has_cells(self) -> bool:
        """Whether a cell has another source than it was executed with."""
        return any(_is_of_cell(swap) for swap in self.swaps)

    def with_cells(self, executions: Sequence[CellExecution]) -> tuple[CellExecution, ...]:
        """The executions of a session with the sources that are swapped.

        Raises:
            ParameterError: The session executed no such cell, or the file with its source cannot be read.
        """
        found = tuple(executions)
        for swap in self.swaps:
            if not _is_of_cell(swap):
                continue
            if not any(f"[{one.execution_count}]" == swap.file for one in found):
                raise ParameterError(OPTION, f"{swap.label}: the session executed no cell {swap.file}")
            source = _read_source(swap)
            found = tuple(
                replace(one, source=source, source_length=len(source))
                if f"[{one.execution_count}]" == swap.file
                else one
                for one in found
            )
        return found


AS_RECORDED = Conditions()


def conditions_of(environment: str, swaps: Sequence[str], *, folder: Path | None = None) -> Conditions:
    """The conditions that a user chose by words.

    Args:
        environment: `here` or `recorded`.
        swaps: As `parse_swap` takes them.
        folder: What a file that stands for another is relative to; the working directory if None.

    Raises:
        ParameterError: A word is not known, or two contradict each other.
    """
    if environment not in ENVIRONMENTS:
        raise ParameterError("--env", f"{environment!r:.60} is none of {', '.join(ENVIRONMENTS)}")
    place = str(folder or "")
    parsed = tuple(replace(parse_swap(text), folder=place) for text in swaps)
    return Conditions(parsed, rebuilds_environment=environment == RECORDED)


def _is_of_cell(swap: Swap) -> bool:
    return swap.cause is Cause.CODE and bool(_CELL.fullmatch(swap.file))


def _one_named(swap: Swap, paths: Collection[str], verb: str) -> str:
    named = [path for path in paths if _is_named(path, swap.file)]
    if len(named) != 1:
        listed = ", ".join(named or list(paths)[:10]) or "none"
        problem = f"{swap.label}: the cells {verb} {'several such files' if named else 'no such file'}: {listed}"
        raise ParameterError(OPTION, problem)
    return named[0]


def _is_named(path: str, name: str) -> bool:
    return path == name or path.endswith(f"/{name.removeprefix('./')}")


def _read_source(swap: Swap) -> str:
    path = _existing(swap)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ParameterError(OPTION, f"{swap.label}: a cell's source has at most 1 MB")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ParameterError(OPTION, f"{swap.label}: {path} cannot be read: {error}") from error


def _existing(swap: Swap) -> Path:
    path = (Path(swap.folder) / Path(swap.given).expanduser()).absolute()
    if not path.is_file():
        raise ParameterError(OPTION, f"{swap.label}: there is no file {path}")
    return path
