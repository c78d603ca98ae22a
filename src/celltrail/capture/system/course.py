"""How the use of the machine went over time, in a bounded number of points, however long it takes."""

from dataclasses import field

from celltrail.lean import mutable, record
from celltrail.records import SystemCourse

MAX_POINTS = 240  # half as many remain when neighbours are joined


@record
class Point:
    """The processes at one moment: seconds since the beginning; the graphics cards where there are any."""

    at_s: float
    cpu_percent: float
    memory_bytes: float
    gpu_percent: float | None = None
    gpu_memory_bytes: float | None = None


@mutable
class Course:
    """The points of one cell. A point stands for `_stride` samples: the mean of the processor, the most of memory."""

    _points: list[Point] = field(default_factory=list)
    _waiting: list[Point] = field(default_factory=list)
    _stride: int = 1

    def add(self, point: Point) -> None:
        """One more sample."""
        self._waiting.append(point)
        if len(self._waiting) >= self._stride:
            self._points.append(_joined(self._waiting))
            self._waiting = []
        if len(self._points) >= MAX_POINTS:
            pairs = zip(self._points[::2], self._points[1::2], strict=True)
            self._points = [_joined(list(pair)) for pair in pairs]
            self._stride *= 2

    def kept(self) -> SystemCourse | None:
        """What is kept of it; None without any sample."""
        points = [*self._points, *([_joined(self._waiting)] if self._waiting else [])]
        if not points:
            return None
        has_gpu = any(point.gpu_percent is not None for point in points)
        return SystemCourse(
            offset_ms=tuple(round(1000 * point.at_s) for point in points),
            cpu_percent=tuple(round(point.cpu_percent, 1) for point in points),
            memory_bytes=tuple(round(point.memory_bytes) for point in points),
            gpu_percent=tuple(round(point.gpu_percent or 0.0, 1) for point in points) if has_gpu else (),
            gpu_memory_bytes=tuple(round(point.gpu_memory_bytes or 0.0) for point in points) if has_gpu else (),
        )


def _joined(points: list[Point]) -> Point:
    if len(points) == 1:
        return points[0]
    busy = [point.gpu_percent for point in points if point.gpu_percent is not None]
    held = [point.gpu_memory_bytes for point in points if point.gpu_memory_bytes is not None]
    return Point(
        points[-1].at_s,
        sum(point.cpu_percent for point in points) / len(points),
        max(point.memory_bytes for point in points),
        sum(busy) / len(busy) if busy else None,
        max(held) if held else None,
    )
