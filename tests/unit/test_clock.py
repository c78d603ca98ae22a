"""A call that is to come later: once, unless it is cancelled, and no error where Python is ending."""

import subprocess
import sys
import threading

from celltrail import clock

ENDING = """
import atexit
from celltrail import clock
def end():
    timer = clock.call_after(60, print)
    print(timer is None or timer.daemon)
atexit.register(end)
"""


def test_a_call_comes_once_after_its_time_and_not_where_it_was_cancelled():
    called, cancelled = threading.Event(), threading.Event()
    timer = clock.call_after(60, cancelled.set)
    assert timer is not None
    timer.cancel()
    assert clock.call_after(0.01, called.set) is not None
    assert called.wait(10)
    timer.join(10)
    assert not cancelled.is_set()


def test_a_python_that_is_ending_is_not_disturbed_by_it():
    done = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, encoding="utf-8", check=True)
    assert (done.stdout, done.stderr) == ("True\n", "")
