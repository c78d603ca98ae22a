"""Code that the cells import, compared by commit and by what was not committed; notebooks and outputs do not count."""

import re
from collections.abc import Callable, Mapping

from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.report import Finding, Verdict
from celltrail.fingerprint.files import digest_bytes
from celltrail.records import CodeVersion

_SECTION = re.compile(rb"^diff --git ", re.MULTILINE)
_PATH = re.compile(rb'"?a/(.*?)"? "?b/')
_UNTRACKED = re.compile(rb"^# untracked: (.*\.py)$", re.MULTILINE)


def compare_code(before: CodeVersion, after: CodeVersion, read_blob: Callable[[str], bytes]) -> tuple[Finding, ...]:
    """What differs between the modules of two code versions.

    A notebook changes with each save, and what the cells executed is in the trail: changes of notebooks are left out.

    Args:
        before: The run's.
        after: The replay's.
        read_blob: Gives an uncommitted difference by its digest.
    """
    if before.commit != after.commit:
        return (Finding("commit", Verdict.DIFFERS, before.commit[:12], after.commit[:12]),)
    if before.diff_digest == after.diff_digest:
        return ()
    try:
        sides = [_changes(read_blob(one.diff_digest) if one.diff_digest else b"") for one in (before, after)]
    except BlobNotFoundError:
        note = "what was not committed is not there any more"
        return (Finding("uncommitted changes", Verdict.CANNOT, before.diff_digest, after.diff_digest, note),)
    first, second = sides
    paths = [path for path in dict.fromkeys((*first, *second)) if first.get(path) != second.get(path)]
    return tuple(Finding(path, Verdict.DIFFERS, _state(path, first), _state(path, second)) for path in paths)


def _changes(difference: bytes) -> dict[str, bytes]:
    """By file what was changed in it; of an untracked module, whose content is not kept, that it is there."""
    notes, *sections = _SECTION.split(difference)
    found = {}
    for section in sections:
        match = _PATH.match(section)
        path = match[1].decode("utf-8", "replace") if match else "a file"
        if not path.endswith(".ipynb"):
            found[path] = section
    untracked = (name.decode("utf-8", "replace") for name in _UNTRACKED.findall(notes))
    return found | dict.fromkeys(untracked, b"untracked")


def _state(path: str, changes: Mapping[str, bytes]) -> str:
    change = changes.get(path)
    if change is None:
        return "as committed"
    if change == b"untracked":
        return change.decode()
    lines = [line for line in change.split(b"\n") if line[:1] in {b"+", b"-"} and line[:3] not in {b"+++", b"---"}]
    return f"changed in {len(lines)} lines ({digest_bytes(change)[:20]})"
