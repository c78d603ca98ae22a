"""What people read: times, durations, sizes and numbers in few characters, and names that cannot drive a terminal."""

import math
import unicodedata
from collections.abc import Sequence
from os.path import commonprefix

from celltrail import clock

_KEPT = frozenset("\n\t")
_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h"), (86400 * 60, 86400, "days"))


def escape(text: str, *, lines: bool = False) -> str:
    r"""A text with every control and direction-override character made visible (`\x1b`), so that a name stays a name.

    Args:
        text: Anything that a user, a notebook or a store said.
        lines: Keep line breaks and tabs.
    """
    return "".join(
        char if (lines and char in _KEPT) or not _is_control(char) else char.encode("unicode_escape").decode()
        for char in text
    )


def _is_control(char: str) -> bool:
    if char.isascii():
        return not char.isprintable()
    is_joiner = char in "\u200c\u200d"  # they make one emoji, or one word, of several characters
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and not is_joiner


def ago(at: int) -> str:
    """How long since a time in microseconds: `12 s ago`, `3 days ago`."""
    seconds = max(0, (clock.now() - at) // 1_000_000)
    for limit, unit, name in _STEPS:
        if seconds < limit:
            return f"{seconds // unit} {name} ago"
    return day_and_time(at)[:10]


def day_and_time(at: int) -> str:
    """A time in microseconds as `2026-11-23 10:15:02 UTC`."""
    import time

    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at / 1e6))


def duration(seconds: float | None) -> str:
    """A duration: `12 ms`, `3.4 s`, `2 min 5 s`; a dash where it is not known yet."""
    if seconds is None:
        return "-"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size(count: int | None) -> str:
    """A number of bytes: `512 B`, `1.4 MB`; a dash where it is not known."""
    if count is None:
        return "-"
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:  # noqa: PLR2004 - the next unit begins
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def number(value: float) -> str:
    """A metric in six significant digits."""
    return f"{value:.6g}" if math.isfinite(value) else str(value)


def told_apart(values: Sequence[str | None], width: int) -> tuple[str, ...]:
    """Texts of at most that many characters each, from shortly before they begin to differ; what is cut says so."""
    there = [value for value in values if value is not None]
    begins = len(commonprefix(there)) if len(there) > 1 else 0  # noqa: RUF071 - letter by letter is wanted
    start = max(begins - width // 4, 0) if begins > width - width // 4 else 0
    return tuple("" if value is None else _part(value, start, width) for value in values)


def _part(value: str, start: int, width: int) -> str:
    if len(value) <= width:
        return value
    rest = " …" if len(value) > start + width else ""
    return f"{'… ' if start else ''}{value[start : start + width]}{rest} ({len(value):,} characters)"
