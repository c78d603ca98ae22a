"""The memory of this process, whatever happens to descriptors."""

import os
import subprocess
import sys
from pathlib import Path

from celltrail.capture.measure import ResidentSize


def rss_bytes() -> int:
    """What the system says elsewhere."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))


def descriptors() -> set[int]:
    return {int(name) for name in os.listdir("/proc/self/fd")}  # noqa: PTH208 - names that are numbers


def test_the_resident_size_is_the_system_s() -> None:
    size = ResidentSize()
    expected = rss_bytes()
    assert 0.9 * expected < size.read_bytes() < 1.1 * expected
    before = size.read_bytes()
    block = bytearray(os.urandom(1) * 50_000_000)
    assert size.read_bytes() > before + 40_000_000
    del block
    size.close()


def test_reading_again_opens_nothing_and_closing_gives_it_back() -> None:
    size = ResidentSize()
    at_start = len(descriptors())
    for _ in range(5):
        assert size.read_bytes() > 0
    assert len(descriptors()) == at_start + 1
    size.close()
    size.close()
    assert len(descriptors()) == at_start
    assert size.read_bytes() > 0
    size.close()


def test_a_descriptor_that_somebody_closed_and_reused_is_left_to_him(tmp_path: Path) -> None:
    size = ResidentSize()
    path = tmp_path / "theirs"
    path.write_text("1 2 3")
    assert size.read_bytes() > 0
    ours = max(fd for fd in descriptors() if os.path.exists(f"/proc/self/fd/{fd}") and _target(fd).endswith("/statm"))  # noqa: PTH110 - as above
    os.close(ours)
    theirs = os.open(path, os.O_RDONLY)
    assert theirs == ours
    assert size.read_bytes() > 1_000_000
    size.close()
    assert os.read(theirs, 10) == b"1 2 3"
    os.close(theirs)


def _target(descriptor: int) -> str:
    return os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115 - text is compared


def test_a_forked_child_reads_its_own() -> None:
    code = (
        "import os\nfrom celltrail.capture.measure import ResidentSize\n"
        "size = ResidentSize()\nparent = size.read_bytes()\n"
        "if not (child := os.fork()):\n"
        "    block = bytearray(b'x' * 80_000_000)\n"
        "    os._exit(size.read_bytes() < parent + 60_000_000)\n"
        "assert os.waitpid(child, 0)[1] == 0\nassert size.read_bytes() < parent + 60_000_000"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
