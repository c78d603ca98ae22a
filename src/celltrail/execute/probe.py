"""Asked inside a kernel: is the trail being kept, and under which session? Standard library only."""


def answer() -> str:
    """`on <session id>` where capture is active in this kernel, else `off`."""
    from celltrail.capture import active

    session = active.current_session()
    is_on = session is not None and active.current_recorder() is not None
    return f"on {session.session_id}" if session is not None and is_on else "off"
