"""The machine: processor, memory, graphics cards, the linear algebra library and its threads."""

import os
import platform
import subprocess
import sys
from functools import cache
from pathlib import Path

from celltrail import config
from celltrail.fingerprint.digest import of_bytes
from celltrail.records import Hardware

_NVIDIA_DRIVER = Path("/proc/driver/nvidia")
_NVIDIA_TIMEOUT_S = 5


def current() -> Hardware:
    """The machine that this process runs on; what cannot be found out is empty or 0.

    The first call on a machine with an NVIDIA driver starts `nvidia-smi` once.
    """
    cpu, memory, gpus = _processor(), _memory_bytes(), _gpus()
    cores, blas, threads = _cores(), _blas(), config.thread_settings()
    lines = [cpu, str(cores), str(memory), *gpus, blas, *threads]
    return Hardware(
        digest=of_bytes("\n".join(lines).encode("utf-8", "surrogatepass")),
        cpu=cpu,
        cores=cores,
        memory_bytes=memory,
        gpus=gpus,
        blas=blas,
        threads=threads,
    )


@cache
def _processor() -> str:
    for line in _lines("/proc/cpuinfo"):
        name, _, value = line.partition(":")
        if name.strip() in {"model name", "Model", "Hardware"} and value.strip():
            return value.strip()
    if sys.platform == "darwin":
        return _output("sysctl", "-n", "machdep.cpu.brand_string") or platform.machine()
    return platform.processor() or platform.machine()


def _cores() -> int:
    """The cores that this process may use: a container or `taskset` may give it fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 0


@cache
def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return _windows_memory_bytes()


def _windows_memory_bytes() -> int:
    text = _output("wmic", "ComputerSystem", "get", "TotalPhysicalMemory", "/value")
    number = text.rpartition("=")[2].strip()
    return int(number) if number.isdigit() else 0


@cache
def _gpus() -> tuple[str, ...]:
    if not _NVIDIA_DRIVER.exists():
        return ()
    text = _output("nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _blas() -> str:
    """Name and version of the library that the loaded numpy was built with; empty while numpy is not loaded."""
    built = getattr(sys.modules.get("numpy.__config__"), "CONFIG", None)
    part = built.get("Build Dependencies", {}).get("blas", {}) if isinstance(built, dict) else {}
    return f"{part.get('name', '')} {part.get('version', '')}".strip()


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _output(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_NVIDIA_TIMEOUT_S, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip()
