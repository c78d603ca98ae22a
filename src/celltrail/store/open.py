"""Opening a project's store: through its owner where there is one, else as the owner."""

import time
from importlib.util import find_spec
from pathlib import Path

from celltrail.errors import StoreBusyError, StoreError
from celltrail.store.base import Store
from celltrail.store.owner import Ownership, read_owner
from celltrail.store.remote import RemoteStore

_FIRST_WAIT_S = 0.02
_LONGEST_WAIT_S = 0.25
_DYING_S = 1.0  # a process that is being killed shows as gone a moment before it has let go of its lock


def open_store(store_folder: Path, *, timeout_s: float = 10.0) -> Store:
    """The store in a folder, up to date.

    The owner is asked where one is alive and answers; else this process becomes the owner until the store is closed,
    and folds first. While another process holds it without an address, this one waits.

    Args:
        store_folder: The `.celltrail` folder; made where it is missing.
        timeout_s: How long to wait for a holder that gives no address.

    Raises:
        StoreBusyError: The holder neither answered nor let go in time.
        NewerStoreError: The store was made by a newer celltrail; it was left untouched.
        StoreError: The folder cannot be written, or the store's file is damaged.
    """
    deadline = time.monotonic() + timeout_s
    wait_s = _FIRST_WAIT_S
    while True:
        store = _ask_owner(store_folder) or _become_owner(store_folder)
        if store is not None:
            return store
        if time.monotonic() >= deadline:
            owner = read_owner(store_folder)
            raise StoreBusyError(store_folder, owner.describe() if owner else "another process")
        time.sleep(wait_s)
        wait_s = min(wait_s * 2, _LONGEST_WAIT_S)


def take_store(store_folder: Path, *, address: str, token: str = "") -> Store | None:
    """Become the owner that answers at `address`, for the Jupyter server; None while another process is.

    The store is not folded yet. Closing it ends the ownership.

    Raises:
        NewerStoreError: The store was made by a newer celltrail; it was left untouched.
        StoreError: The folder cannot be written, or the store's file is damaged.
    """
    ownership = Ownership.take(store_folder, address=address, token=token)
    deadline = time.monotonic() + _DYING_S
    while ownership is None and read_owner(store_folder) is None and time.monotonic() < deadline:
        time.sleep(_FIRST_WAIT_S)
        ownership = Ownership.take(store_folder, address=address, token=token)
    if ownership is None:
        return None
    from celltrail.store.local import LocalStore  # DuckDB and NumPy: not for those who only ask or wait

    return LocalStore(ownership)


def ask_owner(store_folder: Path) -> Store | None:
    """The store through its owner's address; None where no living owner has one."""
    owner = read_owner(store_folder)
    return RemoteStore(store_folder, owner) if owner is not None and owner.address else None


def _ask_owner(store_folder: Path) -> Store | None:
    store = ask_owner(store_folder)
    if store is None:
        return None
    try:
        store.fold()
    except StoreBusyError:
        return None
    return store


def _become_owner(store_folder: Path) -> Store | None:
    if find_spec("duckdb") is None:
        raise StoreError(
            f"nothing answers for the store in {store_folder}, and duckdb is not installed in this environment: open"
            " the project in JupyterLab with celltrail, or pip install celltrail here"
        )
    store = take_store(store_folder, address="")
    if store is not None:
        try:
            store.fold()
        except BaseException:
            store.close()
            raise
    return store
