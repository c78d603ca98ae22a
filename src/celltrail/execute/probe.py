"""Asked inside a kernel: is the trail being kept, under which session, and is it whole? Standard library only."""


def answer() -> str:
    """`on <session id>` where capture is active in this kernel, else `off`."""
    from celltrail.capture import active

    session = active.current_session()
    is_on = session is not None and active.current_recorder() is not None
    return f"on {session.session_id}" if session is not None and is_on else "off"


def wait_for_models(timeout_s: float) -> str:
    """Let the models of fits be written, which a kernel that is shut down has no time for; yes where all are."""
    from celltrail.capture import active

    recorder = active.current_recorder()
    models = recorder.models if recorder is not None else None
    return "yes" if models is None or models.wait(timeout_s) else "no"
