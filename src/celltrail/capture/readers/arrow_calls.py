"""pyarrow: parquet, datasets, feather, csv, json, orc, memory maps. C++ opens the files."""

from types import ModuleType
from typing import Any

from celltrail.capture.boundary import attempt
from celltrail.capture.estimators.calls import Call, Given
from celltrail.capture.readers.entries import Begun, Entry
from celltrail.capture.readers.places import note_places, reads, writes


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of one module of pyarrow."""
    begun = _ENTRIES[module.__name__]
    return tuple(Entry(*_owner(module, name), how) for name, how in begun.items())


def _owner(module: ModuleType, name: str) -> tuple[Any, str]:
    owner, _, attribute = name.rpartition(".")
    return (getattr(module, owner, None) if owner else module), attribute


def _dataset(given: Given) -> Call | None:
    """A dataset reads its files when it is asked for rows, by compiled code: they are told when it is made."""
    note_places(given.argument(0, "source"), "read")
    return _FoundFiles()


class _FoundFiles:
    """A call that makes a dataset, which lists its files."""

    def returned(self, result: Any) -> Any:
        """The files are known."""
        attempt("reader", _note_files, result)
        return result

    def failed(self, error: BaseException) -> None:
        """There is no dataset."""


def _note_files(dataset: Any) -> None:
    if type(getattr(dataset, "filesystem", None)).__name__ == "LocalFileSystem":
        note_places(dataset.files, "read")


def _memory_map(given: Given) -> None:
    mode = given.argument(1, "mode") or "r"
    if not str(mode).startswith("w"):
        note_places(given.argument(0, "path"), "read")
    if str(mode).startswith(("w", "r+", "+")):
        note_places(given.argument(0, "path"), "write")


_ENTRIES: dict[str, dict[str, Begun]] = {
    "pyarrow": {"memory_map": _memory_map, "create_memory_map": writes(0, "path")},
    "pyarrow.parquet": {
        "read_table": reads(0, "source"),
        "read_pandas": reads(0, "source"),
        "read_metadata": reads(0, "where"),
        "read_schema": reads(0, "where"),
        "ParquetFile.__init__": reads(1, "source"),
        "ParquetDataset.__init__": reads(1, "path_or_paths"),
        "write_table": writes(1, "where"),
        "write_to_dataset": writes(1, "root_path"),
        "write_metadata": writes(1, "where"),
        "ParquetWriter.__init__": writes(1, "where"),
    },
    "pyarrow.dataset": {
        "dataset": _dataset,
        "parquet_dataset": _dataset,
        "write_dataset": writes(1, "base_dir"),
    },
    "pyarrow.feather": {
        "read_table": reads(0, "source"),
        "read_feather": reads(0, "source"),
        "write_feather": writes(1, "dest"),
    },
    "pyarrow.csv": {
        "read_csv": reads(0, "input_file"),
        "open_csv": reads(0, "input_file"),
        "write_csv": writes(1, "output_file"),
    },
    "pyarrow.json": {"read_json": reads(0, "input_file"), "open_json": reads(0, "input_file")},
    "pyarrow.orc": {
        "read_table": reads(0, "source"),
        "ORCFile.__init__": reads(1, "source"),
        "write_table": writes(1, "where"),
        "ORCWriter.__init__": writes(1, "where"),
    },
}
