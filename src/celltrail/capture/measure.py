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
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def cpu_s() -> float:
    """CPU seconds of this process, user and system, all threads."""
    return time.process_time()


def peak_memory_bytes() -> int:
    """The largest resident size that this process ever had; 0 where the system does not say."""
    if not _HAS_RESOURCE:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT


def resident_bytes() -> int:
    """The resident size now; 0 where the system has no /proc."""
    try:
        descriptor = os.open("/proc/self/statm", os.O_RDONLY)
        try:
            return int(os.read(descriptor, 200).split()[1]) * _PAGE_BYTES
        finally:
            os.close(descriptor)
    except OSError:
        return 0
