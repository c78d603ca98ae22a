"""Parquet by DuckDB, Arrow's own files by pyarrow where it is installed; runs in a process of its own."""

import importlib
import importlib.util
from collections.abc import Callable
from typing import Any

from celltrail.labserver.previews import records
from celltrail.labserver.previews.asking import TableWish
from celltrail.labserver.previews.records import TableColumn, TablePreview, TableRow, shortened

_COUNTED_BYTES = 256 << 20  # Arrow's batches say how long they are when they are read
_FEATHER_BYTES = 64 << 20
_MEMORY = "1GB"
_NUMBERS = ("INT", "FLOAT", "DOUBLE", "DECIMAL")


class UnreadableError(Exception):
    """The file cannot be read as the table that it seems to be; the text says why."""


def read_table(wish: TableWish) -> TablePreview:
    """Some rows and columns.

    Raises:
        UnreadableError: It cannot be read.
    """
    return _READERS[wish.media_type](wish)


# --- DuckDB -----------------------------------------------------------------------------------------------------------


def _parquet(wish: TableWish) -> TablePreview:
    duckdb: Any = importlib.import_module("duckdb")
    connection = _confined(duckdb, wish.file)
    try:
        return _select(connection, wish)
    except (duckdb.Error, UnicodeDecodeError) as error:
        words = str(error).partition("\n\n")[0].replace(f"'{wish.file}'", "").replace(wish.file, "the file")
        raise UnreadableError(" ".join(words.split())[:600]) from error
    finally:
        connection.close()


def _confined(duckdb: Any, file: str) -> Any:
    """A database in memory that can read this file and nothing else."""
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": _MEMORY})
    for setting in (
        f"allowed_paths = [{_text(file)}]",
        "temp_directory = ''",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


def _select(connection: Any, wish: TableWish) -> TablePreview:
    table = f"read_parquet({_text(wish.file)})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()  # noqa: S608 - quoted above
    columns = [_column(str(line[0]), str(line[1])) for line in described]
    shown = columns[wish.first_column : wish.first_column + records.MAX_COLUMNS]
    most = records.MAX_CELL_CHARACTERS + 1
    values = ", ".join(f"left(CAST({_name(column.name)} AS VARCHAR), {most})" for column in shown)
    rows = connection.execute(f"SELECT {values or 'NULL'} FROM {table} LIMIT {wish.rows}").fetchall()  # noqa: S608 - quoted above
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - as above; of its footer
    return TablePreview(
        tuple(columns[: records.MAX_LISTED]),
        len(columns),
        int(count),
        wish.first_column,
        tuple(TableRow(tuple(map(shortened, row[: len(shown)]))) for row in rows),
    )


def _column(name: str, dtype: str) -> TableColumn:
    is_number = dtype.rstrip("0123456789").endswith(_NUMBERS) or dtype.startswith("DECIMAL(")
    return TableColumn(name, dtype.strip('"'), is_number)


# --- pyarrow ----------------------------------------------------------------------------------------------------------


def _by_pyarrow(wish: TableWish) -> TablePreview:
    if importlib.util.find_spec("pyarrow") is None:
        raise UnreadableError(
            "pyarrow reads such files, and is not installed where the server runs: pip install pyarrow"
        )
    arrow: Any = importlib.import_module("pyarrow")
    read = _feather if wish.media_type == FEATHER else _arrow_file
    try:
        return read(arrow, wish)
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise UnreadableError(" ".join(str(error).split())[:600]) from error


def _arrow_file(arrow: Any, wish: TableWish) -> TablePreview:
    ipc: Any = importlib.import_module("pyarrow.ipc")
    with arrow.memory_map(wish.file, "r") as file:
        reader = ipc.open_file(file)
        batches: list[Any] = []
        room = wish.rows
        while room > 0 and len(batches) < reader.num_record_batches:
            batches.append(reader.get_batch(len(batches)).slice(0, room))
            room -= batches[-1].num_rows
        count = None
        if len(batches) == reader.num_record_batches or wish.size_bytes <= _COUNTED_BYTES:
            count = sum(int(reader.get_batch(place).num_rows) for place in range(reader.num_record_batches))
        return _arrow_preview(arrow.Table.from_batches(batches, reader.schema), wish, count)


def _feather(_arrow: Any, wish: TableWish) -> TablePreview:
    if wish.size_bytes > _FEATHER_BYTES:
        raise UnreadableError("a Feather file of version 1 is read as a whole, and this one is too large: download it")
    table = importlib.import_module("pyarrow.feather").read_table(wish.file, memory_map=False)
    return _arrow_preview(table.slice(0, wish.rows), wish, table.num_rows)


def _arrow_preview(table: Any, wish: TableWish, count: int | None) -> TablePreview:
    types: Any = importlib.import_module("pyarrow.types")
    columns = tuple(
        TableColumn(field.name, str(field.type), is_number=_is_arrow_number(types, field.type))
        for field in table.schema
    )
    last = min(wish.first_column + records.MAX_COLUMNS, len(columns))
    values = [[_arrow_cell(types, value) for value in table.column(place)] for place in range(wish.first_column, last)]
    rows = tuple(TableRow(tuple(column[place] for column in values)) for place in range(table.num_rows))
    return TablePreview(columns[: records.MAX_LISTED], len(columns), count, wish.first_column, rows)


def _is_arrow_number(types: Any, dtype: Any) -> bool:
    return bool(types.is_integer(dtype) or types.is_floating(dtype) or types.is_decimal(dtype))


def _arrow_cell(types: Any, value: Any) -> str | None:
    """A value as text: Python has no year 10,000 and no nanosecond, and refuses the one and drops the other."""
    if not value.is_valid:
        return None
    is_moment = types.is_timestamp(value.type) or types.is_date(value.type) or types.is_time(value.type)
    try:
        plain = value.cast("string").as_py() if is_moment else value.as_py()
    except (ValueError, ArithmeticError, LookupError) as error:  # a time zone that is not known here, a list of such
        plain = f"({value.type}: {error})"
    return shortened(str(plain))


PARQUET = "application/vnd.apache.parquet"
ARROW = "application/vnd.apache.arrow.file"
FEATHER = "application/vnd.apache.feather"
_READERS: dict[str, Callable[[TableWish], TablePreview]] = {
    PARQUET: _parquet,
    ARROW: _by_pyarrow,
    FEATHER: _by_pyarrow,
}
