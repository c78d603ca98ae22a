"""Time and ids: the one place that they come from, so that tests can hold them."""

import os
import threading
import time
from collections.abc import Callable


def now() -> int:
    """Microseconds since the Unix epoch, UTC."""
    return time.time_ns() // 1000


def call_after(delay_s: float, call: Callable[[], object]) -> threading.Timer | None:
    """Call once in a thread of its own after so many seconds, unless the timer is cancelled.

    Returns:
        The timer; None where Python starts no thread any more: from 3.12 on as soon as it begins to end.
    """
    timer = threading.Timer(delay_s, call)
    timer.daemon = True
    try:
        timer.start()
    except RuntimeError:
        return None
    return timer


def new_id() -> str:
    """32 hexadecimal digits from the operating system; the user's generators are never drawn from."""
    return os.urandom(16).hex()


def new_writer_id() -> str:
    """16 hexadecimal digits that name one journal writer."""
    return os.urandom(8).hex()
