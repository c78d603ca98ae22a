"""What is read of the installed distributions is read once per environment, and again when one of them changed."""

import threading
import time
from pathlib import Path

from celltrail.capture.background import Background
from celltrail.fingerprint import environment
from celltrail.fingerprint.remembered import remembered
from celltrail.records import Environment

FOUND = Environment("digest", "3.11", "CPython", "Linux", ())


class Reading:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Environment:
        self.count += 1
        return FOUND


def test_a_second_kernel_reads_one_file_instead_of_all_metadata(tmp_path: Path) -> None:
    read, folders = Reading(), environment.metadata_folders()
    for _ in range(3):
        assert remembered(tmp_path / "cache", folders, Environment, read) == FOUND
    assert read.count == 1
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".json"]


def test_a_distribution_that_was_replaced_by_the_same_version_is_read_again(tmp_path: Path) -> None:
    read, one = Reading(), tmp_path / "one-1.0.dist-info"
    one.mkdir()
    remembered(tmp_path / "cache", [str(one)], Environment, read)
    one.rmdir()
    (tmp_path / "made later").touch()  # the old inode and its time are not given out again
    time.sleep(0.02)
    one.mkdir()
    remembered(tmp_path / "cache", [str(one)], Environment, read)
    remembered(tmp_path / "cache", [str(one), str(tmp_path / "two.dist-info")], Environment, read)
    assert read.count == 3


def test_a_damaged_file_is_no_answer(tmp_path: Path) -> None:
    read, cache = Reading(), tmp_path / "cache"
    remembered(cache, [], Environment, read)
    for damage in (b"", b"{", b'{"key": 1}', b"[]", b"\xff\xfe"):
        next(cache.iterdir()).write_bytes(damage)
        assert remembered(cache, [], Environment, read) == FOUND
    assert read.count == 6
    assert remembered(cache, [], Environment, read) == FOUND
    assert read.count == 6


def test_a_store_that_was_removed_does_not_come_back(tmp_path: Path) -> None:
    assert remembered(tmp_path / "gone" / "cache", [], Environment, Reading()) == FOUND
    assert not (tmp_path / "gone").exists()


def test_the_environment_that_is_remembered_is_the_one_that_is_listed(tmp_path: Path) -> None:
    first = remembered(tmp_path / "cache", environment.metadata_folders(), Environment, environment.current)
    again = remembered(tmp_path / "cache", environment.metadata_folders(), Environment, Reading())
    assert first == again == environment.current()


def test_a_task_that_may_wait_waits_and_holds_nobody_up() -> None:
    told: list[str] = []
    both = threading.Event()
    background = Background(lambda: None)
    background.submit("late", lambda: (told.append("late"), both.set()), after_s=0.3)
    background.submit("soon", lambda: told.append("soon"))
    time.sleep(0.1)
    assert told == ["soon"]
    assert both.wait(10)
    assert told == ["soon", "late"]
    assert background.drain(10)


def test_the_end_waits_for_no_clock() -> None:
    told: list[str] = []
    background = Background(lambda: None)
    background.submit("late", lambda: told.append("late"), after_s=60)
    began = time.monotonic()
    assert background.drain(10)
    assert told == ["late"]
    assert time.monotonic() - began < 10
