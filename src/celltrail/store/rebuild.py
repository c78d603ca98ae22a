"""Making the store anew from the journals, which are never deleted: for a damaged file, or to be sure."""

from pathlib import Path

from celltrail import clock
from celltrail.errors import StoreBusyError, StoreError
from celltrail.store.health import FoldReport
from celltrail.store.local import LocalStore
from celltrail.store.owner import Ownership, read_owner
from celltrail.store.schema import FILE_NAME


def rebuild(store_folder: Path) -> FoldReport:
    """Move the store's file aside and fold every journal again; damaged segments give what is good in them again.

    The old file stays beside the new one, as `store.duckdb.<time>.old`.

    Raises:
        StoreBusyError: Another process owns the store.
        StoreError: The folder cannot be written.
    """
    ownership = Ownership.take(store_folder)
    if ownership is None:
        owner = read_owner(store_folder)
        raise StoreBusyError(store_folder, owner.describe() if owner else "another process")
    try:
        _move_aside(store_folder)
        _return_quarantined(store_folder)
    except OSError as error:
        ownership.release()
        raise StoreError(f"the store in {store_folder} cannot be rebuilt: {error}: make the folder writable") from error
    store = LocalStore(ownership)
    try:
        return store.fold()
    finally:
        store.close()


def _move_aside(folder: Path) -> None:
    at = clock.now()
    for name in (FILE_NAME, f"{FILE_NAME}.wal"):
        path = folder / name
        if path.exists():
            path.replace(folder / f"{name}.{at}.old")


def _return_quarantined(folder: Path) -> None:
    quarantine = folder / "quarantine"
    if quarantine.is_dir():
        for path in sorted(quarantine.glob("*.ctj")):
            path.replace(folder / "journal" / path.name)
