"""What cells write otherwise than by opening a file: they remove, rename, run a shell, write modules and databases.

Only opened files are recorded as files, and only those that cells wrote are put back after a replay. So cells that do
more run in a folder of their own: what they remove or change there is a copy.
"""

import re
from collections.abc import Iterable, Iterator

from celltrail.execute.replay.pinned import is_versioned
from celltrail.store.runs import CellExecution

_SIGNS = re.compile(
    r"""
      \b(?:rmtree|unlink|rmdir|removedirs|renames|send2trash|copytree|copyfile|copy2)\b
    | \bos\s*\.\s*(?:remove|rename|replace|truncate|link|symlink|system|popen|spawn\w+)\b
    | \bshutil\s*\.\s*(?:move|copy|unpack_archive)\b
    | \bfrom\s+(?:os|shutil)\s+import\b
    | \.rename\(\s*(?!\w+\s*=|\{|\))                  # a path's: a frame's has columns=, or a dictionary
    | \.replace\((?:[^,()=]|\([^,()]*\))+\)           # a path's has one argument, a text's two
    | \bextractall\b | \bsubprocess\b | \burlretrieve\b
    | ^\s*(?:\w+\s*=\s*)?!                             # a shell
    | ^\s*%%?(?:bash|sh|script|cmd|sx|system|perl|ruby|writefile|file|save)\b
    | ^\s*%(?:rm|mv|cp|mkdir|rmdir|git|less)\b
    | \.(?:py|pyi|pth|ipynb)['"]\s*(?:,\s*(?:mode\s*=\s*)?['"][wax]|\)\s*\.\s*(?:write_|open\(\s*['"][wax]))
    """,
    re.MULTILINE | re.VERBOSE,
)

_FILE_DATABASE = re.compile(r"(?:sqlite|duckdb):///(?P<path>.*)", re.DOTALL)
_MEMORY = ":memory:"


def changes_unrecorded(executions: Iterable[CellExecution]) -> bool:
    """Whether cells may change files otherwise than by opening them: by their sources, rather too often than not."""
    return any(_SIGNS.search(execution.source) for execution in executions)


def written_databases(executions: Iterable[CellExecution]) -> tuple[str, ...]:
    """The files of databases that cells write, as the trail names files; a replay would write into them once more."""
    found = (_FILE_DATABASE.fullmatch(uri) for uri in _written(executions))
    paths = (match["path"] for match in found if match is not None)
    return tuple(dict.fromkeys(path for path in paths if path and not path.startswith(_MEMORY)))


def written_elsewhere(executions: Iterable[CellExecution]) -> tuple[str, ...]:
    """What lies in no file and will be written again, for people: a database's server, an address."""
    uris = dict.fromkeys(uri for uri in _written(executions) if "://" in uri and not _FILE_DATABASE.fullmatch(uri))
    return tuple(f"{uri} is not in the project's folder, and the cells write it again" for uri in uris)


def _written(executions: Iterable[CellExecution]) -> Iterator[str]:
    for execution in executions:
        yield from (use.uri for use in execution.sources if use.mode == "write" and not is_versioned(use))
