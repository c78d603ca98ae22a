"""The environment: Python, the operating system and every installed distribution."""

import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from celltrail import clock, config
from celltrail.fingerprint.digest import of_bytes
from celltrail.fingerprint.remembered import remembered
from celltrail.records import Environment, Package

_METADATA = (".dist-info", ".egg-info")
_HASHES = frozenset({"xxhash", "blake3"})
_OPTIONAL = _HASHES | {"duckdb"}
_HEAD_BYTES = 4096
_SETTLED_NS = 2_000_000_000  # a folder that changed just now may change again without another time to show for it
_known: dict[str, Environment] = {}
_names: dict[str, tuple[int, list[str]]] = {}  # by folder: when it changed, and the metadata in it


def key() -> str:
    """A digest that changes when a distribution is installed, removed or replaced; a tenth of a millisecond.

    Only names of folders are read: two editable installs of different states of one source have the same key.
    """
    found = [sys.version, *(f"{folder}\0{name}" for folder in _folders() for name in _metadata_names(folder))]
    return of_bytes("\n".join(found).encode("utf-8", "surrogatepass"))


def current(cache: Path | None = None) -> Environment:
    """The environment now; some 10 ms for 250 distributions the first time, and again only when `key` has changed.

    Args:
        cache: A folder that remembers it for the next process; the time then goes to 2 ms.

    Thread safety: any thread; at worst two of them list the distributions at once.
    """
    now = key()
    known = _known.get(now)
    if known is None:
        known = remembered(cache, metadata_folders(), Environment, _listed)
        _known.clear()
        _known[now] = known
    return known


def metadata_folders() -> list[str]:
    """The folder of each distribution's metadata, in the order of the path."""
    return [f"{folder}/{name}" for folder in _folders() for name in _metadata_names(folder)]


def _listed() -> Environment:
    packages = _packages()
    python = platform.python_version()
    implementation = platform.python_implementation()
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    lines = [python, implementation, system, *(f"{package.name}=={package.version}" for package in packages)]
    return Environment(
        digest=of_bytes("\n".join(lines).encode("utf-8", "surrogatepass")),
        python=python,
        implementation=implementation,
        os=system,
        packages=packages,
        notes=_notes(),
    )


def _notes() -> tuple[str, ...]:
    """What capture lacks in an environment that celltrail is not installed in."""
    lent = config.lent_version()
    if not lent:
        return ()
    missing = {name for name in _OPTIONAL if find_spec(name) is None}
    notes = [f"celltrail is not installed in this environment: celltrail {lent} of the Jupyter server's recorded it"]
    if missing & _HASHES:
        notes.append("xxhash or blake3 is not there: digests are made by BLAKE2b, and equal only those made so")
    if "duckdb" in missing:
        notes.append("duckdb is not there: celltrail.search_runs answers only while JupyterLab has the project open")
    return tuple(notes)


def _packages() -> tuple[Package, ...]:
    """Every distribution, sorted by its normalised name; the first on the path hides others, as in imports."""
    found: dict[str, Package] = {}
    for package in (package for folder in _folders() for package in _installed_in(folder)):
        found.setdefault(re.sub(r"[-_.]+", "-", package.name).lower(), package)
    return tuple(found[name] for name in sorted(found))


def _installed_in(folder: str) -> Iterator[Package]:
    """The distributions in one folder of the path.

    Read by the first lines of their metadata, where name and version stand: `importlib.metadata` parses all of it,
    the readme too, which is a hundred milliseconds for as many distributions.
    """
    if os.path.isdir(folder):  # noqa: PTH112 - an entry of sys.path, as text
        for place in (os.path.join(folder, name) for name in _metadata_names(folder)):  # noqa: PTH118 - as above
            head = _head(place)
            if head.get("name"):
                yield Package(head["name"], head.get("version", ""), _source(place))
        return
    from importlib.metadata import distributions

    for distribution in distributions(path=[folder]):  # a zip file
        yield Package(distribution.metadata["Name"], distribution.version)


def _head(path: str) -> dict[str, str]:
    """The first headers of a distribution's metadata, by name; none where it is being removed, or damaged."""
    for place in (f"{path}/METADATA", f"{path}/PKG-INFO", path):
        try:
            with open(place, "rb") as file:  # noqa: PTH123 - a Path costs more than the read
                text = file.read(_HEAD_BYTES).decode("utf-8", "replace")
        except (OSError, ValueError):
            continue
        lines = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
        return {name.lower(): value.strip() for name, _, value in reversed(tuple(lines))}
    return {}


def _source(place: str) -> str:
    """Where a distribution is from, as its installer wrote it down; empty for an index. The address is not kept."""
    try:
        with open(f"{place}/direct_url.json", "rb") as file:  # noqa: PTH123 - a Path costs more than the read
            said = json.load(file)
    except (OSError, ValueError):  # almost all have none
        return ""
    if not isinstance(said, dict):
        return ""
    if "vcs_info" in said:
        return "vcs"
    about = said.get("dir_info")
    if isinstance(about, dict):
        return "editable" if about.get("editable") is True else "local"
    return "local" if str(said.get("url", "")).startswith("file:") else "archive"


def _folders() -> list[str]:
    # Not the current folder (""): a notebook's own folder holds no distributions and may hold very many files.
    return [entry for entry in dict.fromkeys(sys.path) if isinstance(entry, str) and entry]


def _metadata_names(folder: str) -> list[str]:
    try:
        changed_ns = os.stat(folder).st_mtime_ns  # noqa: PTH116 - an entry of sys.path, as text
        before_ns, names = _names.get(folder, (0, []))
        if changed_ns != before_ns:
            found = os.listdir(folder)  # noqa: PTH208 - only names are wanted, at the least cost
            names = sorted(name for name in found if name.endswith(_METADATA))
            if clock.now() * 1000 - changed_ns > _SETTLED_NS:
                _names[folder] = changed_ns, names
    except (OSError, ValueError):  # ValueError: a zero byte in the path
        return []
    return names
