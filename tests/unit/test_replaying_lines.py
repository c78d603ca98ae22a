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
        replays.start(ReplayOrder("run", ()))
        deadline = time.monotonic() + 20
        while replays.state.phase is ReplayPhase.STARTING:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert replays.state.phase is ReplayPhase.FAILED
        assert "no JSON" in replays.state.message
        replays.close()
