"""What calls of database libraries do: to what the databases hold, to rows that wait to be fetched, to nothing else.

A connection, its cursors and its relations share what the databases hold. Rows that were fetched share nothing.
"""

import ast
from dataclasses import dataclass
from itertools import islice

from celltrail.runs.effects import files, sql
from celltrail.runs.effects.disk import Disk
from celltrail.runs.effects.heap import NOTHING, Handle, Region, Role, Value
from celltrail.runs.effects.library import words
from celltrail.runs.effects.own_code import Given
from celltrail.runs.effects.source import names_in

LIBRARIES = frozenset({"duckdb", "sqlite3", "sqlalchemy"})
_DUCK = "duckdb"
_ANSWER = "answer: duckdb"
_FRAMES = words("pandas.read_sql pandas.read_sql_query pandas.read_sql_table polars.read_database")
_CONNECTING = words("duckdb.connect duckdb.default_connection sqlite3.connect sqlalchemy.create_engine")
_TEXTS = words("sqlalchemy.text sqlalchemy.sql.text")
_ASKING = words("sql query from_query")  # of DuckDB: they give a relation
_EXECUTING = words("execute executemany executescript exec_driver_sql")
_FETCHING = words("""
    df to_df fetchdf fetch_df fetchall fetchnumpy to_arrow_table fetch_arrow_table pl to_dicts torch tf complete abort
""")
_OF_CURSORS = words("fetchall fetchone fetchmany all first one one_or_none scalar scalar_one scalar_one_or_none")
_SOME = words("fetchone fetchmany fetch_df_chunk")
_FRAMES_MADE = words("df to_df fetchdf fetch_df fetch_df_chunk")
_READING = words("arrow to_arrow_reader fetch_record_batch fetch_arrow_reader iter_rows")
_OF_READERS = words("read_all read_next_batch read_pandas to_table")
_TABLES = words("table view values from_df from_arrow from_parquet from_csv_auto read_csv read_parquet read_json")
_LOOKING = words("""
    show explain describe get_table_names extract_statements tokenize query_progress sql_query list_type struct_type
    type dtype sqltype to_csv to_parquet write_csv write_parquet
""")
_RELATED = words("""
    aggregate alias any_value arg_max arg_min avg bit_and bit_or bit_xor bool_and bool_or count cross cume_dist
    dense_rank distinct except_ favg filter first first_value fsum geomean group_by head histogram intersect join
    lag last last_value lead limit list map max mean median min mode n_tile nth_value offset order percent_rank pivot
    product project quantile quantile_cont quantile_disc rank rank_dense rename row_number sample select
    select_dtypes select_types set_alias sort std stddev stddev_pop stddev_samp string_agg sum union union_by_name
    unique unnest unpivot value_counts var var_pop var_samp variance with_columns apply preview
""")
_PLAIN_ATTRIBUTES = words("columns dtypes types shape rowcount lastrowid in_transaction total_changes")
_EXPRESSIONS = words("""
    col lit star value when coalesce sql_expr fn count_all row_number rank dense_rank lag lead ntile first_value
    last_value array_type list_type map_type struct_type row_type string_type decimal_type enum_type union_type type
    dtype sqltype sqltypes build_info version apilevel paramstyle threadsafety
""")
_ELSEWHERE = (":memory:", "file:", "md:")


@dataclass(frozen=True, slots=True)
class _Called:
    """A method that is called on one object of a database library."""

    node: ast.AST
    region: Region
    handle: Handle
    name: str
    given: Given

    @property
    def is_of_duckdb(self) -> bool:
        """Whether the object is DuckDB's."""
        return self.handle.library == _DUCK

    @property
    def is_question(self) -> bool:
        """Whether it gives a relation."""
        return self.is_of_duckdb and self.handle.role is not Role.RELATION and self.name in _ASKING | _TABLES

    @property
    def looks(self) -> bool:
        """Whether it only shows or writes out what is there."""
        return self.is_of_duckdb and self.name in _LOOKING

    @property
    def is_related(self) -> bool:
        """Whether it makes one relation of others."""
        return self.is_of_duckdb and self.handle.role is Role.RELATION and self.name in _RELATED

    @property
    def gives_rows(self) -> bool:
        """Whether it fetches rows, all of them or some."""
        if self.handle.role is Role.READER:
            return self.name in _OF_READERS
        if self.is_of_duckdb:
            return self.name in _FETCHING | _READING | (frozenset() if self.handle.role is Role.RELATION else _SOME)
        return self.handle.role is Role.CURSOR and self.name in _OF_CURSORS

    @property
    def is_executed(self) -> bool:
        """Whether all that a statement gives is fetched in one expression with it."""
        match self.node:
            case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Attribute(attr=inner)), attr=name)):
                return inner in _EXECUTING and fetches_all(name)
            case _:
                return False


class Databases(Disk):
    """Follows calls of database libraries and of their objects."""

    def database_function(self, node: ast.AST, path: str, given: Given) -> Value | None:
        """A function of a library; None where what it does with databases is not known, or nothing."""
        library, _, name = path.partition(".")
        if path in _FRAMES:
            return self._read_frame(node, given)
        if path in _CONNECTING:
            return self._connect(node, library, name, given)
        if path in _TEXTS:
            return frozenset({self.new(node, "text")})
        if library == _DUCK and name.islower() and "." not in name and name not in _EXPRESSIONS:
            return self.database_method(node, frozenset({self._default()}), name, given)
        return None

    def _connect(self, node: ast.AST, library: str, name: str, given: Given) -> Value:
        if name == "default_connection":
            return frozenset({self._default()})
        text = given.texts.get("0", given.texts.get("database", ""))
        is_plain = bool(text) and not text.startswith(_ELSEWHERE) and "://" not in text
        is_in_memory = text == ":memory:" or (library == _DUCK and not text and not given.positional and not given.rest)
        file = () if is_in_memory else files.parts_of_name(text) or None if is_plain else None
        if file:
            self.session.connected.files.add(file)
        if library == _DUCK:
            self.session.connected.count += 1 if self.frame is None and not self.maybe else 2
        tables = self._tables(node, library, is_own=is_in_memory)
        return self._object(node, Handle(library, tables, Role.CONNECTION, file), given.all())

    def _tables(self, node: ast.AST, library: str, *, is_own: bool) -> Region:
        connected = self.session.connected
        label = f"the tables of {library}"
        tables = self.new(node, "tables") if is_own else connected.shared.setdefault(library, Region(label))
        tables.label = label
        connected.tables.add(tables)
        return tables

    def _default(self) -> Region:
        """The connection that DuckDB's own functions use."""
        connected = self.session.connected
        self.read(frozenset({connected.default}))
        connected.count = max(connected.count, 2)
        return connected.default

    def _object(self, node: ast.AST, handle: Handle, held: Value) -> Value:
        region = self.new(node, f"{handle.library} {handle.role.name}")
        region.handle = handle
        region.is_iterator = handle.role in {Role.CURSOR, Role.READER}
        self.hold(region, {handle.tables, *(one for one in held if not one.path)})
        return frozenset({region})

    def _like(self, call: "_Called", role: Role) -> Value:
        """An object that works on the same database."""
        handle = Handle(call.handle.library, call.handle.tables, role, call.handle.file)
        return self._object(call.node, handle, frozenset({call.region}) | call.given.all() | call.given.named)

    def database_method(self, node: ast.AST, base: Value, name: str, given: Given) -> Value:
        """A method of connections, cursors, relations and readers."""
        self.consume(given.all())
        called = [_Called(node, one, one.handle, name, given) for one in base if one.handle is not None]
        return NOTHING.union(*[self._method(one) for one in called])

    def _method(self, call: "_Called") -> Value:
        if call.is_question or (call.name in _EXECUTING and call.handle.role in {Role.CONNECTION, Role.CURSOR}):
            return self._execute(call) if call.name in _EXECUTING else self._relation(call)
        if call.looks:
            self._ask(call.region, call.handle)
            return frozenset({self.new(call.node, "result")})
        if call.is_related:
            return self._like(call, Role.RELATION)
        if call.name in {"cursor", "duplicate", "connect"} and not call.given.all():
            self.session.connected.count += 2
            return self._like(call, Role.CURSOR if call.handle.library == "sqlite3" else Role.CONNECTION)
        return self._fetch(call) if call.gives_rows else self._change_anything(call)

    # Statements

    def _relation(self, call: "_Called") -> Value:
        texts = call.given.texts
        if call.name in _ASKING:
            self._run(call.region, call.handle, call.given)
        elif call.name.startswith(("from_p", "from_c", "read_")):
            self._note_files([texts["0"]] if "0" in texts else None)
        self._ask(call.region, call.handle)
        return self._like(call, Role.RELATION)

    def _execute(self, call: "_Called") -> Value:
        region, handle, given = call.region, call.handle, call.given
        self._run(region, handle, given)
        self._ask(region, handle, is_execute=True)
        if handle.library == _DUCK:
            connected = self.session.connected
            connected.is_unfinished |= not given.is_fetched and not sql.gives_no_rows(given.queries)
            if connected.count == 1:
                self.renew(_ANSWER)
            else:
                self.effects.writes.add(_ANSWER)
        elif handle.role is Role.CURSOR:
            self.change({region})
            return frozenset({region})
        return self._like(call, Role.CURSOR)

    def _run(self, region: Region, handle: Handle, given: Given) -> None:
        """A statement is run, or made ready to be run."""
        self._note_files(sql.named_files(given.queries))
        self.call_back_all(given.all())
        if not sql.only_reads(given.queries):
            held = given.named if sql.keeps_text(given.queries) else NOTHING
            self._change_tables(handle, given.queries, held)
            self.read(frozenset({region}))

    def _note_files(self, paths: list[str] | None) -> None:
        connected, named = self.session.connected, [files.parts_of_name(path) for path in paths or ()]
        connected.reads_any |= paths is None or not all(named)
        connected.files.update(parts for parts in named if parts)

    def _change_tables(self, handle: Handle, texts: tuple[str, ...], held: Value) -> None:
        connected = self.session.connected
        self.change({handle.tables})
        self.hold(handle.tables, [one for one in held if not one.path and one is not handle.tables])
        if not texts:
            self._look_up_all()
        elif sql.keeps_text(texts):
            connected.looked_up |= {name for one in texts for name in names_in(one)}
        connected.writes_any |= not texts or sql.leaves_memory(texts)
        if handle.file is None or connected.writes_any:
            self.use_files(reads=True, writes=True)
            self.effects.writes.add(files.FOLDERS)
        elif handle.file:
            self.effects.writes |= files.changed_unseen(handle.file)
            self.effects.reads |= files.needed_folders(handle.file)

    def _look_up_all(self) -> None:
        """A statement that is not known may be kept, and look up any name that a text in a cell has."""
        connected, said = self.session.connected, self.session.said
        connected.looked_up |= {name for one in islice(said, connected.heard, None) for name in names_in(one)}
        connected.heard = len(said)

    def _ask(self, region: Region, handle: Handle, *, is_execute: bool = False) -> Value:
        """What the databases hold is looked at; what functions that they were given may give."""
        connected, value = self.session.connected, frozenset({region})
        self.read(value)
        for name in connected.looked_up:
            if name in self.session.names or self.is_local(name):
                self.load(name)
        if handle.library == _DUCK and connected.is_unfinished and not is_execute:
            self.use(_ANSWER)
        if handle.file is None or connected.reads_any or connected.writes_any:
            self.use_files(reads=True, writes=False)
        for parts in connected.files:
            self.effects.reads |= files.seen_by_name(parts)
        return self.call_back_all(value)

    def _change_anything(self, call: "_Called") -> Value:
        """A method that is not known: it may change what the databases hold, and keep what it is given."""
        region, handle, given = call.region, call.handle, call.given
        held = frozenset(one for one in given.all() | given.named if not one.path)
        self._ask(region, handle)
        self.call_back_all(given.all())
        self.change({region})
        self._change_tables(handle, ("",), held)
        self.hold(region, held)
        result = self.new(call.node, "result", held | {region})
        result.has_interior = True
        return frozenset({result, region})

    def let_out(self, held: Value) -> None:
        """Code that is not known got these: with a connection it may do anything to its databases."""
        for region in held:
            if region.handle is not None:
                self._change_tables(region.handle, (), NOTHING)
                if region.handle.library == _DUCK:
                    self.session.connected.is_unfinished = True
                    self.use(_ANSWER)

    def lose_track(self) -> None:
        """Nothing is known any more of what was done with databases."""
        connected = self.session.connected
        self._look_up_all()
        connected.reads_any = connected.writes_any = connected.is_unfinished = True
        connected.count += 2

    # Rows

    def _fetch(self, call: "_Called") -> Value:
        made = self._ask(call.region, call.handle, is_execute=call.is_executed)
        if call.region.is_iterator:
            self.change({call.region})
        if call.handle.library == _DUCK and call.handle.role is not Role.RELATION and not call.is_executed:
            self.session.connected.is_unfinished = True
            self.use(_ANSWER)
        if call.name in _READING or "lazy" in call.given.words:
            return self._like(call, Role.READER)
        rows = self.new(call.node, "rows", made)
        rows.is_table |= call.name in _FRAMES_MADE
        return frozenset({rows})

    def rows_of(self, base: Value) -> Value:
        """What cursors give that are looked through: it shares nothing with them."""
        return frozenset(self.new(region, "rows") for region in base)

    def _read_frame(self, node: ast.AST, given: Given) -> Value | None:
        """`pandas.read_sql` and its like; None where the connection is not known."""
        handles = {one: one.handle for one in given.all() if one.handle is not None}
        if not handles or any(one.is_foreign for one in given.all()):
            return None
        for region, handle in handles.items():
            if not _is_name(given.queries):
                self._run(region, handle, given)
            self._ask(region, handle)
        made = self.new(node, "rows", handles if given.words & {"chunksize", "iter_batches"} else ())
        made.is_table = not made.parts
        made.is_iterator = made.has_interior = bool(made.parts)
        return frozenset({made})

    def write_frame(self, given: Given) -> bool:
        """`frame.to_sql`: whether it is known what it writes to."""
        handles = [one.handle for one in given.all() if one.handle is not None]
        if any(one.is_foreign for one in given.all()):
            return False
        for handle in handles:
            self._change_tables(handle, ("create",), NOTHING)
        return bool(handles)

    def enter(self, value: Value) -> Value | None:
        """What stands after `as` where a `with` statement begins with database objects; None for all others.

        At its end a transaction ends, also one that began before.
        """
        if not value or any(region.handle is None for region in value):
            return None
        for region in value:
            if region.handle is not None and region not in self.effects.kills:
                self.change({region, region.handle.tables})
        return value

    def database_attribute(self, base: Value, name: str) -> Value | None:
        """What database objects say of themselves, which shares nothing with them; None for all else."""
        if name not in _PLAIN_ATTRIBUTES or not base or any(region.handle is None for region in base):
            return None
        return frozenset(self.new(region, name) for region in base)


def fetches_all(function: str) -> bool:
    """Whether a method leaves no rows behind that wait to be fetched."""
    return function in _FETCHING


def _is_name(texts: tuple[str, ...]) -> bool:
    """Whether what stands in a statement's place is the name of a table."""
    return bool(texts) and all(text.replace(".", "_").isidentifier() for text in texts)
