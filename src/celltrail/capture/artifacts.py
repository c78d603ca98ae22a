"""Artifacts: files and figures as blobs, named by paths that cannot leave their run."""

import os
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from celltrail import clock
from celltrail.capture.recorder import Recorder
from celltrail.errors import CelltrailError
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.lean import record

_PLOTLY_TYPES = {".html": "text/html", ".json": "application/vnd.plotly.v1+json"}


@record
class Plan:
    """An artifact that was asked for and can be made: `put` writes it into the blobs, by digest and size."""

    path: str
    kind: str
    media_type: str
    put: Callable[[BlobStore], tuple[str, int]]


def confined(path: object) -> str:
    """An artifact's path, relative and POSIX.

    Raises:
        CelltrailError: It is empty, absolute, or leaves the run by `..`.
    """
    text = os.fspath(path).replace("\\", "/") if isinstance(path, str | os.PathLike) else ""
    pure = PurePosixPath(text)
    is_inside = text and not pure.is_absolute() and ".." not in pure.parts and "\0" not in text and pure.parts
    if not is_inside or ":" in pure.parts[0]:
        raise CelltrailError(f"artifact path {path!r:.200} leaves the run: use a relative path without '..'")
    return pure.as_posix()


def plan_file(local_path: Any, artifact_path: str | None) -> Plan:
    """Keep a file.

    Raises:
        CelltrailError: There is no such file, or the artifact's path leaves the run.
    """
    source = Path(local_path)
    if not source.is_file():
        raise CelltrailError(f"no file {str(source)!r} to keep: log_artifact takes one file at a time")
    folder = confined(artifact_path) + "/" if artifact_path else ""
    path = confined(folder + source.name)
    media_type = _media_type(source.name)
    return Plan(path, "file", media_type, lambda blobs: blobs.put_file(source))


def plan_figure(figure: Any, artifact_file: str) -> Plan:
    """Keep a figure.

    Raises:
        CelltrailError: It is no figure of matplotlib or plotly, or the path leaves the run.
    """
    path = confined(artifact_file)
    ending = PurePosixPath(path).suffix.lower()
    if _is_a(figure, "matplotlib.figure", "Figure"):
        ending = ending or ".png"
        media_type = _media_type("a" + ending)
        return Plan(path, "figure", media_type, lambda blobs: blobs.put_bytes(_drawn(figure, ending[1:])))
    if _is_a(figure, "plotly.basedatatypes", "BaseFigure"):
        if ending not in _PLOTLY_TYPES:
            raise CelltrailError(f"a plotly figure is kept as .html or .json, not {artifact_file!r}")
        as_text = figure.to_html if ending == ".html" else figure.to_json
        return Plan(path, "figure", _PLOTLY_TYPES[ending], lambda blobs: blobs.put_bytes(as_text().encode()))
    raise CelltrailError(f"log_figure got a {type(figure).__name__}: give a figure of matplotlib or plotly")


def _media_type(name: str) -> str:
    import mimetypes  # 5 ms, which a kernel's start need not pay

    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _is_a(value: object, module_name: str, class_name: str) -> bool:
    """Whether it is an instance of a class whose library is loaded; nothing is imported."""
    kind = getattr(sys.modules.get(module_name), class_name, None)
    return isinstance(kind, type) and isinstance(value, kind)


def _drawn(figure: Any, file_format: str) -> bytes:
    import io

    target = io.BytesIO()
    figure.savefig(target, format=file_format)
    return target.getvalue()


def keep(recorder: Recorder, plan: Plan) -> None:
    """Write an artifact and say so in the journal."""
    run_id = recorder.run_for_logging()
    if not run_id:
        return
    digest, size = plan.put(BlobStore(recorder.settings.store))
    at = clock.now()
    recorder.writer.append(events.ArtifactLogged(run_id, at, plan.path, digest, size, plan.media_type, plan.kind))
