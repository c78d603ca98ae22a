"""Journals as kernels write them, for tests of what reads them."""

import sys
from pathlib import Path

from blake3 import blake3

from celltrail import clock
from celltrail.journal import events
from celltrail.journal.writer import JournalWriter
from celltrail.records import DatasetRole, DatasetVersion, Environment, Evidence, Param, Status, Tag

HOSTILE = (
    "<script>alert('x')</script>",
    "../../etc/passwd",
    "\"quotes\" 'and' `ticks` \\ back",
    "📈 emoji 👩‍🔬",
    "\u202eright to left\u202c",
    "'; DROP TABLE run; --",
    "%s %d {0} ${x} {{y}}",
    "new\nline\ttab",
    "nul\0inside",
    "e\u0301 and \u00e9",
)


def put_blob(store: Path, content: bytes) -> str:
    """Keep a blob where artifacts are kept."""
    digest = blake3(content).hexdigest()
    path = store / "blobs" / digest[:2] / digest[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return f"blake3:{digest}"


class SampleKernel:
    """Writes what a kernel on one notebook writes."""

    def __init__(self, store: Path, notebook_path: str, kernel_id: str = "") -> None:
        self.store = store
        self.writer = JournalWriter(store / "journal")
        self.session_id = clock.new_id()
        self.kernel_id = kernel_id or clock.new_id()
        self.writer.append(
            events.SessionStarted(
                self.session_id, clock.now(), notebook_path, self.kernel_id, "jupyter", sys.version.split()[0], "env:1"
            ),
            events.EnvironmentSeen(Environment("env:1", "3.11", "CPython", "Linux")),
        )
        self._count = 0

    def run(self, name: str, *, cell_id: str = "cell", params: tuple[Param, ...] = (), **metrics: float) -> str:
        """One cell with one fit, as one run with params and metrics; its id."""
        self._count += 1
        execution_id, run_id = clock.new_id(), clock.new_id()
        now = clock.now()
        self.writer.append(
            events.CellStarted(execution_id, self.session_id, now, cell_id, self._count, f"model = fit({name!r})"),
            events.RunStarted(run_id, self.session_id, execution_id, now, name, "fit", estimator="sample.Model"),
            events.ParamsLogged(run_id, now, params),
        )
        for key, value in metrics.items():
            number = self.writer.series(run_id, key, evidence=Evidence.LOGGED, execution_id=execution_id)
            self.writer.metric(number, 0, clock.now(), value)
        self.writer.append(
            events.RunContext(run_id, clock.now(), environment_digest="env:1"),
            events.RunFinished(run_id, clock.now(), Status.FINISHED, duration_s=0.25),
            events.CellFinished(execution_id, clock.now(), Status.FINISHED, duration_s=0.5),
        )
        return run_id

    def tag(self, run_id: str, **tags: str) -> None:
        self.writer.append(events.TagsSet(run_id, clock.now(), tuple(Tag(*item) for item in tags.items())))

    def use_dataset(self, run_id: str, name: str) -> None:
        dataset = DatasetVersion(f"xxh3-128:{len(name):032x}", "dataframe", 10, 2)
        self.writer.append(
            events.DatasetSeen(dataset),
            events.DatasetUsed(run_id, clock.now(), dataset.digest, DatasetRole.TRAIN, name),
        )

    def log_artifact(self, run_id: str, path: str, content: bytes, media_type: str) -> str:
        digest = put_blob(self.store, content)
        self.writer.append(events.ArtifactLogged(run_id, clock.now(), path, digest, len(content), media_type))
        return digest

    def end(self) -> None:
        self.writer.append(events.SessionEnded(self.session_id, clock.now()))
        self.writer.close()
