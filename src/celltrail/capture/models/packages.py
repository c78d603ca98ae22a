"""Which distributions a model's classes come from, found without asking each distribution for its files."""

import sys
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from celltrail.records import Package


def packages_of(modules: set[str]) -> tuple[Package, ...]:
    """The distributions of these modules, by name; the standard library and the notebook's own are left out."""
    tops = {module.partition(".")[0] for module in modules} - sys.stdlib_module_names - {"__main__", "builtins"}
    found = {package for top in tops for package in [_package(top)] if package is not None}
    return tuple(sorted(found, key=lambda package: package.name))


@lru_cache(maxsize=512)
def _package(top: str) -> Package | None:
    """The distribution of an importable name: the one that is called so, else the one that lists its file."""
    try:
        return Package(top.replace("_", "-"), metadata.version(top))
    except metadata.PackageNotFoundError:
        pass
    path = getattr(sys.modules.get(top), "__file__", None)
    if not path:
        return None
    is_package = Path(path).name == "__init__.py"
    folder = Path(path).parent.parent if is_package else Path(path).parent
    wanted = f"{top}/__init__.py," if is_package else f"{Path(path).name},"
    for record in folder.glob("*.dist-info/RECORD"):
        if wanted in record.read_text(encoding="utf-8", errors="replace"):
            return _described(record.parent)
    return None


def _described(folder: Path) -> Package:
    found = metadata.Distribution.at(folder)
    return Package(found.metadata["Name"], found.version)
