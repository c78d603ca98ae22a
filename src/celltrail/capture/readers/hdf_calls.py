"""HDF5: h5py and PyTables. The HDF5 library opens the files."""

from types import ModuleType

from celltrail.capture.estimators.calls import Given
from celltrail.capture.readers.entries import Entry
from celltrail.capture.readers.places import note_places


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of h5py or of PyTables."""
    return (Entry(getattr(module, "File", None), "__init__", _opened),)


def _opened(given: Given) -> None:
    path, mode = given.argument(1, "name") or given.argument(1, "filename"), given.argument(2, "mode") or "r"
    if not str(mode).startswith(("w", "x")):
        note_places(path, "read")
    if mode != "r":
        note_places(path, "write")
