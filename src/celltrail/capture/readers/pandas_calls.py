"""pandas: what it reads and writes by compiled code.

What it opens itself, Python's `open` tells; what it fetches from a URI, urllib or fsspec tell.
"""

from types import ModuleType

from celltrail.capture.readers.entries import Entry
from celltrail.capture.readers.frame_queries import queries, stores
from celltrail.capture.readers.places import reads, writes

_READERS = {"read_parquet": "path", "read_feather": "path", "read_orc": "path", "read_hdf": "path_or_buf"}
_WRITERS = {"to_parquet": "path", "to_feather": "path", "to_orc": "path", "to_hdf": "path_or_buf"}


def entries(module: ModuleType) -> tuple[Entry, ...]:
    """The entry points of pandas."""
    readers = [Entry(module, name, reads(0, keyword, is_told=True)) for name, keyword in _READERS.items()]
    writers = [
        Entry(owner, name, writes(1, keyword, is_told=True))
        for owner in (module.DataFrame, module.core.generic.NDFrame)
        for name, keyword in _WRITERS.items()
    ]
    found = [Entry(module, name, queries((0, "sql"), (1, "con"))) for name in ("read_sql", "read_sql_query")]
    found.append(Entry(module, "read_sql_table", queries((0, "table_name"), (1, "con"))))
    found.append(Entry(module.core.generic.NDFrame, "to_sql", stores((1, "name"), (2, "con"))))
    return (*readers, *writers, *found)
