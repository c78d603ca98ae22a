"""Text that looks like a secret, told before a bundle is written: a help to the eye, and no promise."""

import re
from collections.abc import Iterable, Iterator

from celltrail.errors import BlobNotFoundError
from celltrail.execute.bundle.entries import Entry
from celltrail.execute.replay.session import RecordedSession
from celltrail.journal.blobs import BlobStore
from celltrail.store.runs import CellExecution

_MAX_READ_BYTES = 1 << 20
_KINDS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an access key of AWS": re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"),
    "a token": re.compile(
        r"\b(?:gh[pousr]_\w{30,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_\w{30,}|xox[abpr]-[\w-]{10,})"
    ),
    "an API key": re.compile(r"\b(?:sk|pk|rk)[-_](?:live|test|ant|proj)?[-_]?\w{20,}"),
    "a password in an address": re.compile(r"\b\w+://[^\s/:@'\"]+:[^\s/@'\"]{3,}@"),
    "a password or key": re.compile(
        r"""\b\w*(?:password|passwd|secret|api_?key|access_?key|auth_?token)\w*['"]?\s*[=:]\s*['"][^'"\s]{6,}['"]""",
        re.IGNORECASE,
    ),
}


def secrets_in_cells(executions: Iterable[CellExecution]) -> Iterator[str]:
    """Where the sources or errors of cells look as if they held a secret: `[4] a token`."""
    for execution in executions:
        said = execution.source + (execution.error.traceback if execution.error else "")
        yield from (f"[{execution.execution_count}] {kind}" for kind in _kinds_in(said))


def secrets_in_files(entries: Iterable[Entry]) -> Iterator[str]:
    """The same for the project's modules: `settings.py a password or key`."""
    for entry in entries:
        if entry.size_bytes <= _MAX_READ_BYTES and entry.path.endswith((".py", ".ipy", ".patch")):
            content = b"".join(entry.pieces()).decode("utf-8", "replace")
            yield from (f"{entry.path} {kind}" for kind in _kinds_in(content))


def secrets_in_modules(session: RecordedSession, blobs: BlobStore) -> Iterator[str]:
    """The same for modules as the session executed them: they go in too, also where the file is another by now."""
    for module in {one for many in session.modules.values() for one in many if one.digest}:
        try:
            content = blobs.read(module.digest).decode("utf-8", "replace")
        except BlobNotFoundError:
            continue
        yield from (f"{module.path} as it was executed {kind}" for kind in _kinds_in(content))


def _kinds_in(content: str) -> Iterator[str]:
    yield from (kind for kind, pattern in _KINDS.items() if pattern.search(content))
