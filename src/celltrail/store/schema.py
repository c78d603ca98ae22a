"""The store's file: opening it, its version, and the numbered migrations that bring it up to date."""

from importlib.resources import files
from pathlib import Path

import duckdb

from celltrail.errors import DamagedStoreError, NewerStoreError, StoreError
from celltrail.store.staging import scalar

FILE_NAME = "store.duckdb"
# DuckDB 1.5 and 2.x both open such a file; a default file of 2.x is refused by 1.5.
_STORAGE_VERSION = "v1.5.0"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": _STORAGE_VERSION,
    "autoinstall_known_extensions": "false",  # a query must never reach for the network
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",  # no SQL may name a Python variable
}
_SIGNS_OF_NO_SPACE = ("no space", "disk full", "file too large", "disk quota")
_DAMAGE = (duckdb.IOException, duckdb.InternalException, duckdb.FatalException, duckdb.SerializationException)


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the store's file in a folder whose fold.lock is held, made or migrated where needed.

    Raises:
        NewerStoreError: The file was made by a newer celltrail; it was not written to.
        DamagedStoreError: The file is no store, or damaged.
        StoreError: The disk refuses.
    """
    path = folder / FILE_NAME
    known = schema_version()
    try:
        if path.exists():
            version = _read_version(path)
            if version > known:
                raise NewerStoreError(path, version, known)
        connection = duckdb.connect(path, config=_CONFIG)
        try:
            _migrate(connection)
        except BaseException:
            connection.close()
            raise
    except duckdb.Error as error:
        raise explain(error, folder) from error
    return connection


def schema_version() -> int:
    """The schema that this celltrail knows."""
    return max(_migrations())


def explain(error: duckdb.Error, folder: Path) -> StoreError:
    """A DuckDB error that comes from the file or the machine, not from a question, in words for the user."""
    text = str(error).partition("\n")[0]
    lowered = text.lower()
    if any(sign in lowered for sign in _SIGNS_OF_NO_SPACE):
        return StoreError(f"the disk is full: the store in {folder} stays as it was ({text}): make room and ask again")
    if "permission denied" in lowered or "read-only" in lowered:
        return StoreError(f"the store in {folder} cannot be written ({text}): make the folder writable")
    if "version number" in lowered:
        return StoreError(f"the store in {folder} was made by a newer DuckDB ({text}): pip install -U duckdb")
    if isinstance(error, _DAMAGE) or "corrupt" in lowered:
        return DamagedStoreError(folder / FILE_NAME, text)
    return StoreError(f"the store in {folder} cannot answer ({type(error).__name__}: {text}): run `celltrail doctor`")


def _read_version(path: Path) -> int:
    """The schema of a file, asked without writing to it; 0 where it has none yet."""
    with duckdb.connect(path, read_only=True, config=_CONFIG) as connection:
        if not scalar(connection, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'meta'"):
            return 0
        return int(scalar(connection, "SELECT coalesce(max(schema_version), 0) FROM meta"))


def _migrate(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS meta (schema_version INTEGER NOT NULL, duckdb_version VARCHAR NOT NULL)"
    )
    done = {number for (number,) in connection.execute("SELECT schema_version FROM meta").fetchall()}
    for number, sql in sorted(_migrations().items()):
        if number not in done:
            connection.execute("BEGIN")
            connection.execute(sql)
            connection.execute("INSERT INTO meta VALUES (?, ?)", [number, duckdb.__version__])
            connection.execute("COMMIT")


def _migrations() -> dict[int, str]:
    folder = files("celltrail.store") / "migrations"
    return {
        int(entry.name.partition("_")[0]): entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    }
