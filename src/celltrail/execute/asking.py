"""A kernel started only to be asked whether it keeps a trail."""

from pathlib import Path

from celltrail.execute.job import Tracking

PROBE = "__import__('celltrail.execute.probe', fromlist=['probe']).answer()"
MODELS_WRITTEN = "__import__('celltrail.execute.probe', fromlist=['probe']).wait_for_models(60.0)"


def ask_kernel(folder: Path, *, timeout_s: float) -> Tracking:
    """Start a `python3` kernel in a folder, ask it, and end it; nothing runs in it and nothing is written.

    Raises:
        NoSuchKernel: jupyter_client's; there is no such kernel.
        RuntimeError: It died while starting, or did not answer in time.
    """
    import subprocess
    from queue import Empty

    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(startup_timeout=timeout_s, cwd=str(folder), stderr=subprocess.DEVNULL)
    try:
        reply = client.execute("", silent=True, store_history=False, user_expressions={"celltrail": PROBE}, reply=True)
        return read_answer(reply["content"])[0]
    except (TimeoutError, Empty) as error:
        raise RuntimeError("it did not answer") from error
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def read_answer(content: dict[str, object]) -> tuple[Tracking, str]:
    """What a kernel's reply to the probe says: the state, and the session's id where tracking is on."""
    expressions = content.get("user_expressions")
    said = expressions.get("celltrail") if isinstance(expressions, dict) else None
    if not isinstance(said, dict) or said.get("status") != "ok":
        return Tracking.MISSING, ""
    state, _, session_id = str(said["data"]["text/plain"]).strip("'\"").partition(" ")
    return Tracking(state), session_id
