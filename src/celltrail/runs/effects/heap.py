"""Which objects a cell's names may stand for, and what those hold: an abstract heap that only grows."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto

Value = frozenset["Region"]
NOTHING: Value = frozenset()


class Region:
    """One or several objects that are made at one place of one execution.

    Attributes:
        label: A name that it had, for reasons shown to the user.
        parts: What it holds, may return, or would change with it.
        data: What it only looks at: the data that an estimator was fitted to.
        codes: The functions that it may be.
        classes: The classes that it may be.
        kinds: The classes of the notebook that it may be an instance of.
        path: What it is in an imported library: `numpy.random.seed`.
        is_bound: A method that changes its object, which is in its parts: whoever gets it may call it.
        is_display: A list, tuple, set or dictionary of the language: its items are never itself.
        is_foreign: Made by code that is neither in the notebook nor known here.
        is_iterator: Looking through it may use it up.
        is_table: Of pandas or Polars: what is assigned to a column is copied into it.
        has_interior: It may hold objects that have no region of their own.
        draws: Its methods may draw from a global generator.
        handle: What it is of a database; None for all other objects.
    """

    __slots__ = (
        "classes",
        "codes",
        "data",
        "draws",
        "handle",
        "has_interior",
        "is_bound",
        "is_display",
        "is_foreign",
        "is_iterator",
        "is_table",
        "kinds",
        "label",
        "parts",
        "path",
    )

    def __init__(self, label: str = "", path: str = "") -> None:
        self.label = label
        self.path = path
        self.parts: set[Region] = set()
        self.data: set[Region] = set()
        self.codes: tuple[Code, ...] = ()
        self.classes: tuple[ClassCode, ...] = ()
        self.kinds: tuple[ClassCode, ...] = ()
        self.is_bound = False
        self.is_display = False
        self.is_foreign = False
        self.is_iterator = False
        self.is_table = False
        self.has_interior = False
        self.draws = False
        self.handle: Handle | None = None


class Role(Enum):
    """What an object of a database library is."""

    CONNECTION = auto()
    CURSOR = auto()  # what executing gives: its rows can be fetched once
    RELATION = auto()  # a question that is asked when its rows are wanted
    READER = auto()  # gives rows in parts


@dataclass(frozen=True, slots=True, eq=False)
class Handle:
    """What an object of a database library works on.

    Attributes:
        library: `duckdb`, `sqlite3`, …
        tables: What its databases hold: tables, and what was registered with them. A connection to memory has its own,
            all others of a library share theirs.
        role: What it is.
        file: The parts of its file's name; empty in memory, None where it is not known.
    """

    library: str
    tables: Region
    role: Role
    file: tuple[str, ...] | None


@dataclass(slots=True)
class Connected:
    """What a session's cells did with databases so far.

    Attributes:
        tables: All that stand for what databases hold.
        shared: Those that several connections of a library share, by library.
        default: The connection that DuckDB's own functions use.
        count: How many connections of DuckDB were made; more than one where that is not certain.
        is_unfinished: Whether one of them may still have rows to be fetched.
        looked_up: Names of the notebook that a view or a prepared statement may look up whenever it is asked.
        files: The names of files that statements read.
        reads_any: Whether a statement may read other files.
        writes_any: Whether a database may have been attached that is a file.
        heard: How many of the texts in cells were searched for such names.
    """

    tables: set[Region] = field(default_factory=set)
    shared: dict[str, Region] = field(default_factory=dict)
    default: Region = field(default_factory=lambda: Region("the connection of duckdb"))
    count: int = 0
    is_unfinished: bool = False
    looked_up: set[str] = field(default_factory=set)
    files: set[tuple[str, ...]] = field(default_factory=set)
    reads_any: bool = False
    writes_any: bool = False
    heard: int = 0

    def __post_init__(self) -> None:
        tables = Region("the tables of duckdb")
        self.tables.add(tables)
        self.default.handle = Handle("duckdb", tables, Role.CONNECTION, ())
        self.default.parts.add(tables)


class Frame:
    """The names of a module, function, class or comprehension; closures keep theirs alive."""

    __slots__ = (
        "again",
        "globals",
        "is_class",
        "is_comprehension",
        "is_module",
        "locals",
        "module",
        "names",
        "outer",
        "recurs",
        "region",
        "returns",
    )

    def __init__(self, outer: "Frame | None", local_names: frozenset[str], globals_: frozenset[str]) -> None:
        self.outer = outer
        self.locals = local_names
        self.globals = globals_
        self.names: dict[str, Value] = {}
        self.is_class = False
        self.is_comprehension = False
        self.is_module = False  # the names of one of the project's modules
        self.module = ""
        self.region = Region()  # what its closures share
        self.returns: Value = NOTHING
        self.again = False  # a recursive call brought new arguments
        self.recurs = False


def home_of(frame: Frame | None) -> Frame | None:
    """The module of the project that a frame's code stands in; None for code of cells."""
    while frame is not None and frame.outer is not None:
        frame = frame.outer
    return frame if frame is not None and frame.is_module else None


FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.GeneratorExp


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A function of the notebook: its tree, where it was defined, and its defaults."""

    node: FunctionNode
    frame: Frame | None
    defaults: Value


@dataclass(frozen=True, slots=True, eq=False)
class ClassCode:
    """A class of the notebook.

    `methods` by name; `implicit` are those that run without being called: operators and properties. `own` is the
    class itself with its functions: what its instances share and do not change. `metaclass` may be inherited.
    """

    region: Region
    methods: dict[str, Code]
    implicit: tuple[Code, ...]
    own: frozenset[Region]
    bases: Value
    metaclass: Value = NOTHING


def reach(value: Iterable[Region]) -> set[Region]:
    """All that may be got at from a value, itself included."""
    found = set(value)
    waiting = [region for region in found if region.parts or region.data]
    while waiting:
        region = waiting.pop()
        fresh = ((region.parts | region.data) if region.data else region.parts) - found
        if fresh:
            found |= fresh
            waiting += [held for held in fresh if held.parts or held.data]
    return found


def parts_of(value: Iterable[Region]) -> set[Region]:
    """All that changes with a value when its own code changes it: not the data that it was fitted to."""
    found = set(value)
    waiting = [*found]
    while waiting:
        fresh = waiting.pop().parts - found
        if fresh:
            found |= fresh
            waiting += fresh
    return found
