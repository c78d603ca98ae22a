"""What a training measures step by step: gathered, and written a few times a second and at the end."""

from celltrail import clock
from celltrail.capture.recorder import Recorder

_PATIENCE_US = 100_000


class SteppedLog:
    """The values of one run's training.

    A training that is killed loses those of its last tenth of a second; one whose steps are slower loses none.

    Thread safety: those of one training come from one thread.
    """

    __slots__ = ("_recorder", "_rows", "_run_id", "_written_at")

    def __init__(self, recorder: Recorder, run_id: str) -> None:
        self._recorder = recorder
        self._run_id = run_id
        self._rows: list[tuple[str, int | None, int, float]] = []
        self._written_at = 0

    def add(self, key: str, value: float, step: int | None) -> None:
        """One value; the step counts up by itself where it is None."""
        at = clock.now()
        self._rows.append((key, step, at, value))
        if at - self._written_at > _PATIENCE_US:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        if self._rows:
            rows, self._rows = self._rows, []
            self._written_at = rows[-1][2]
            self._recorder.log_own_metrics(self._run_id, rows)
