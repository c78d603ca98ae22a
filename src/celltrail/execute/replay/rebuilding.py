"""An environment with the packages that a run had: built once by uv, or by venv and pip, and kept for the next replay.

Packages are installed exactly as recorded, without their dependencies: those are among the recorded ones. celltrail
itself is not among them; it is lent to the kernel (`execute.lending`).
"""

import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from celltrail import clock, config
from celltrail.errors import ExecutionError
from celltrail.execute.replay.editable import EditableInstall, find_editable, site_of
from celltrail.execute.replay.installers import Installer, find_installer
from celltrail.execute.replay.report import Finding, Verdict
from celltrail.execute.replay.session import CANNOT_REPLAY
from celltrail.records import Environment, Package
from celltrail.store.owner import try_lock

KERNEL_NAME = "celltrail-recorded"
_LENT = frozenset({"celltrail"})
_KERNEL = "ipykernel"
_READY = "celltrail-environment.json"
_MOST_MISSING = 25  # packages that are left out and named before it is given up
_WAIT_S = 1.0
_SOURCES = {
    "editable": "a folder of sources (editable)",
    "local": "a local file or folder",
    "vcs": "a repository",
    "archive": "an address",
}


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """An environment in which a kernel can be started.

    Attributes:
        kernels: The folder of kernel specifications with `KERNEL_NAME`.
        duration_s: How long it took; 0 where it was there already.
        note: What it is, for people.
        missing: What of the recorded environment cannot be had: with any of it nothing should be replayed.
    """

    kernels: str
    duration_s: float
    note: str
    missing: tuple[Finding, ...] = ()


def rebuild(
    environment: Environment, tell: Callable[[str], None], *, root: Path | None = None, executable: str = ""
) -> Rebuilt:
    """The recorded environment, from the cache or made now.

    Args:
        environment: The run's.
        tell: Told of each step in a line.
        root: The project's: a package that was installed from it as an editable one is so again.
        executable: The Python that ran the session.

    Raises:
        ExecutionError: The cache folder cannot be written.
    """
    own = tuple(_own(environment, root, executable)) if root else ()
    unfit = tuple(_unfit(environment, {one.name for one in own}))
    if unfit:
        return Rebuilt("", 0.0, "", unfit)
    passed_over = _LENT | {one.name for one in own}
    wanted = [package for package in environment.packages if _key(package.name) not in passed_over]
    folder = config.cache_folder() / "environments" / _name(environment, wanted, own)
    try:
        with _held(folder, tell):
            made = _kept(folder) or _build(folder, environment, wanted, tell)
            if not made.missing:
                for one in own:
                    one.copy_to(site_of(folder))
            return _with_own(made, own)
    except OSError as error:
        problem = (
            f"the recorded environment cannot be made there ({error.strerror}): set XDG_CACHE_HOME to another folder"
        )
        raise ExecutionError(folder, CANNOT_REPLAY, problem) from error


def without_lent(environment: Environment) -> Environment:
    """An environment without celltrail, which a rebuilt one has not installed."""
    kept = tuple(package for package in environment.packages if _key(package.name) not in _LENT)
    return replace(environment, packages=kept)


def _own(environment: Environment, root: Path, executable: str) -> Iterator[EditableInstall]:
    """The project itself, where it was installed as an editable package and is here."""
    for package in environment.packages:
        if package.source == "editable" and _key(package.name) not in _LENT:
            found = find_editable(_key(package.name), root, executable)
            if found is not None:
                yield found


def _with_own(made: Rebuilt, own: Sequence[EditableInstall]) -> Rebuilt:
    if not own or made.missing:
        return made
    return replace(made, note=f"{made.note}, and {', '.join(one.name for one in own)} from the project's folder")


def _unfit(environment: Environment, own: Collection[str]) -> Iterator[Finding]:
    """What no index has: packages from a folder or a repository of somebody's."""
    for package in environment.packages:
        if package.source and _key(package.name) not in _LENT | set(own):
            source = _SOURCES.get(package.source, package.source)
            note = f"it was installed from {source}, which cannot be had again by its version; {_way_out(package)}"
            yield Finding(package.name, Verdict.CANNOT, package.version, "", note)


def _way_out(package: Package) -> str:
    if package.source == "editable":
        return (
            "if it is this project, install it here again (pip install -e .); else install a released version of it "
            "and run the notebook again, or replay without --env recorded"
        )
    return "install a released version of it and run the notebook again, or replay without --env recorded"


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _name(environment: Environment, packages: Sequence[Package], own: Sequence[EditableInstall]) -> str:
    pins = "\n".join(sorted(f"{_key(one.name)}=={one.version}" for one in packages))
    pins += "".join(f"\n{one.name} @ {one.folder}" for one in own)
    digest = sha256(f"{environment.implementation} {environment.python}\n{pins}".encode()).hexdigest()[:16]
    return f"python-{environment.python}-{digest}"


@contextmanager
def _held(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """One process builds; others wait for it. The system lets go of the lock however the process ends."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    waiting = threading.Event()
    try:
        is_told = False
        while not try_lock(descriptor):
            if not is_told:
                tell(f"another replay builds the environment {folder.name}: waiting for it")
                is_told = True
            waiting.wait(_WAIT_S)
        yield
    finally:
        os.close(descriptor)


def _kept(folder: Path) -> Rebuilt | None:
    """The environment that is there already, if it was made to the end."""
    try:
        note = json.loads((folder / _READY).read_text(encoding="utf-8"))["note"]
    except (OSError, ValueError, KeyError):
        return None
    if not _python(folder).exists():
        return None  # the Python that it was made of is gone
    return Rebuilt(str(folder / "kernels"), 0.0, str(note))


def _build(folder: Path, environment: Environment, packages: Sequence[Package], tell: Callable[[str], None]) -> Rebuilt:
    began = clock.now()
    shutil.rmtree(folder, ignore_errors=True)
    installer = find_installer(folder)
    tell(
        f"builds the recorded environment with {installer.name}: Python {environment.python}, {len(packages)} packages"
    )
    problem = installer.make(environment.python)
    if problem:
        note = f"{problem}; install it, or replay without --env recorded"
        return _refused(folder, Finding("Python", Verdict.CANNOT, environment.python, "", note))
    missing = tuple(_install(installer, packages, tell))
    if missing:
        return _refused(folder, *missing)
    if _KERNEL not in {_key(package.name) for package in packages}:
        failed = installer.install([_KERNEL], tell, with_dependencies=True)
        if failed:
            return _refused(folder, Finding(_KERNEL, Verdict.CANNOT, "", "", f"a kernel takes it: {failed}"))
    _write_kernel(folder)
    took = (clock.now() - began) / 1e6
    note = f"rebuilt by {installer.name}: Python {environment.python}, {len(packages)} packages"
    (folder / _READY).write_text(json.dumps({"note": note}), encoding="utf-8")
    tell(f"built in {took:.1f} s: {folder}")
    return Rebuilt(str(folder / "kernels"), took, note)


def _refused(folder: Path, *missing: Finding) -> Rebuilt:
    shutil.rmtree(folder, ignore_errors=True)
    return Rebuilt("", 0.0, "", missing)


def _install(installer: Installer, packages: Sequence[Package], tell: Callable[[str], None]) -> Iterator[Finding]:
    """Install them; each that cannot be had is named, and the rest is tried without it, to name them all at once."""
    left = list(packages)
    for _ in range(_MOST_MISSING):
        problem = installer.install([f"{one.name}=={one.version}" for one in left], tell) if left else ""
        if not problem:
            return
        culprits = [one for one in left if _is_blamed(one, problem)]
        if not culprits:
            yield Finding("packages", Verdict.CANNOT, f"{len(left)} packages", "", problem)
            return
        for one in culprits:
            yield Finding(
                one.name, Verdict.CANNOT, one.version, "", f"{installer.name} cannot install it: {problem}"[:400]
            )
        left = [one for one in left if one not in culprits]
    yield Finding("packages", Verdict.CANNOT, "", "", f"and more: it was given up after {_MOST_MISSING}")


def _is_blamed(package: Package, problem: str) -> bool:
    """Whether an installer's error names a package: `foo==1.0`, or foo in quotes."""
    name = re.escape(_key(package.name)).replace("\\-", "[-_.]+")
    return re.search(rf"(?<![\w.-])(?:{name}==|[`'\"]{name}[`'\"])", problem, re.IGNORECASE) is not None


def _write_kernel(folder: Path) -> None:
    specification = {
        "argv": [str(_python(folder)), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "as recorded",
        "language": "python",
    }
    place = folder / "kernels" / KERNEL_NAME
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(json.dumps(specification), encoding="utf-8")


def _python(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
