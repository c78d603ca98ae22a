"""A few events written by who is no kernel: a command, or the server for somebody at its page."""

from collections.abc import Sequence
from pathlib import Path

from celltrail.journal.events import Event
from celltrail.journal.writer import JournalWriter


def append_once(store: Path, events: Sequence[Event]) -> None:
    """Append events in a segment of their own, closed behind them.

    Args:
        store: The store's folder.
        events: What happened.
    """
    writer = JournalWriter(store / "journal")
    try:
        writer.append(*events)
    finally:
        writer.close()
