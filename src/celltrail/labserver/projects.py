"""The projects whose notebooks are open in this server."""

import hashlib
import threading
from collections.abc import Callable
from logging import Logger
from pathlib import Path

from celltrail import config
from celltrail.errors import UnknownProjectError
from celltrail.labserver.changes import Announcer
from celltrail.labserver.holding import Holder
from celltrail.labserver.replies import Project
from celltrail.labserver.served import ServedProject


class ServedProjects:
    """All projects of the server, by key; safe from any thread.

    Args:
        server_root: The server's root folder.
        make_holder: Makes what takes the store of one project, given its key and settings.
        announcer: Where changes go.
        log: The server's log.
    """

    def __init__(
        self,
        server_root: Path,
        make_holder: Callable[[str, config.Settings], Holder],
        announcer: Announcer,
        log: Logger,
    ) -> None:
        self.server_root = server_root
        self._make_holder = make_holder
        self._announcer = announcer
        self._log = log
        self._projects: dict[str, ServedProject] = {}
        self._lock = threading.Lock()

    def of_folder(self, folder: Path) -> ServedProject:
        """The project that a notebook in `folder` belongs to, served from now on.

        Raises:
            ConfigError: A setting of the project has a value that cannot be used.
        """
        return self.of_settings(config.load_settings(folder))

    def of_settings(self, settings: config.Settings) -> ServedProject:
        """The project with these settings, served from now on."""
        name = f"{settings.root}\0{settings.store}".encode("utf-8", "surrogateescape")
        key = hashlib.blake2b(name, digest_size=8).hexdigest()
        with self._lock:
            project = self._projects.get(key)
            if project is None:
                project = self._projects[key] = self._serve(key, settings)
        return project

    def _serve(self, key: str, settings: config.Settings) -> ServedProject:
        return ServedProject(
            key,
            settings,
            self.server_root,
            holder=self._make_holder(key, settings),
            announce=self._announcer.announce,
            log=self._log,
        )

    def of_key(self, key: str) -> ServedProject:
        """The project with a key.

        Raises:
            UnknownProjectError: This server gave out no such key.
        """
        try:
            return self._projects[key]
        except KeyError:
            raise UnknownProjectError(key) from None

    def describe(self) -> tuple[Project, ...]:
        """All projects, in the order in which they were first needed."""
        return tuple(project.describe() for project in tuple(self._projects.values()))

    def set_live(self, keys: set[str]) -> None:
        """Say which projects have a kernel in this server."""
        for key, project in tuple(self._projects.items()):
            project.follower.set_live(is_live=key in keys)
            project.follower.revive()

    def close(self) -> None:
        """Let go of every store."""
        for project in tuple(self._projects.values()):
            project.replays.close()
            project.close_journal()
        for project in tuple(self._projects.values()):
            project.follower.close()
