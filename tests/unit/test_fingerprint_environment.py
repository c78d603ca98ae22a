"""The environment and the machine: everything that is installed, noticed when it changes, cheap when it does not."""

import os
import platform
import subprocess
import sys
from importlib.metadata import version

import pytest

from celltrail.fingerprint import environment, hardware


def test_every_distribution_that_pip_lists_is_there():
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    expected = {line.lower().replace("_", "-").replace(".", "-") for line in listed if line.startswith(("n", "p", "d"))}
    found = environment.current().packages
    names = {f"{package.name}=={package.version}".lower().replace("_", "-").replace(".", "-") for package in found}
    assert expected <= names
    assert [package.name.lower() for package in found if package.name == "celltrail"] == ["celltrail"]
    assert next(package.version for package in found if package.name == "numpy") == version("numpy")


def test_python_and_system_are_named():
    found = environment.current()
    assert found.python == platform.python_version()
    assert found.implementation == "CPython"
    assert platform.system() in found.os


def test_nothing_changes_while_nothing_is_installed():
    first = environment.current()
    assert environment.current() is first
    assert environment.key() == environment.key()


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder on the path, as a place where packages are installed."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(site, name: str, release: str) -> None:
    folder = site / f"{name}-{release}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n")


def test_an_install_in_the_middle_of_a_session_is_noticed(site):
    before, key = environment.current(), environment.key()
    install(site, "quite-new", "1.0")
    assert environment.key() != key
    after = environment.current()
    assert after.digest != before.digest
    assert ("quite-new", "1.0") in {(package.name, package.version) for package in after.packages}
    (site / "quite-new-1.0.dist-info").rename(site / "quite-new-1.1.dist-info")
    assert environment.key() not in {key, before.digest}


def test_of_two_copies_the_one_that_is_imported_counts(site):
    install(site, "NumPy", "0.0.1")
    found = [package for package in environment.current().packages if package.name.lower() == "numpy"]
    assert [package.version for package in found] == ["0.0.1"]


def test_broken_installations_are_passed_over(site):
    (site / "empty-1.0.dist-info").mkdir()
    (site / "odd-1.0.dist-info").mkdir()
    (site / "odd-1.0.dist-info" / "METADATA").write_bytes(b"\xff\xfe\x00")
    (site / "file-1.0.egg-info").write_text("Metadata-Version: 1.0\nName: file\nVersion: 1.0\n")
    names = {package.name for package in environment.current().packages}
    assert "file" in names
    assert "empty" not in names


def test_a_path_entry_that_does_not_exist_is_passed_over(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path, "/no/such/folder", "", "\0"])
    assert environment.key()


# --- hardware -----------------------------------------------------------------------------------------------------


def test_the_machine_is_described():
    found = hardware.current()
    assert found.cpu
    assert found.cores == len(os.sched_getaffinity(0))
    assert found.memory_bytes == os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert hardware.current() == found


def test_blas_is_known_once_numpy_is_loaded_and_never_loads_it():
    code = (
        "import sys\nfrom celltrail.fingerprint import hardware\n"
        "assert hardware.current().blas == '' and 'numpy' not in sys.modules\n"
        "import numpy\nassert 'blas' in hardware.current().blas.lower()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_thread_settings_are_part_of_the_machine(monkeypatch):
    before = hardware.current()
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    after = hardware.current()
    assert (
        after.threads == (*[entry for entry in after.threads if not entry.startswith("OMP_")], "OMP_NUM_THREADS=3")[-1:]
    )
    assert after.digest != before.digest
