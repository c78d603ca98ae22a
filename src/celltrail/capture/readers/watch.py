"""Which libraries are watched: each once it is imported, so that a kernel pays only for what it uses."""

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from celltrail.capture.boundary import guarded
from celltrail.capture.imports import when_imported

if TYPE_CHECKING:
    from collections.abc import Callable

    from celltrail.capture.readers.entries import Installed

LIBRARIES = {  # a library's module, and ours that knows its entry points
    "pandas": "pandas_calls",
    "polars": "polars_calls",
    "pyarrow": "arrow_calls",
    "pyarrow.parquet": "arrow_calls",
    "pyarrow.dataset": "arrow_calls",
    "pyarrow.feather": "arrow_calls",
    "pyarrow.csv": "arrow_calls",
    "pyarrow.json": "arrow_calls",
    "pyarrow.orc": "arrow_calls",
    "duckdb": "duckdb_calls",
    "sqlite3": "sqlite_calls",
    "sqlalchemy": "sqlalchemy_calls",
    "psycopg": "psycopg_calls",
    "urllib.request": "http_calls",
    "requests": "http_calls",
    "httpx": "http_calls",
    "fsspec": "fsspec_calls",
    "fsspec.asyn": "fsspec_calls",
    "h5py": "hdf_calls",
    "tables": "hdf_calls",
    "sklearn.datasets": "loader_calls",
}


class Readers:
    """The watched libraries of one kernel, from `start` to `stop`."""

    def __init__(self) -> None:
        self._forget: list[Callable[[], None]] = []
        self._installed: dict[str, Installed] = {}

    def start(self) -> None:
        """Watch what is imported, and what will be."""
        for library in LIBRARIES:
            self._forget.append(when_imported(library, self._install))

    def stop(self) -> None:
        """Take everything away."""
        for forget in self._forget:
            forget()
        self._forget.clear()
        for installed in self._installed.values():
            with guarded("readers"):
                installed.remove()
        self._installed.clear()

    def _install(self, library: ModuleType) -> None:
        from celltrail.capture.readers.entries import Installed

        name = library.__name__
        ours = importlib.import_module(f"celltrail.capture.readers.{LIBRARIES[name]}")
        before = self._installed.pop(name, None)
        if before is not None:  # the module was reloaded
            before.remove()
        self._installed[name] = Installed(ours.entries(library))
        listen = getattr(ours, "listen", None)
        if listen is not None:
            self._installed[name].and_undo(listen(library))
