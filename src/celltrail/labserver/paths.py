"""Between a contents path, as JupyterLab has it, and a notebook path, as the store has it.

A contents path is relative to the server's root; a notebook path to the project's root, and absolute outside it.
"""

import os
from pathlib import Path, PurePosixPath

from celltrail.errors import PathRefusedError


def notebook_folder(server_root: Path, contents_path: str) -> Path:
    """The folder of the notebook at `contents_path`, which need not exist.

    Raises:
        PathRefusedError: The path is absolute, leaves the server's root by `..` or a link, or is no path at all.
    """
    path = _below(server_root, contents_path)
    try:
        real = Path(os.path.realpath(path))
        real_root = Path(os.path.realpath(server_root))
        path.parent.exists()  # raises where the system refuses the name as such: it is too long
    except (OSError, ValueError) as error:
        raise PathRefusedError(contents_path, "cannot be used") from error
    if not real.is_relative_to(real_root):
        raise PathRefusedError(contents_path, "leads out of the server's root by a symbolic link")
    return path.parent


def to_notebook_path(server_root: Path, project_root: Path, contents_path: str) -> str:
    """The store's name of the notebook at `contents_path`; an absolute path is taken as one outside the server's root.

    Raises:
        PathRefusedError: The path is relative and leaves the server's root, or is no path at all.
    """
    is_outside = PurePosixPath(contents_path).is_absolute()
    path = Path(contents_path) if is_outside else _below(server_root, contents_path)
    return _relative_to(path, project_root)


def to_contents_path(server_root: Path, project_root: Path, notebook_path: str) -> str:
    """The contents path of a notebook of the store; absolute where it lies outside the server's root."""
    if not notebook_path:
        return ""
    return _relative_to(project_root / notebook_path, server_root)


def _below(server_root: Path, contents_path: str) -> Path:
    problem = _problem(contents_path)
    if problem:
        raise PathRefusedError(contents_path, problem)
    return server_root.joinpath(*PurePosixPath(contents_path).parts)


def _problem(contents_path: str) -> str:
    if "\0" in contents_path:
        return "has a NUL character"
    path = PurePosixPath(contents_path)
    if path.is_absolute() or Path(contents_path).is_absolute():
        return "is absolute"
    if ".." in path.parts or ".." in Path(contents_path).parts:
        return "leaves the server's root by '..'"
    try:
        os.fsencode(contents_path)
    except UnicodeEncodeError:
        return "cannot be written in the file system's encoding"
    return "" if path.parts else "is empty"


def _relative_to(path: Path, root: Path) -> str:
    """Relative and POSIX where `path` lies below `root`, absolute elsewhere; links are not followed."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links that the user chose
    try:
        return absolute.relative_to(root).as_posix()
    except ValueError:
        return absolute.as_posix()
