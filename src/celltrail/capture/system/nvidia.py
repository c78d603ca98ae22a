"""NVIDIA's graphics cards through their own library (NVML), where the driver has brought it."""

import ctypes
from typing import Any

from celltrail.lean import record

_OK = 0
_NAME_BYTES = 96
_MAX_CARDS = 32


@record
class GpuSample:
    """One card now: how busy it was lately, and its memory in use by whoever uses it."""

    name: str
    busy_percent: float
    memory_bytes: int


class _Utilization(ctypes.Structure):
    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class Nvidia:
    """The cards of this machine. Not thread safe: the sampler's thread is the only caller."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._cards = [
            (f"{number} {name}", handle) for number in range(self._count()) for name, handle in self._card(number)
        ]

    def samples(self) -> tuple[GpuSample, ...]:
        """Each card now; one that does not answer is left out."""
        return tuple(sample for name, handle in self._cards for sample in self._sample(name, handle))

    def close(self) -> None:
        """Let go of the driver."""
        self._library.nvmlShutdown()

    def _count(self) -> int:
        count = ctypes.c_uint()
        self._library.nvmlDeviceGetCount_v2(ctypes.byref(count))
        return min(count.value, _MAX_CARDS)

    def _card(self, number: int) -> list[tuple[str, ctypes.c_void_p]]:
        handle = ctypes.c_void_p()
        if self._library.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(number), ctypes.byref(handle)) != _OK:
            return []
        name = ctypes.create_string_buffer(_NAME_BYTES)
        self._library.nvmlDeviceGetName(handle, name, ctypes.c_uint(_NAME_BYTES))
        return [(name.value.decode("utf-8", "replace"), handle)]

    def _sample(self, name: str, handle: ctypes.c_void_p) -> list[GpuSample]:
        busy, memory = _Utilization(), _Memory()
        if self._library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) != _OK:
            return []
        self._library.nvmlDeviceGetUtilizationRates(handle, ctypes.byref(busy))  # some cards do not say: 0
        return [GpuSample(name, float(busy.gpu), memory.used)]


def open_cards(library: str) -> Nvidia | None:
    """The cards; None where there is no NVIDIA driver, or it refuses."""
    try:
        loaded = ctypes.CDLL(library)
        if loaded.nvmlInit_v2() != _OK:
            return None
        return Nvidia(loaded)
    except (OSError, AttributeError):  # no such library, or one without these functions
        return None
