"""A fold on a disk that refuses: it says so, keeps what it has, and goes on when there is room."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_a_full_disk_costs_a_fold_nothing_but_time(tmp_path):
    """On a tmpfs of its own where this machine lets us mount one, else under a file-size limit."""
    namespace = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-rm")
    can_unshare = shutil.which("unshare") and subprocess.run([*namespace, "true"], check=False).returncode == 0
    command = [sys.executable, str(HERE / "fold_full_disk.py"), str(tmp_path)]
    done = subprocess.run([*(namespace if can_unshare else ()), *command], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("refused: the disk is full")


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(tmp_path):
    """Root writes everywhere, so the process becomes nobody where the test runs as root."""
    script = (
        "import os, sys; from pathlib import Path\n"
        "from celltrail.store.open import open_store; from celltrail.errors import StoreError\n"
        "os.chdir(sys.argv[1]); os.geteuid() or os.setuid(65534)\n"
        "try:\n    open_store(Path('.'))\n"
        "except StoreError as error:\n    print(error)"
    )
    folder = tmp_path / ".celltrail"
    folder.mkdir()
    folder.chmod(0o555)
    done = subprocess.run([sys.executable, "-c", script, str(folder)], check=False, capture_output=True, text=True)
    assert "make the folder writable, or set CELLTRAIL_STORE" in done.stdout, done.stderr
    assert list(folder.iterdir()) == []
