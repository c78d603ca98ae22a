"""The one session of this process, for everybody who logs without naming it."""

from collections.abc import Callable

from celltrail.capture.recorder import Recorder
from celltrail.capture.session import Session

_session: Session | None = None
recorder: Recorder | None = None  # the session's, while tracking is on: the hot path reads it without a call
_is_off = False


def current_session() -> Session | None:
    """The session of this process, if one was opened."""
    return _session


def current_recorder() -> Recorder | None:
    """The recorder to log to; None while tracking is off or nothing was opened."""
    return recorder


def set_session(session: Session) -> None:
    """`session` is the one of this process."""
    global _session, recorder
    _session = session
    recorder = None if _is_off else session.recorder


def set_tracking(*, on: bool) -> None:
    """Whether anything is written at all."""
    global recorder, _is_off
    _is_off = not on
    recorder = _session.recorder if on and _session is not None else None


def open_with(make: Callable[[], Session | None]) -> Recorder | None:
    """The recorder of the session, opened by `make` where there is none; None while tracking is off."""
    if _is_off:
        return None
    if _session is None:
        session = make()
        if session is None:
            set_tracking(on=False)
            return None
        set_session(session)
    return recorder


def end_session() -> None:
    """Say goodbye and forget the session."""
    global _session, recorder
    if _session is not None:
        _session.end()
    _session = recorder = None
