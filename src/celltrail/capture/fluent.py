"""Logging by hand, with MLflow's names: no start_run is needed, nothing has to be closed.

What is logged goes to the open run, else to the latest fit of this cell, else to the cell's own run. A value of a wrong
type is the caller's mistake and raises; celltrail's own trouble (a full disk) never does.
"""

import operator
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from celltrail.capture import active, artifacts, params
from celltrail.capture.boundary import attempt, guarded, log_value
from celltrail.capture.cell import describe_error
from celltrail.capture.context import OpenRun
from celltrail.capture.recorder import Recorder
from celltrail.capture.session import Session
from celltrail.errors import CelltrailError
from celltrail.records import ErrorInfo, ModelSignature, Origin, RunInfo, Status, Tag

_STATUSES = {
    "FINISHED": Status.FINISHED,
    "FAILED": Status.FAILED,
    "KILLED": Status.KILLED,
    "INTERRUPTED": Status.INTERRUPTED,
}
_MAX_STEP = (1 << 63) - 1
_MIN_STEP = -_MAX_STEP


class ActiveRun:
    """A run that `start_run` opened: end it with `with`, with `end_run`, or let the session end it.

    Attributes:
        run_id: Its id; empty while tracking is off.
        name: Its name.
    """

    def __init__(self, run: OpenRun, recorder: Recorder | None) -> None:
        self._run = run
        self._recorder = recorder
        self.run_id = run.run_id
        self.name = run.name

    @property
    def info(self) -> RunInfo:
        """Its id, name and state, as MLflow's `run.info` has them; `end_time` is known by `get_run`."""
        run = self._run
        return RunInfo(run.run_id, run.name, run.status.upper(), run.started_at // 1000, None)

    def __enter__(self) -> Self:
        if self._recorder is not None:
            with guarded("start_run"):
                self._recorder.where.enter_run(self._run)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._recorder is None:
            return
        with guarded("end_run"):
            self._recorder.where.leave_run(self._run)
            status, info = _outcome(error)
            self._recorder.finish_run(self._run, status, info)

    def __repr__(self) -> str:
        return f"<celltrail run {self.name!r} {self.run_id[:8] or 'not recorded'}>"


def _outcome(error: BaseException | None) -> tuple[Status, ErrorInfo | None]:
    if error is None or isinstance(error, GeneratorExit):
        return Status.FINISHED, None
    status = Status.FAILED if isinstance(error, Exception | SystemExit) else Status.INTERRUPTED
    return status, describe_error(error)


def start_run(
    name: str | None = None,
    *,
    run_name: str | None = None,
    nested: bool = False,
    tags: Mapping[str, object] | None = None,
    description: str | None = None,
) -> ActiveRun:
    """Open a run; what is logged and fitted from here on belongs to it.

    Args:
        name: Its name; `run` where it is None.
        run_name: The same, as MLflow calls it.
        nested: Make it a child of the run that is open here. Inside a `with` block it always is one; a run that was
            started without `with` and is still open is ended first.
        tags: Tags to set at once.
        description: Kept as the tag `description`.

    Raises:
        TypeError: A name or a tag's key is no text.
    """
    title = _text("name", name if name is not None else run_name, allow_none=True) or "run"
    given = {_text("tag", key): str(value) for key, value in (tags or {}).items()}
    if description is not None:
        given["description"] = _text("description", description)
    recorder = current_recorder()
    run = attempt("start_run", _open, recorder, title, nested, given) if recorder is not None else None
    return ActiveRun(run or OpenRun("", title, "explicit", 0, 0, None), recorder if run is not None else None)


def _open(recorder: Recorder, title: str, nested: bool, tags: Mapping[str, str]) -> OpenRun:  # noqa: FBT001
    held = recorder.where.held_run()
    if held is not None and not nested:
        recorder.finish_run(held)
    run = recorder.start_run(title, kind="explicit")
    recorder.where.hold_run(run)
    if tags:
        recorder.set_tags(run.run_id, tuple(Tag(key, value) for key, value in tags.items()))
    return run


def end_run(status: str = "FINISHED") -> None:
    """End the run that is open here; nothing happens where none is.

    Args:
        status: FINISHED, FAILED, KILLED or INTERRUPTED.

    Raises:
        CelltrailError: The status is another.
    """
    found = _STATUSES.get(str(status).upper())
    if found is None:
        raise CelltrailError(f"end_run got status {status!r}: use one of {', '.join(_STATUSES)}")
    recorder = current_recorder()
    run = recorder.active_run() if recorder is not None else None
    if recorder is not None and run is not None:
        attempt("end_run", recorder.finish_run, run, found)


def active_run() -> ActiveRun | None:
    """The run that `start_run` or `%%track` opened here, if one is open."""
    recorder = current_recorder()
    run = recorder.active_run() if recorder is not None else None
    return ActiveRun(run, recorder) if run is not None else None


def log_metric(key: str, value: float, step: int | None = None) -> None:
    """Keep one value of a metric.

    Args:
        key: Its name.
        value: A number; numpy's and torch's scalars count as one.
        step: Where it stands in its series; counts up from 0 by itself where it is None.

    Raises:
        TypeError: The key is no text, the value no number or the step no integer.
    """
    if type(key) is not str:
        key = _text("metric", key)
    if type(value) is not float:
        value = to_number(key, value)
    if step is not None and (type(step) is not int or not _MIN_STEP <= step <= _MAX_STEP):
        step = _step(step)
    recorder = active.recorder or current_recorder()
    if recorder is not None:
        log_value(recorder.metrics, key, value, step)


def log_metrics(metrics: Mapping[str, float], step: int | None = None) -> None:
    """Keep one value of each of several metrics, in one write.

    Raises:
        TypeError: As for `log_metric`.
    """
    values = {_text("metric", key): to_number(key, value) for key, value in metrics.items()}
    at = None if step is None else _step(step)
    recorder = current_recorder()
    if recorder is not None:
        attempt("log_metrics", recorder.metrics.log_rows_here, values, at)


def log_param(key: str, value: object) -> object:
    """Keep one parameter, of any value: its `str`, or the `repr` of what is no scalar. Returns the value.

    Raises:
        TypeError: The key is no text.
    """
    log_params({key: value})
    return value


def log_params(params: Mapping[str, object]) -> None:
    """Keep several parameters.

    Raises:
        TypeError: A key is no text.
    """
    for key in params:
        _text("parameter", key)
    recorder = current_recorder()
    if recorder is not None:
        attempt("log_params", _log_params, recorder, params)


def _log_params(recorder: Recorder, given: Mapping[str, object]) -> None:
    run_id = recorder.run_for_logging()
    recorder.log_params(run_id, tuple(params.to_param(key, value, Origin.LOGGED) for key, value in given.items()))


def set_tag(key: str, value: object) -> None:
    """Set one tag.

    Raises:
        TypeError: The key is no text.
    """
    set_tags({key: value})


def set_tags(tags: Mapping[str, object]) -> None:
    """Set several tags.

    Raises:
        TypeError: A key is no text.
    """
    for key in tags:
        _text("tag", key)
    recorder = current_recorder()
    if recorder is not None:
        attempt("set_tags", _set_tags, recorder, tags)


def _set_tags(recorder: Recorder, given: Mapping[str, object]) -> None:
    tags = tuple(Tag(key, str(value)) for key, value in given.items())
    recorder.set_tags(recorder.run_for_logging(), tags)


def log_artifact(local_path: Any, artifact_path: str | None = None) -> None:
    """Keep a copy of a file.

    Args:
        local_path: The file.
        artifact_path: The folder among the run's artifacts to put it in; relative, without `..`.

    Raises:
        CelltrailError: There is no such file, or the artifact's path leaves the run.
    """
    plan = artifacts.plan_file(local_path, artifact_path)
    recorder = current_recorder()
    if recorder is not None:
        attempt("log_artifact", artifacts.keep, recorder, plan)


def log_figure(figure: Any, artifact_file: str) -> None:
    """Keep a figure of matplotlib or plotly.

    Args:
        figure: The figure.
        artifact_file: Its path among the run's artifacts; the ending chooses the format: .png, .svg, .pdf; for plotly
            .html or .json.

    Raises:
        CelltrailError: It is no such figure, or the path leaves the run.
    """
    recorder = current_recorder()
    plan = artifacts.plan_figure(figure, artifact_file)
    if recorder is not None:
        attempt("log_figure", artifacts.keep, recorder, plan)


def log_model(
    model: Any, name: str = "model", *, signature: ModelSignature | None = None, input_example: Any = None
) -> None:
    """Keep a fitted model: by skops where that can, else by its library, else as a pickle that says that it is one.

    With it go its signature, five example rows and its predictions on up to 100 rows: of `input_example`, else of what
    it was fitted on. celltrail never loads it by itself: `load_model` does.

    Args:
        model: The model, as it is now.
        name: What it is called in the run, which is the open one, else the one whose fit made it.
        signature: What it takes and gives, instead of what the rows show.
        input_example: Rows as the model takes them.

    Raises:
        CelltrailError: The name leaves the run, or nothing can write the model: an open file or a lock is in it.
        TypeError: The signature is none.
    """
    path = artifacts.confined(name)
    if signature is not None and not isinstance(signature, ModelSignature):
        raise TypeError(
            f"log_model got a {type(signature).__name__} as signature: give a ModelSignature, or leave it out"
        )
    recorder = current_recorder()
    if recorder is None:
        return
    from celltrail.capture.models.by_hand import Asked, keep_model

    refused = attempt("log_model", keep_model, recorder, model, Asked(path, signature, input_example))
    if refused is not None:
        raise CelltrailError(refused)


def to_number(key: object, value: Any) -> float:
    """A metric's value as a float.

    Raises:
        TypeError: It is no number.
    """
    try:
        if isinstance(value, str | bytes | bytearray):
            raise TypeError  # noqa: TRY301 - float() would read text
        return float(value)
    except (TypeError, ValueError, OverflowError):
        kind = type(value).__name__
    raise TypeError(f"metric {key!r:.100} got a {kind}: give a number, such as float(value) or value.mean()")


def _step(step: object) -> int:
    try:
        found = operator.index(step)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"step is {step!r:.100}: give an integer, or None to count up") from None
    if not _MIN_STEP <= found <= _MAX_STEP:
        raise TypeError(f"step {found} does not fit into 64 bits")
    return found


def _text(what: str, value: object, *, allow_none: bool = False) -> str:
    if isinstance(value, str):
        return value
    if value is None and allow_none:
        return ""
    raise TypeError(f"the {what} is {value!r:.100}: give text")


def current_recorder() -> Recorder | None:
    """The recorder to log to; in a script the first call opens the session."""
    found = active.current_recorder()
    return found if found is not None else attempt("session", active.open_with, _new_session)


def _new_session() -> Session | None:
    import sys

    from celltrail.capture.tracking import open_session

    interactive = sys.modules.get("IPython")
    session = open_session(interactive.get_ipython() if interactive is not None else None)
    if not session.settings.is_enabled:
        return None
    session.begin()
    return session
