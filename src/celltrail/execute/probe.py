"""Asked inside a kernel: is the trail being kept, and under which session? Standard library only."""


def answer() -> str:
    """`on <session id>` where capture is active in this kernel, else `off`."""
    from celltrail.capture import session

    current = session.current()
    return f"on {current.session_id}" if current is not None else "off"
