"""scikit-learn's datasets: data that comes with a version of the library."""

from types import ModuleType

from celltrail.capture.estimators.calls import Given
from celltrail.capture.readers.entries import Begun, Entry
from celltrail.capture.sources import note_source
from celltrail.records import SourceUse

_FROM_FILES = frozenset({"load_files", "load_svmlight_file", "load_svmlight_files"})


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The loaders of the data that lies in the library; what is fetched has a file, and the others read yours."""
    names = [name for name in vars(module) if name.startswith(("load_", "fetch_")) and name not in _FROM_FILES]
    return tuple(Entry(module, name, _loads(f"{module.__name__}.{name}")) for name in names)


def _loads(uri: str) -> Begun:
    def begun(_: Given) -> None:
        import sys

        version = str(getattr(sys.modules.get(uri.partition(".")[0]), "__version__", ""))
        note_source(SourceUse(uri, "loader", version=f"scikit-learn {version}"))

    return begun
