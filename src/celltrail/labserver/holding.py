"""Taking a project's store for this server, or finding the process that has it."""

from dataclasses import dataclass
from pathlib import Path

from celltrail.errors import StoreBusyError
from celltrail.store import open as opening
from celltrail.store.base import Store
from celltrail.store.owner import LOCK_NAME, read_owner


@dataclass(frozen=True, slots=True)
class Holder:
    """Takes one store, to be asked by others at `address` with `token`."""

    store_folder: Path
    address: str
    token: str

    def lock_identity(self) -> int:
        """Tells the lock's file from another one of its name: 0 where there is none."""
        try:
            return (self.store_folder / LOCK_NAME).stat().st_ino
        except OSError:
            return 0

    def take(self) -> Store | None:
        """The store, owned by this server until it is closed; None while another process owns it.

        Raises:
            StoreError: The store cannot be opened; it says why.
        """
        return opening.take_store(self.store_folder, address=self.address, token=self.token)

    def ask_owner(self) -> Store:
        """The store through the process that owns it.

        Raises:
            StoreBusyError: That process gives no address.
        """
        store = opening.ask_owner(self.store_folder)
        if store is None:
            owner = read_owner(self.store_folder)
            raise StoreBusyError(self.store_folder, owner.describe() if owner else "another process")
        return store
