"""Values and changes of them in the one line that a cause has."""

import re

from celltrail.runs.compare import Difference
from celltrail.runs.text import told_apart

_VALUE = 60  # characters of a value in a title
_DIGEST = re.compile(r"([a-z0-9-]+:)?[0-9a-f]{32,}", re.ASCII)


def shown(value: str | None) -> str:
    """A value, cut where it is long."""
    if value is None:
        return "(none)"
    if _DIGEST.fullmatch(value):
        return f"{value[:20]} …"
    line = " ".join(value.split())
    return f"{line[:_VALUE]} …" if len(line) > _VALUE else line


def changed(name: str, one: Difference) -> str:
    """What two runs have of one thing."""
    before, after = one.values
    if before is None:
        return f"{name} {shown(after)} only in the second run"
    if after is None:
        return f"{name} {shown(before)} only in the first run"
    words: tuple[str, ...] = shown(before), shown(after)
    if words[0] == words[1]:  # what differs stands behind what is shown
        words = told_apart((" ".join(before.split()), " ".join(after.split())), _VALUE)
    return f"{name} changed {' → '.join(words)}"
