"""Samples of one cell or run, added up as they come: three numbers for each quantity, however long it takes."""

from dataclasses import field
from typing import TYPE_CHECKING

from celltrail.capture import measure
from celltrail.capture.system.course import Course, Point
from celltrail.capture.system.readings import Totals
from celltrail.lean import mutable
from celltrail.records import GpuUse, Spread, SystemUse

if TYPE_CHECKING:
    from celltrail.capture.system.nvidia import GpuSample

_PERCENT = 100.0


@mutable
class Range:
    """The least, the greatest and the sum of some numbers."""

    count: int = 0
    minimum: float = 0.0
    total: float = 0.0
    maximum: float = 0.0

    def add(self, value: float) -> None:
        """One more."""
        self.minimum = min(self.minimum, value) if self.count else value
        self.maximum = max(self.maximum, value) if self.count else value
        self.total += value
        self.count += 1

    def spread(self) -> Spread | None:
        """The three numbers; None of nothing."""
        return Spread(self.minimum, self.total / self.count, self.maximum) if self.count else None


@mutable
class Tally:
    """One cell or run that is going on.

    Attributes:
        began_at_s: On the monotonic clock.
        start: What the processes had used by then.
        peak_before: The greatest resident size of this process before it.
        seen_bytes: The most memory that was seen.
        has_children: Whether other processes were seen below this one.
        course: Takes a point of each sample, where it is wanted.
        gpu_now: How busy the graphics cards were at the last sample of them, and the memory that they held.
    """

    began_at_s: float
    start: Totals
    peak_before: int
    seen_bytes: int
    has_children: bool = False
    cpu: Range = field(default_factory=Range)
    memory: Range = field(default_factory=Range)
    gpus: dict[str, tuple[Range, Range]] = field(default_factory=dict)
    course: Course | None = None
    gpu_now: tuple[float | None, float | None] = (None, None)

    def sample(self, cpu_percent: float, memory_bytes: int, *, has_children: bool) -> None:
        """One sample of the processes."""
        self.cpu.add(cpu_percent)
        self.memory.add(float(memory_bytes))
        self.seen_bytes = max(self.seen_bytes, memory_bytes)
        self.has_children = self.has_children or has_children

    def sample_gpus(self, samples: "tuple[GpuSample, ...]") -> None:
        """One sample of the graphics cards."""
        for one in samples:
            busy, memory = self.gpus.setdefault(one.name, (Range(), Range()))
            busy.add(one.busy_percent)
            memory.add(float(one.memory_bytes))
        if samples:
            busy_percent = sum(one.busy_percent for one in samples) / len(samples)
            self.gpu_now = (busy_percent, float(sum(one.memory_bytes for one in samples)))

    def draw(self, now_s: float, cpu_percent: float, memory_bytes: int) -> None:
        """The same sample as a point of the course, where one is wanted."""
        if self.course is not None:
            self.course.add(Point(now_s - self.began_at_s, cpu_percent, float(memory_bytes), *self.gpu_now))

    def peak(self, memory_now: int) -> tuple[int, bool]:
        """The most memory, and whether that is the system's own figure.

        The system's peak never sinks. It is this cell's only where the cell raised it, and only of this process.
        """
        system = measure.peak_memory_bytes()
        seen = max(self.seen_bytes, memory_now)
        if system > self.peak_before:
            return max(system, seen), not self.has_children
        return seen, False

    def use(self, now_s: float, end: Totals) -> SystemUse:
        """All of it, at the end."""
        duration_s = max(now_s - self.began_at_s, 1e-9)
        mean = max(end.cpu_s - self.start.cpu_s, 0.0) / duration_s * _PERCENT
        lowest, highest = (self.cpu.minimum, self.cpu.maximum) if self.cpu.count else (mean, mean)
        peak, is_exact = self.peak(end.memory_bytes)
        return SystemUse(
            duration_s=duration_s,
            sample_count=self.memory.count,
            cpu_percent=Spread(min(lowest, mean), mean, max(highest, mean)),
            memory_bytes=self.memory.spread(),
            peak_memory_bytes=peak,
            peak_is_exact=is_exact,
            disk_read_bytes=_grown(self.start.read_bytes, end.read_bytes),
            disk_written_bytes=_grown(self.start.written_bytes, end.written_bytes),
            gpus=tuple(_gpu_use(name, *ranges) for name, ranges in self.gpus.items()),
        )


def _grown(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else max(after - before, 0)


def _gpu_use(name: str, busy: Range, memory: Range) -> GpuUse:
    nothing = Spread(0.0, 0.0, 0.0)
    return GpuUse(name, busy.spread() or nothing, memory.spread() or nothing)
