"""Results that are no single number: a confusion matrix, a classification report, scores per class."""

import json
from typing import Any

from celltrail import clock
from celltrail.capture.attribution.verdict import Verdict
from celltrail.capture.estimators.watch import Watch
from celltrail.capture.recorder import Recorder
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore

_MAX_CELLS = 250_000


def keep_table(watch: Watch, key: str, result: Any, verdict: Verdict) -> None:
    """Keep a result as an artifact of its run: text as .txt, a dictionary as .json, an array of numbers as .csv.

    Args:
        watch: What knows the recorder.
        key: The metric's key; the artifact's name.
        result: What the function returned; anything else than the above is not kept.
        verdict: Whose it is, one run's.
    """
    found = _as_file(result)
    if found is None:
        return
    text, ending, media_type = found
    keep_text(watch.recorder, verdict.run_id, f"{key}.{ending}", text, media_type=media_type)


def keep_text(recorder: Recorder, run_id: str, name: str, text: str, *, media_type: str) -> None:
    """Keep a text as a table of a run."""
    digest, size = BlobStore(recorder.settings.store).put_bytes(text.encode())
    path = f"tables/{name}"
    recorder.writer.append(events.ArtifactLogged(run_id, clock.now(), path, digest, size, media_type, kind="table"))


def _as_file(result: Any) -> tuple[str, str, str] | None:
    if isinstance(result, str):
        return result, "txt", "text/plain"
    if isinstance(result, dict):
        return json.dumps(_plain(result), indent=1), "json", "application/json"
    shape = getattr(result, "shape", None)
    if not isinstance(shape, tuple) or not 1 <= len(shape) <= 2:  # noqa: PLR2004 - a row or a table
        return None
    if result.size <= _MAX_CELLS and getattr(result.dtype, "kind", "") in "biuf":
        rows = result.tolist() if len(shape) > 1 else [result.tolist()]
        return "".join(",".join(map(repr, row)) + "\n" for row in rows), "csv", "text/csv"
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value.item() if hasattr(value, "item") else value
