"""A thread that looks at the process while cells run: seven times in a cell's first second, then once a second.

Nothing happens while no cell runs: a second after the last one the thread sleeps until it is woken. A call of native
code that keeps the interpreter's lock keeps this thread waiting too: what is in between is not seen, but for the
totals, which are read at both ends.
"""

import os
import threading
import time
from typing import TYPE_CHECKING

from celltrail.capture.boundary import guarded
from celltrail.capture.measure import ResidentSize, peak_memory_bytes
from celltrail.capture.system import readings
from celltrail.capture.system.course import Course
from celltrail.capture.system.readings import NOTHING, Totals
from celltrail.capture.system.tally import Tally
from celltrail.records import SystemCourse, SystemUse

if TYPE_CHECKING:
    from celltrail.capture.system.nvidia import Nvidia

NVIDIA = "libnvidia-ml.so.1"  # comes with the driver

QUICK_S = 0.15
SLOW_S = 1.0
_LINGER_S = 1.0  # to wake a sleeping thread costs a cell 50 microseconds: not at each cell of a notebook that is run
_JOIN_S = 1.0
_PERCENT = 100.0


class Sampler:
    """Samples for one session.

    Thread safety: any method from any thread. In a forked child there are no samples, only totals.

    Args:
        is_on: Whether samples are taken; else there is no thread, and peaks are what both ends show.
        gpu_library: NVIDIA's library.
    """

    def __init__(self, *, is_on: bool = True, gpu_library: str = NVIDIA) -> None:
        self.is_on = is_on
        self._gpu_library = gpu_library
        self._cells: dict[str, float] = {}
        self._tallies: dict[str, Tally] = {}
        self._children = NOTHING
        self._looked_at_s = -_LINGER_S  # for children
        self._resident = ResidentSize()
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._awake = threading.Event()
        self._is_asleep = False
        self._pid = os.getpid()
        self._gpus: Nvidia | None = None
        self._has_looked = False  # for graphics cards

    def cell_began(self, execution_id: str) -> None:
        """A cell is about to run."""
        now_s = time.monotonic()
        if self.is_on and now_s - self._looked_at_s > _LINGER_S:
            self._look_for_children(now_s)  # those from before are not this cell's doing
        self._cells[execution_id] = now_s
        memory = self._memory_bytes()  # all that is wanted of a cell: each one waits for this
        start = Totals(readings.spent_s() + self._children.cpu_s)
        self._tallies[execution_id] = Tally(now_s, start, peak_memory_bytes(), memory, course=Course())
        if self.is_on and self._thread is None:
            self._start()
        elif self._is_asleep:
            self._awake.set()

    def cell_ended(self, execution_id: str) -> tuple[int, bool]:
        """The most memory that was resident while the cell ran, and whether that is the system's own figure."""
        self._cells.pop(execution_id, None)
        tally = self._tallies.pop(execution_id, None)
        return tally.peak(self._memory_bytes()) if tally is not None else (0, False)

    def course_of(self, execution_id: str) -> SystemCourse | None:
        """How a cell that runs has used the machine so far; None without any sample."""
        tally = self._tallies.get(execution_id)
        return tally.course.kept() if tally is not None and tally.course is not None else None

    def begin(self, key: str) -> None:
        """Something begins whose use of the machine is wanted: a run, by its id."""
        now = self._totals()
        self._tallies[key] = Tally(time.monotonic(), now, peak_memory_bytes(), now.memory_bytes)

    def end(self, key: str) -> SystemUse | None:
        """What that took; None where it never began."""
        tally = self._tallies.pop(key, None)
        return tally.use(time.monotonic(), self._totals()) if tally is not None else None

    def stop(self) -> None:
        """End the thread; what goes on is not sampled any more."""
        thread, self._thread = self._thread, None
        self._cells.clear()
        if thread is not None and os.getpid() == self._pid:
            self._over.set()
            self._awake.set()
            thread.join(_JOIN_S)
        self._resident.close()

    def is_sampling(self) -> bool:
        """Whether the thread lives and is not asleep."""
        return self._thread is not None and not self._is_asleep

    def _memory_bytes(self) -> int:
        return (self._resident.read_bytes() or peak_memory_bytes()) + self._children.memory_bytes

    def _look_for_children(self, now_s: float) -> None:
        self._children = readings.children()
        self._looked_at_s = now_s

    def _totals(self) -> Totals:
        """The children's as they were at the last sample: to look for them takes time."""
        return readings.own(self._resident).plus(self._children)

    # --- the thread -----------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._over, self._awake = threading.Event(), threading.Event()
        self._is_asleep = False
        self._thread = threading.Thread(target=self._work, name="celltrail-system", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        over, awake = self._over, self._awake
        last: tuple[float, Totals] | None = None
        idle_since = time.monotonic()
        while not over.wait(self._pause_s()):
            now = time.monotonic()
            if self._cells:
                idle_since = now
                with guarded("system"):
                    last = self._sample(now, last)
            elif now - idle_since > _LINGER_S:
                last = None
                self._sleep(over, awake)
                idle_since = time.monotonic()
        if self._gpus is not None:
            self._gpus.close()
            self._gpus, self._has_looked = None, False

    def _pause_s(self) -> float:
        """A young cell is looked at more often: most cells are short."""
        begun = list(self._cells.values())
        return SLOW_S if begun and time.monotonic() - max(begun) >= SLOW_S else QUICK_S

    def _sleep(self, over: threading.Event, awake: threading.Event) -> None:
        awake.clear()
        self._is_asleep = True
        if not self._cells and not over.is_set():
            awake.wait()
        self._is_asleep = False

    def _sample(self, now: float, last: tuple[float, Totals] | None) -> tuple[float, Totals]:
        self._look_for_children(now)
        totals = self._totals()
        percent = 0.0
        if last is not None:
            percent = max(totals.cpu_s - last[1].cpu_s, 0.0) / max(now - last[0], 1e-9) * _PERCENT
        tallies = list(self._tallies.values())
        if self._pause_s() >= SLOW_S:
            self._sample_gpus(tallies)
        for tally in tallies:
            used = percent if last is not None and tally.began_at_s <= last[0] else _since(tally, now, totals)
            tally.sample(used, totals.memory_bytes, has_children=self._children is not NOTHING)
            tally.draw(now, used, totals.memory_bytes)
        return now, totals

    def _sample_gpus(self, tallies: list[Tally]) -> None:
        if not self._has_looked:
            from celltrail.capture.system import nvidia  # ctypes, which a kernel without a long cell need not pay for

            self._has_looked = True
            self._gpus = nvidia.open_cards(self._gpu_library)
        if self._gpus is not None:
            samples = self._gpus.samples()
            for tally in tallies:
                tally.sample_gpus(samples)


def _since(tally: Tally, now: float, totals: Totals) -> float:
    """The share since a beginning that came after the last sample."""
    return max(totals.cpu_s - tally.start.cpu_s, 0.0) / max(now - tally.began_at_s, 1e-3) * _PERCENT
