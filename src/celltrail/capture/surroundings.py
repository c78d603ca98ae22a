"""What surrounds a run: environment, hardware, code and seed, found in a thread and written once per digest."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from celltrail import clock
from celltrail.capture.background import Background
from celltrail.capture.context import CellContext, OpenRun
from celltrail.capture.recorder import Recorder
from celltrail.journal import events
from celltrail.records import Seed

if TYPE_CHECKING:
    from celltrail.fingerprint.seed import RawStates

_GIT_SHARE = 0.01  # of the time, at most: git is not asked again before a hundred times what it took has passed
_GIT_REST_S = 10.0  # but then it is, however long it took


class Surroundings:
    """Describes the process for one session.

    Thread safety: `describe_session` and `describe_code` run in the background thread, the others in any.
    """

    def __init__(self, recorder: Recorder, background: Background) -> None:
        self._recorder = recorder
        self._background = background
        self._described: dict[str, events.Event] = {}  # environments and hardware, by digest
        self._codes: set[str] = set()
        self._without_code: list[OpenRun] = []  # until git is asked again
        self._ask_git_at_s = 0.0
        self._latest_code = ""  # what git told last
        self.environment_digest = ""
        self.hardware_digest = ""

    def describe_session(self) -> None:
        """Find the environment and the hardware; at the session's start and again when an install changed it."""
        from celltrail.fingerprint import environment, hardware

        found = environment.current(self._recorder.settings.store / "cache")
        self._see(found.digest, events.EnvironmentSeen(found))
        self.environment_digest = found.digest
        machine = hardware.current()
        self._see(machine.digest, events.HardwareSeen(machine))
        self.hardware_digest = machine.digest

    def run_started(self, run: OpenRun) -> None:
        """Say at once what is known of a run's surroundings, so that a killed kernel leaves it; the rest follows."""
        if run.kind == "candidate":
            return
        if self.environment_digest:
            known = events.RunContext(run.run_id, clock.now(), self.environment_digest, self.hardware_digest)
            self._recorder.describe_run(run, known)
        if run.cell is None:
            self._background.submit("run context", lambda: self._describe_runs((run,), None))

    def cell_ended(self, cell: CellContext, before: "RawStates") -> None:
        """Keep the generators' states from before a cell that drew from them, and describe the runs that it opened."""
        from celltrail.fingerprint import seed

        drew_from = seed.drawn_from(before, seed.raw_states())
        if drew_from:
            self._background.submit("random states", lambda: self._keep_states(cell.execution_id, before, drew_from))
        runs = tuple(run for run in cell.runs if run.kind != "candidate")
        if not runs:
            return
        from celltrail.capture.estimators import seeding

        known = cell.seeding_calls
        known += [call for call in seeding.seeding_calls(cell.source) if call not in known]
        states = seed.digested(before)
        seeds = [Seed(tuple(run.random_states), tuple(known), states, drew_from) for run in runs]
        self._background.submit("run context", lambda: self._describe_runs(runs, seeds))

    def _keep_states(self, execution_id: str, before: "RawStates", drew_from: tuple[str, ...]) -> None:
        from celltrail.fingerprint import seed
        from celltrail.journal.blobs import BlobStore

        digest, _ = BlobStore(self._recorder.settings.store).put_bytes(seed.packed(before))
        self._recorder.writer.append(events.GeneratorsDrawn(execution_id, clock.now(), drew_from, digest))

    def _describe_runs(self, runs: tuple[OpenRun, ...], seeds: list[Seed] | None) -> None:
        """Keep what surrounds the runs of a cell; for cells that follow each other closely, git is asked once."""
        self.describe_session()
        wait_s = self._ask_git_at_s - time.monotonic()
        # what git told last stands until it is asked again: a kernel that is killed before that leaves it
        code_digest = self._latest_code if wait_s > 0 else self._describe_code()
        at = clock.now()
        contexts = [
            events.RunContext(
                run.run_id,
                at,
                self.environment_digest,
                self.hardware_digest,
                code_digest,
                seeds[number] if seeds else None,
            )
            for number, run in enumerate(runs)
        ]
        self._write_contexts(runs, contexts)
        if wait_s > 0:
            self._without_code += runs
            self._background.submit("code of the runs", self._describe_waiting, after_s=wait_s)

    def _describe_waiting(self) -> None:
        runs, self._without_code = self._without_code, []
        code_digest = self._describe_code() if runs else ""
        if code_digest:
            at = clock.now()
            self._write_contexts(runs, [events.RunContext(run.run_id, at, code_digest=code_digest) for run in runs])

    def _write_contexts(self, runs: Sequence[OpenRun], contexts: Sequence[events.RunContext]) -> None:
        self._recorder.describe_runs(runs, contexts)
        code_digest = contexts[0].code_digest
        if code_digest and code_digest not in self._codes:
            self._describe_code()  # the trail was begun anew just now

    def describe(self) -> tuple[events.Event, ...]:
        """What was described so far, for a trail that begins anew; code is described again, whose diff is a blob."""
        self._codes.clear()
        return tuple(self._described.values())

    def _see(self, digest: str, seen: events.Event) -> None:
        if digest not in self._described:
            self._described[digest] = seen
            self._recorder.writer.append(seen)

    def _describe_code(self) -> str:
        from celltrail.fingerprint import code

        began_s = time.monotonic()
        found, difference = code.current(self._recorder.settings.root)
        now_s = time.monotonic()
        self._ask_git_at_s = now_s + min((now_s - began_s) / _GIT_SHARE, _GIT_REST_S)
        if not found.commit and not found.diff_digest:
            self._latest_code = ""
            return ""
        if found.digest not in self._codes:
            if difference:
                from celltrail.journal.blobs import BlobStore

                BlobStore(self._recorder.settings.store).put_bytes(difference)
            self._codes.add(found.digest)
            self._recorder.writer.append(events.CodeVersionSeen(found))
        self._latest_code = found.digest
        return found.digest
