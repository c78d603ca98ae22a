"""What makes an environment and installs into it: uv where it is there, else venv and pip, with the user's settings.

Indexes, folders of wheels and being offline are the user's settings: uv reads its own (`UV_FIND_LINKS`, `UV_OFFLINE`,
uv.toml) and gets those of pip where it has none of its own.
"""

import re
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from celltrail import config

_LAST_LINES = 12
_CHATTER = (
    "+ ",
    "Downloaded ",
    "Using Python",
    "Collecting ",
    "Using cached",
    "Requirement already",
)  # a line per package
_SETTING = re.compile(
    r"^(?:global|install|:env:)\.(find-links|index-url|extra-index-url|no-index)='(.*)'$", re.MULTILINE
)
_UV_NAMES = {
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "no-index": "UV_NO_INDEX",
}
_UV_INDEXES = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX")
_UV_OWN = {
    "find-links": ("UV_FIND_LINKS",),
    "index-url": _UV_INDEXES,
    "extra-index-url": _UV_INDEXES,
    "no-index": _UV_INDEXES,
}


class Installer(ABC):
    """Fills one folder with an environment; one thread at a time.

    Attributes:
        name: As people know it.
        folder: The environment's.
    """

    name: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @abstractmethod
    def make(self, python: str) -> str:
        """Make the environment with this version of Python; what stands in the way, empty where nothing does."""

    @abstractmethod
    def install(
        self, requirements: Sequence[str], tell: Callable[[str], None], *, with_dependencies: bool = False
    ) -> str:
        """Install packages, wheels and source distributions alike; what stands in the way, empty where nothing does."""

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


class Uv(Installer):
    """uv, which also fetches a Python that is not here where it may."""

    name = "uv"

    def __init__(self, folder: Path, command: Sequence[str]) -> None:
        super().__init__(folder)
        self._command = command
        self._variables = _variables_for_uv()

    def make(self, python: str) -> str:
        """See `Installer`."""
        found = sys.executable if python == _own_version() else python
        return self._run(["venv", "--relocatable", "--python", found, str(self.folder)], lambda _line: None)

    def install(
        self, requirements: Sequence[str], tell: Callable[[str], None], *, with_dependencies: bool = False
    ) -> str:
        """See `Installer`."""
        how = [] if with_dependencies else ["--no-deps"]
        return self._run(["pip", "install", "--python", str(self.python), *how, *requirements], tell)

    def _run(self, words: Sequence[str], tell: Callable[[str], None]) -> str:
        return _run([*self._command, "--color", "never", *words], self._variables, tell)


class Pip(Installer):
    """venv and pip: with the Pythons that are here."""

    name = "pip"

    def make(self, python: str) -> str:
        """See `Installer`; only a Python that is here."""
        if python == _own_version():
            command = sys.executable
        else:
            command = shutil.which(f"python{python.rpartition('.')[0]}") or ""
        if not command or _version_of(command) != python:
            return f"Python {python} is not here, and uv, which could fetch it, is not either (pip install uv)"
        return _run([command, "-m", "venv", str(self.folder)], {}, lambda _line: None)

    def install(
        self, requirements: Sequence[str], tell: Callable[[str], None], *, with_dependencies: bool = False
    ) -> str:
        """See `Installer`."""
        how = [] if with_dependencies else ["--no-deps"]
        return _run([str(self.python), "-m", "pip", "install", "--no-input", *how, *requirements], {}, tell)


def find_installer(folder: Path) -> Installer:
    """Uv as a module or on the path; else venv and pip."""
    if find_spec("uv") is not None:
        return Uv(folder, [sys.executable, "-m", "uv"])
    command = shutil.which("uv")
    return Uv(folder, [command]) if command else Pip(folder)


def _own_version() -> str:
    return sys.version.split()[0]


def _version_of(command: str) -> str:
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    return done.stdout.removeprefix("Python ").strip()


def _run(command: Sequence[str], variables: Mapping[str, str], tell: Callable[[str], None]) -> str:
    """Run a program to its end and tell its lines; its last words where it failed."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=config.with_variables(**variables),
        text=True,
        errors="replace",
    )
    last: list[str] = []
    with process:
        for line in process.stdout or ():
            if line.strip():
                if not line.strip().startswith(_CHATTER):
                    tell(line.strip())
                last = [*last, line.strip()][-_LAST_LINES:]
    return "" if process.returncode == 0 else " ".join(last) or f"it ended with code {process.returncode}"


def _variables_for_uv() -> dict[str, str]:
    """Pip's settings in uv's words, where the user gave uv none."""
    given = {key for key, names in _UV_OWN.items() if any(map(config.is_variable_set, names))}
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = {}
    for key, value in _SETTING.findall(done.stdout):
        if key in given:
            continue
        words = value.replace("\\n", " ").split()
        found[_UV_NAMES[key]] = ("," if key == "find-links" else " ").join(words)
    if "UV_INDEX" in found and not config.is_variable_set("UV_INDEX_STRATEGY"):
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip, whose indexes these are, looks into all of them
    return found
