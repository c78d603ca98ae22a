"""Who owns a store: whoever holds fold.lock; owner.json says who that is and where to ask it."""

import contextlib
import os
import sys
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from celltrail import clock, codec
from celltrail.config import ensure_store_folder
from celltrail.errors import StoreError
from celltrail.journal.events import FORMAT_VERSION, SegmentOpened
from celltrail.journal.liveness import is_writer_alive, this_process

LOCK_NAME = "fold.lock"
OWNER_NAME = "owner.json"


@dataclass(frozen=True, slots=True)
class OwnerRecord:
    """What owner.json says. `start` tells a reused pid; `address` is empty where the owner answers nobody.

    The token is the only key to the address, so the file is readable by its user alone.
    """

    host: str
    pid: int
    start: int
    address: str
    token: str
    version: int
    boot_id: str = ""
    started_at: int = 0

    def describe(self) -> str:
        """The owner in words, for an error."""
        at = f" at {self.address}" if self.address else ""
        return f"process {self.pid} on {self.host}{at}"


class Ownership:
    """The right to open a store's file; ends with `release` or with the process.

    Thread safety: `release` from any thread.
    """

    def __init__(self, folder: Path, lock: int, record: OwnerRecord) -> None:
        self.folder = folder
        self.record = record
        self._lock = lock
        self._pid = os.getpid()
        _held.add(self)

    @classmethod
    def take(cls, folder: Path, *, address: str = "", token: str = "") -> Self | None:
        """Become the owner of the store in `folder`; None while another process or handle is.

        Args:
            folder: The store's folder; made where it is missing.
            address: Where this process answers for the store; empty where it does not.
            token: What a question must carry; a new one where empty.

        Raises:
            StoreError: The folder cannot be written.
        """
        try:
            ensure_store_folder(folder)
            lock = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
        except OSError as error:
            raise StoreError(
                f"the store in {folder} cannot be used: {error.strerror} ({error.filename}): make the folder writable, "
                "or set CELLTRAIL_STORE to one that is"
            ) from error
        if not try_lock(lock):
            os.close(lock)
            return None
        ownership = cls(folder, lock, _record(address, token or clock.new_id()))
        try:
            ownership._write()
        except OSError as error:
            os.close(lock)
            raise StoreError(f"{folder / OWNER_NAME} cannot be written: {error.strerror}") from error
        return ownership

    def release(self) -> None:
        """Stop being the owner; a second call, or one in a forked child, does nothing."""
        lock, self._lock = self._lock, -1
        if lock < 0:
            return
        if os.getpid() == self._pid:
            with contextlib.suppress(OSError):
                (self.folder / OWNER_NAME).unlink()
            unlock(lock)
        os.close(lock)

    def forget(self) -> None:
        """In a forked child: let go of the descriptor, or the lock would outlive its owner in the child."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)

    def _write(self) -> None:
        temporary = self.folder / f"{OWNER_NAME}.{self.record.pid}.tmp"
        temporary.unlink(missing_ok=True)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(codec.dumps(self.record))
        temporary.replace(self.folder / OWNER_NAME)


_held: weakref.WeakSet[Ownership] = weakref.WeakSet()


def _forget_all() -> None:
    for ownership in list(_held):
        ownership.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def read_owner(folder: Path) -> OwnerRecord | None:
    """The owner that owner.json names; None where there is none or its process is gone."""
    try:
        record = codec.loads(OwnerRecord, (folder / OWNER_NAME).read_bytes())
    except (OSError, ValueError):
        return None
    alive = is_writer_alive(
        SegmentOpened(FORMAT_VERSION, "", 0, record.pid, record.start, record.host, record.boot_id, record.started_at)
    )
    return None if alive is False else record


def _record(address: str, token: str) -> OwnerRecord:
    process = this_process()
    return OwnerRecord(
        host=process.host,
        pid=process.pid,
        start=process.pid_started,
        address=address,
        token=token,
        version=FORMAT_VERSION,
        boot_id=process.boot_id,
        started_at=clock.now(),
    )


def try_lock(descriptor: int) -> bool:
    """Take the OS lock without waiting; the system lets go of it when the process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Let go of the lock for every process that has inherited the descriptor."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
