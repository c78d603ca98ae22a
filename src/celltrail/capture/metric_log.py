"""Values that the user logs, on their way to the run that is open here: the hot path of `celltrail.log_metric`."""

import time
from collections.abc import Callable

from celltrail import clock
from celltrail.capture.context import Here, RunLog, Series
from celltrail.capture.whereabouts import Whereabouts
from celltrail.journal.writer import JournalWriter

_time_ns = time.time_ns


class MetricLog:
    """Finds the run and the series of each value once, so that logging the next one is one lookup.

    Thread safety: any method from any thread.

    Args:
        where: Where the calling code is.
        writer: The session's.
        find_run: The id of the run that is logged to here, opened if need be; empty where nothing is recorded.
    """

    def __init__(self, where: Whereabouts, writer: JournalWriter, find_run: Callable[[], str]) -> None:
        self._where = where
        self._writer = writer
        self._find_run = find_run
        self._logs: dict[tuple[str, str], RunLog] = {}
        self._latest: dict[tuple[str, str], Series] = {}
        self._here = where.here.get

    def log_here(self, key: str, value: float, step: int | None) -> None:
        """Log one value to the run that is open here; the step counts up by itself where it is None."""
        here = self._here()
        epoch, log = here.found
        if epoch is not self._where.epoch:
            log = self._find_log(here)
        try:
            series = log.series[key]
        except KeyError:
            series = self._declare(log, key)
        if step is None:
            step = series.next_step
        series.next_step = step + 1
        if series.number:
            self._writer.metric(series.number, step, _time_ns() // 1000, value)

    def log_rows_here(self, values: dict[str, float], step: int | None) -> None:
        """Log several keys to the run that is open here, in one write."""
        log = self._find_log(self._here())
        if not log.run_id:
            return
        rows = []
        at = clock.now()
        for key, value in values.items():
            series = log.series.get(key) or self._declare(log, key)
            at_step = series.next_step if step is None else step
            series.next_step = at_step + 1
            rows.append((series.number, at_step, at, value))
        self._writer.metrics(rows)

    def _find_log(self, here: Here) -> RunLog:
        epoch = self._where.epoch  # before the run is found: one that begins or ends meanwhile makes us look again
        run_id = self._find_run()
        cell = self._where.current_cell()
        key = (run_id, cell.execution_id if cell else "")
        log = self._logs.get(key)
        if log is None:
            log = self._logs[key] = RunLog(run_id)
        if here is not self._where.nowhere:
            here.found = (epoch, log)
        return log

    def _declare(self, log: RunLog, key: str) -> Series:
        if not log.run_id:
            return Series(0)
        here = self._where.current_cell()
        before = self._latest.get((log.run_id, key))
        number = self._writer.series(log.run_id, key, execution_id=here.execution_id if here else "")
        series = Series(number, before.next_step if before else 0)
        log.series[key] = self._latest[log.run_id, key] = series
        return series
