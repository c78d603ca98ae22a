"""Time and ids: the one place that they come from, so that tests can hold them."""

import os
import time


def now() -> int:
    """Microseconds since the Unix epoch, UTC."""
    return time.time_ns() // 1000


def new_id() -> str:
    """32 hexadecimal digits from the operating system; the user's generators are never drawn from."""
    return os.urandom(16).hex()


def new_writer_id() -> str:
    """16 hexadecimal digits that name one journal writer."""
    return os.urandom(8).hex()
