"""CPU time and memory of this process, in microseconds of cost."""

import os
import sys
import time

try:
    import resource

    _HAS_RESOURCE = True
except ImportError:  # Windows
    _HAS_RESOURCE = False

_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
_STATM_FIELDS = 7
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def cpu_s() -> float:
    """CPU seconds of this process, user and system, all threads."""
    return time.process_time()


def peak_memory_bytes() -> int:
    """The largest resident size that this process ever had; 0 where the system does not say."""
    if not _HAS_RESOURCE:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT


class ResidentSize:
    """The resident size of this process, read from a descriptor that stays open.

    To open, read and close takes three calls that let go of the interpreter's lock: in a kernel, whose other threads
    send messages while a cell begins and ends, each of them may wait. Somebody who closes all descriptors may have the
    number reused, so what is read must look like what is meant, and only then is the descriptor ever closed.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._pid = 0  # a forked child's is its parent's

    def read_bytes(self) -> int:
        """The size now; 0 where the system has no /proc."""
        pages = self._pages()
        if pages is None:
            try:
                self._descriptor = os.open("/proc/self/statm", os.O_RDONLY)
            except OSError:
                return 0
            self._pid = os.getpid()
            pages = self._pages() or 0
        return pages * _PAGE_BYTES

    def close(self) -> None:
        """Give the descriptor back; the next reading opens another."""
        if self._pages() is not None:
            os.close(self._descriptor)
        self._pid = 0

    def _pages(self) -> int | None:
        if self._pid != os.getpid():
            return None
        try:
            found = os.pread(self._descriptor, 200, 0).split()
        except OSError:
            return None
        if len(found) != _STATM_FIELDS or found[4] != b"0" or found[6] != b"0":  # these two are no longer used
            return None
        return int(found[1]) if found[1].isdigit() else None
