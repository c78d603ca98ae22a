"""A replaying process that says what the server does not understand ends as failed: the next one can begin."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from celltrail.config import Settings
from celltrail.labserver.replay_replies import ReplayOrder, ReplayPhase
from celltrail.labserver.replaying import Replays

NOISE = """print('{"type": "FromALaterVersion", "record": {}}')\nprint('[1]')\nprint('no JSON')"""


def test_lines_that_are_not_understood_do_not_hold_a_project_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def spawn(_self: Replays, _wish: object) -> "subprocess.Popen[str]":
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", NOISE], stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    monkeypatch.setattr(Replays, "_spawn", spawn)
    replays = Replays(Settings(tmp_path, tmp_path / ".celltrail"), lambda _revision: None)
    for _ in range(2):
        assert "no JSON" in _failed(replays, ReplayOrder("run", ()))
        replays.close()


def test_a_process_that_ends_before_it_has_read_what_to_do_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    ending = tmp_path / "python"
    ending.write_text("#!/bin/sh\necho 'no room left' >&2\nexit 3\n")
    ending.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(ending))
    replays = Replays(Settings(tmp_path, tmp_path / ".celltrail"), lambda _revision: None)
    more_than_a_pipe_holds = tuple(f"execution-{number}" for number in range(50_000))
    for _ in range(2):
        said = _failed(replays, ReplayOrder("run", more_than_a_pipe_holds))
        assert said == "the replaying process ended with code 3: no room left"
        replays.close()


def _failed(replays: Replays, order: ReplayOrder) -> str:
    """What is told when it has failed."""
    replays.start(order)
    deadline = time.monotonic() + 20
    while replays.state.phase is ReplayPhase.STARTING:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert replays.state.phase is ReplayPhase.FAILED
    return replays.state.message
