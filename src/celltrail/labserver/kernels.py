"""The kernels of this server: which projects have one, and which notebooks were renamed while theirs ran."""

from dataclasses import dataclass
from logging import Logger
from typing import Any

from celltrail import clock
from celltrail.errors import CelltrailError, PathRefusedError
from celltrail.journal.events import SessionRenamed
from celltrail.labserver import paths
from celltrail.labserver.projects import ServedProjects
from celltrail.labserver.served import ServedProject


@dataclass(slots=True)
class _Kernel:
    """A kernel writes to the store of the project in which it was started, wherever its notebook goes."""

    project: ServedProject
    contents_path: str
    is_renamed: bool = False  # and the journal does not know yet


class Kernels:
    """Follows the sessions of the server; only for one thread at a time."""

    def __init__(self, projects: ServedProjects, log: Logger) -> None:
        self._projects = projects
        self._log = log
        self._kernels: dict[str, _Kernel] = {}
        self._refused: set[str] = set()

    def see(self, sessions: list[dict[str, Any]]) -> None:
        """Take in the models of the server's sessions as they are now."""
        seen: dict[str, str] = {}
        for session in sessions:
            if session["type"] == "notebook" and session["kernel"]:
                seen.setdefault(session["kernel"]["id"], session["path"])
        gone = self._kernels.keys() - seen.keys()
        for kernel_id in gone:
            self._kernels.pop(kernel_id).project.follower.look_now()
        for kernel_id, contents_path in seen.items():
            self._see_kernel(kernel_id, contents_path)
        self._projects.set_live({kernel.project.key for kernel in self._kernels.values()})

    def _see_kernel(self, kernel_id: str, contents_path: str) -> None:
        kernel = self._kernels.get(kernel_id)
        if kernel is None:
            self._meet(kernel_id, contents_path)
            return
        if kernel.contents_path != contents_path:
            kernel.contents_path = contents_path
            kernel.is_renamed = True
        # A kernel that has recorded nothing has no store yet, and a rename must not make one.
        if kernel.is_renamed and kernel.project.settings.store.is_dir():
            kernel.is_renamed = False
            self._record_rename(kernel_id, kernel)

    def _meet(self, kernel_id: str, contents_path: str) -> None:
        try:
            folder = paths.notebook_folder(self._projects.server_root, contents_path)
            self._kernels[kernel_id] = _Kernel(self._projects.of_folder(folder), contents_path)
        except CelltrailError as error:
            if kernel_id not in self._refused:
                self._refused.add(kernel_id)
                self._log.warning("celltrail does not follow the kernel of a notebook: %s", error)

    def _record_rename(self, kernel_id: str, kernel: _Kernel) -> None:
        try:
            notebook_path = kernel.project.to_store(kernel.contents_path)
        except PathRefusedError as error:
            self._log.warning("celltrail cannot follow a renamed notebook: %s", error)
            return
        kernel.project.append(SessionRenamed(kernel_id, clock.now(), notebook_path))
