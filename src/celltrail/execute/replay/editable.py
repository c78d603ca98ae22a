"""The project itself where it is installed from its own folder: a rebuilt environment finds it there as well.

Nothing is built, and nothing written into the folder: the few files by which an editable install leads there (a path
file or a finder, and its metadata) are copied. Which state of the code is used is the matter of the replay, which has
recorded code in a folder of its own (`tree`) and redirects imports there.
"""

import csv
import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

_MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class EditableInstall:
    """An editable install that is here.

    Attributes:
        name: The distribution's.
        folder: Where its sources are.
        site: The folder of packages that it is installed in.
        files: The installed files that lead to its sources, relative to `site`.
    """

    name: str
    folder: Path
    site: Path
    files: tuple[str, ...]

    def copy_to(self, site: Path) -> None:
        """Install it in another environment's folder of packages.

        Raises:
            OSError: A file cannot be read or written.
        """
        for name in self.files:
            target = site / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.site / name, target)


def find_editable(name: str, root: Path, executable: str) -> EditableInstall | None:
    """The editable install of a distribution whose sources lie in the project; None where there is none here.

    Args:
        name: The distribution's, normalised.
        root: The project's root.
        executable: The Python that ran the session; this process's own environment is looked into as well.
    """
    for site in _sites(executable):
        for about in sorted(site.glob("*.dist-info")):
            if _normal(about.name.partition("-")[0]) != name:
                continue
            folder = _folder_of(about)
            if folder is not None and folder.is_relative_to(root.resolve()):
                return EditableInstall(name, folder, site, tuple(_files_of(about)))
    return None


def site_of(environment: Path) -> Path:
    """The folder of packages of an environment."""
    found = next(iter(sorted(environment.glob("lib/python*/site-packages"))), None)
    return found or environment / "Lib" / "site-packages"


def _sites(executable: str) -> Iterator[Path]:
    own = [site_of(Path(executable).parent.parent)] if executable else []
    others = (Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    yield from dict.fromkeys(place for place in (*own, *others) if place.is_dir())


def _folder_of(about: Path) -> Path | None:
    """Where an editable install's sources are, by PEP 610."""
    try:
        said = json.loads((about / "direct_url.json").read_text(encoding="utf-8"))
        if said["dir_info"].get("editable") is not True:
            return None
        address = urlsplit(said["url"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Path(url2pathname(unquote(address.path))).resolve() if address.scheme == "file" else None


def _files_of(about: Path) -> Iterator[str]:
    """The installed files but scripts and compiled ones."""
    site = about.parent
    try:
        with (about / "RECORD").open(encoding="utf-8", newline="") as file:
            names = [row[0] for row in csv.reader(file) if row]
    except OSError:
        return
    for name in names[:_MOST_FILES]:
        path = Path(name)
        if not path.is_absolute() and ".." not in path.parts and path.suffix != ".pyc" and (site / path).is_file():
            yield name


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
