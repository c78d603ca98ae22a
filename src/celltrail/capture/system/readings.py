"""One reading of this process and its children: CPU time, resident memory, bytes to and from the disk.

On Linux all of it comes from /proc. Elsewhere the children's CPU counts once they have ended, memory is the process's
own peak, and the disk is not known.
"""

import os
import sys
import time

from celltrail.capture import measure
from celltrail.lean import record

OURS: set[str] = set()  # processes that celltrail started for itself
_HAS_PROC = sys.platform == "linux"
_MAX_PROCESSES = 64
_TICKS_PER_S = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_CPU_FIELDS = slice(11, 15)  # of /proc/pid/stat after the name: own and waited children's time, user and system
_RSS_FIELD = 21


@record
class Totals:
    """What processes have used so far; the disk's bytes are None where the system does not say."""

    cpu_s: float = 0.0
    memory_bytes: int = 0
    read_bytes: int | None = None
    written_bytes: int | None = None

    def plus(self, other: "Totals") -> "Totals":
        """Both together."""
        return Totals(
            self.cpu_s + other.cpu_s,
            self.memory_bytes + other.memory_bytes,
            _sum(self.read_bytes, other.read_bytes),
            _sum(self.written_bytes, other.written_bytes),
        )


NOTHING = Totals()


def _sum(first: int | None, second: int | None) -> int | None:
    return first if second is None else second if first is None else first + second


def spent_s() -> float:
    """Processor time of this process and of the children that it has waited for; a microsecond."""
    waited = os.times()
    return time.process_time() + waited.children_user + waited.children_system


def own(resident: measure.ResidentSize) -> Totals:
    """This process, and the children that it has waited for; 12 microseconds."""
    disk = _disk("self") if _HAS_PROC else None
    return Totals(
        spent_s(),
        resident.read_bytes() or measure.peak_memory_bytes(),
        *(disk or (None, None)),
    )


def children() -> Totals:
    """The processes below this one that are alive, at most 64 of them; a microsecond where there are none."""
    if not (_HAS_PROC and _has_children()):
        return NOTHING
    found = NOTHING
    waiting = [pid for pid in _children_of("self") if pid not in OURS]
    for pid in waiting[:_MAX_PROCESSES]:
        used = _process(pid)
        if used is not None:
            found = found.plus(used)
            waiting += _children_of(pid)
    return found


def _has_children() -> bool:
    """Whether this process has any, also such as have ended; nobody's wait for one is answered by this."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _children_of(pid: str) -> list[str]:
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 - numbers are wanted, a Path costs ten times as much
    except OSError:
        return []
    return [child for thread in threads for child in _read(f"/proc/{pid}/task/{thread}/children").split()]


def _process(pid: str) -> Totals | None:
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) <= _RSS_FIELD:
        return None  # it has ended meanwhile
    ticks = sum(map(int, fields[_CPU_FIELDS]))
    return Totals(ticks / _TICKS_PER_S, int(fields[_RSS_FIELD]) * _PAGE_BYTES, *(_disk(pid) or (None, None)))


def _disk(pid: str) -> tuple[int, int] | None:
    """Bytes that came from and went to the disk itself."""
    found: dict[str, str] = {}
    for line in _read(f"/proc/{pid}/io").splitlines():
        name, _, value = line.partition(": ")
        found[name] = value
    read, written = found.get("read_bytes", ""), found.get("write_bytes", "")
    return (int(read), int(written)) if read.isdigit() and written.isdigit() else None


def _read(path: str) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(descriptor, 65536).decode("ascii", "replace")
    except OSError:
        return ""
    finally:
        os.close(descriptor)
