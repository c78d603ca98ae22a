"""A real IPython shell in a project of its own, with capture on: what the benchmarks of single cells share."""

import contextlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


@contextlib.contextmanager
def tracked_shell(prepare: str) -> Iterator[tuple[object, object]]:
    """The shell and its tracking, in a folder that is gone afterwards; what cells print is not shown.

    Args:
        prepare: The first cell; it is followed by a rest in which the thread describes the environment.
    """
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    from celltrail.capture.tracking import Tracking

    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        Path("pyproject.toml").touch()
        # IPython's own history thread would do its work of one cell within the measured time of another
        shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        tracking = Tracking(shell)
        tracking.start()
        shell.run_cell(prepare, store_history=True).raise_error()
        time.sleep(3)
        try:
            yield shell, tracking
        finally:
            tracking.unload()
            os.chdir(before)


def cpu_ms(shell: object, source: str) -> float:
    """CPU milliseconds of the process while the cell runs, its threads included."""
    started = time.process_time_ns()
    shell.run_cell(source, store_history=True).raise_error()
    return (time.process_time_ns() - started) / 1e6
