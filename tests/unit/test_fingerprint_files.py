"""Files by content: read once for each content, never where reading could hang."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from blake3 import blake3

from celltrail.fingerprint.files import FileDigests, digest_bytes

LONG_AGO_NS = 1_500_000_000_000_000_000


@pytest.fixture
def digests() -> FileDigests:
    return FileDigests()


def settled(path, content: bytes):
    path.write_bytes(content)
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))
    return path


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (1 << 20) + 1, 5_000_000])
def test_the_digest_is_blake3_of_the_whole_content(tmp_path, digests, size):
    content = os.urandom(size)
    path = settled(tmp_path / "data", content)
    assert digests.digest(path) == f"blake3:{blake3(content).hexdigest()}" == digest_bytes(content)
    assert digests.digest(str(path)) == digests.digest(path)


def test_blake3_is_the_published_one():
    """The vector for the empty input of the BLAKE3 project."""
    assert digest_bytes(b"") == "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"


def test_a_changed_file_is_read_again_even_when_its_time_was_put_back(tmp_path, digests):
    path = settled(tmp_path / "data", b"before")
    first = digests.digest(path)
    settled(path, b"after!")
    assert path.stat().st_mtime_ns == LONG_AGO_NS
    assert digests.digest(path) == digest_bytes(b"after!") != first


def test_a_replaced_file_is_read_again(tmp_path, digests):
    path = settled(tmp_path / "data", b"before")
    digests.digest(path)
    settled(tmp_path / "new", b"after!").replace(path)
    assert digests.digest(path) == digest_bytes(b"after!")


def test_a_file_that_was_changed_a_moment_ago_is_not_remembered(tmp_path, digests):
    """Two changes in one tick of the file system's clock would look like one."""
    path = tmp_path / "data"
    path.write_bytes(b"before")
    digests.digest(path)
    found = path.stat()
    path.write_bytes(b"after!")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert digests.digest(path) == digest_bytes(b"after!")


def test_a_file_above_the_budget_is_not_read(tmp_path, digests):
    path = settled(tmp_path / "data", b"12345")
    assert digests.digest(path, budget_bytes=4) is None
    assert digests.digest(path, budget_bytes=5) == digest_bytes(b"12345")


def test_what_is_no_regular_file_is_refused_at_once(tmp_path, digests):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in ("fifo", "link", "loop", "none", ".", "a\0b"):
        assert digests.digest(tmp_path / path) is None
    assert digests.digest("/dev/zero") is None
    assert digests.digest("/dev/stdin") is None


def test_a_link_is_what_it_points_to(tmp_path, digests):
    settled(tmp_path / "data", b"x")
    (tmp_path / "link").symlink_to("data")
    assert digests.digest(tmp_path / "link") == digest_bytes(b"x")


def test_a_strange_name_is_no_obstacle(tmp_path, digests):
    path = settled(tmp_path / "räuber 🙂\n\u200fname", b"x")
    assert digests.digest(path) == digest_bytes(b"x")
    raw = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe")
    Path(raw).write_bytes(b"y")
    assert digests.digest(raw) == digest_bytes(b"y")


def test_many_threads_get_the_same_digest(tmp_path, digests):
    path = settled(tmp_path / "data", os.urandom(3_000_000))
    results: set[str | None] = set()
    threads = [threading.Thread(target=lambda: results.add(digests.digest(path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {digest_bytes(path.read_bytes())}


def test_without_blake3_the_digest_says_blake2b(tmp_path):
    path = settled(tmp_path / "data", b"x")
    code = (
        "import sys; sys.modules['blake3'] = None\n"
        "from celltrail.fingerprint.files import FileDigests\n"
        "print(FileDigests().digest(sys.argv[1]))"
    )
    out = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True).stdout
    assert out.strip() == f"blake2b-256:{hashlib.blake2b(b'x', digest_size=32).hexdigest()}"


def test_a_file_that_vanishes_is_none(tmp_path, digests):
    path = settled(tmp_path / "data", b"x")
    assert digests.digest(path)
    shutil.rmtree(tmp_path)
    assert digests.digest(path) is None
