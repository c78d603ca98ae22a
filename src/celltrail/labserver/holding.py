"""Taking a project's store for this server, or finding the process that has it."""

from celltrail import config
from celltrail.labserver.emptiness import EmptyStore
from celltrail.store.base import Store


class Holder:
    """Takes one store; for one thread at a time."""

    def __init__(self, settings: config.Settings, address: str, token: str) -> None:
        self._settings = settings
        self._address = address
        self._token = token

    def take(self) -> Store | None:
        return EmptyStore(self._settings.store)

    def ask_owner(self) -> Store:
        return EmptyStore(self._settings.store)

    def release(self) -> None:
        pass
