"""The process that reads one table: bounded in memory and time, and without a way to any other file or address."""

import sys

from celltrail import codec
from celltrail.labserver.previews.asking import TableAnswer, TableWish
from celltrail.labserver.previews.tables import UnreadableError, read_table

_MAX_ADDRESS_BYTES = 6 << 30  # DuckDB and pyarrow reserve much more than they use
_MAX_CPU_S = 25


def main() -> None:
    """Answer the one question on the standard input."""
    wish = codec.loads(TableWish, sys.stdin.buffer.read())
    sys.path[:] = wish.path
    _bound()
    try:
        answer = TableAnswer(read_table(wish))
    except UnreadableError as error:
        answer = TableAnswer(problem=str(error))
    except MemoryError:
        answer = TableAnswer(problem="it needs more memory than a preview may take: download it")
    sys.stdout.buffer.write(codec.dumps(answer))


def _bound() -> None:
    """A file that unpacks into more than the machine has ends this process alone."""
    if sys.platform == "win32":
        return
    import resource

    for what, most in ((resource.RLIMIT_AS, _MAX_ADDRESS_BYTES), (resource.RLIMIT_CPU, _MAX_CPU_S)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
