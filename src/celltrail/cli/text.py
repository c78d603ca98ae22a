"""What people read: times, durations, sizes and numbers in few characters, and names that cannot drive a terminal."""

from celltrail.runs.text import ago, day_and_time, duration, escape, number, size

__all__ = ["ago", "day_and_time", "duration", "escape", "number", "size"]
