"""Which process writes a segment, in words that survive it: host, boot, pid and the time that the pid started."""

import os
import sys
from pathlib import Path

from celltrail.journal.events import SegmentOpened
from celltrail.lean import record

_PROC = Path("/proc")


@record
class ProcessIdentity:
    """This process. `boot_id` is the kernel's boot id and the pid namespace, joined by a slash; empty off Linux."""

    pid: int
    pid_started: int
    host: str
    boot_id: str


def this_process() -> ProcessIdentity:
    """The identity of the calling process."""
    pid = os.getpid()
    started = _started_ticks(pid)
    return ProcessIdentity(pid, started or 0, _host(), _boot_id())


def is_writer_alive(opened: SegmentOpened) -> bool | None:
    """Whether the process that opened a segment still runs.

    Returns:
        True or False for a process of this machine, False as well when this machine was booted since; None for another
        host or container, of which nothing can be known from here.
    """
    if opened.host != _host():
        return None
    boot, _, namespace = opened.boot_id.partition("/")
    own_boot, _, own_namespace = _boot_id().partition("/")
    if boot != own_boot:
        return False
    if namespace != own_namespace:
        return None
    return _is_running(opened.pid, opened.pid_started)


def _is_running(pid: int, pid_started: int) -> bool | None:
    if pid_started:
        return _started_ticks(pid) == pid_started
    if sys.platform == "win32":  # os.kill(pid, 0) would end the process there
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return None
    return True


def _host() -> str:
    if sys.platform == "win32":
        import platform

        return platform.node()
    return os.uname().nodename


def _boot_id() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_bytes().decode().strip()
        namespace = (_PROC / "self/ns/pid").readlink().name.strip("pid:[]")
    except (OSError, ValueError):
        return ""
    return f"{boot}/{namespace}"


def _started_ticks(pid: int) -> int | None:
    """Clock ticks from boot to the start of `pid`; None when it is gone (a zombie is), or there is no /proc."""
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    fields = stat[stat.rfind(b")") + 2 :].split()  # the name before it may hold blanks and parentheses
    return None if fields[0] in {b"Z", b"X"} else int(fields[19])
