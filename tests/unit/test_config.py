"""Settings: who is stronger, what is refused, and that a broken file or folder never surprises."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from celltrail import config
from celltrail.errors import ConfigError


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in [name for name in os.environ if name.startswith("CELLTRAIL") or name.endswith("_THREADS")]:
        monkeypatch.delenv(name)


def project(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


# --- the root -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [".celltrail", ".git", "pyproject.toml"])
@pytest.mark.parametrize("is_folder", [True, False])
def test_the_root_is_the_nearest_parent_with_a_mark(tmp_path, mark, is_folder):
    """.git is a file in a worktree."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "inner"
    deep = inner / "a" / "b"
    deep.mkdir(parents=True)
    (inner / mark).mkdir() if is_folder else (inner / mark).touch()
    assert config.find_root(deep) == inner
    assert config.find_root(inner) == inner
    assert config.find_root(tmp_path) == tmp_path


def test_without_a_mark_the_root_is_where_we_started(tmp_path, monkeypatch):
    lonely = tmp_path / "a"
    lonely.mkdir()
    found = config.find_root(lonely)
    assert found == lonely or lonely.is_relative_to(found)
    monkeypatch.chdir(lonely)
    assert config.find_root(Path("sub/../x")) == config.find_root(lonely / "x") or found != lonely


def test_the_root_follows_no_links(tmp_path):
    (tmp_path / "real").mkdir()
    project(tmp_path / "real" / "project", "")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "project")
    assert config.find_root(tmp_path / "link") == tmp_path / "link"


def test_a_folder_that_is_gone_or_forbidden_still_has_a_root(tmp_path):
    assert config.find_root(tmp_path / "gone" / "deeper").is_absolute()
    assert config.find_root(Path("/proc/1/root/x")).is_absolute()


# --- what is stronger -----------------------------------------------------------------------------------------------


def test_the_defaults(tmp_path):
    found = config.load_settings(project(tmp_path, ""))
    assert found == config.Settings(root=tmp_path, store=tmp_path / ".celltrail")
    assert found.is_enabled
    assert not found.forced_on
    assert found.fingerprint_budget_bytes == 2 * 1024**3


def test_the_project_says_what_it_wants(tmp_path):
    root = project(
        tmp_path,
        '[tool.celltrail]\nenabled = false\nstore = "trails"\nfingerprint_budget_bytes = 1000\n[tool.other]\nx = 1\n',
    )
    found = config.load_settings(root / "deep")
    assert found == config.Settings(root, root / "trails", is_enabled=False, fingerprint_budget_bytes=1000)


@pytest.mark.parametrize("enabled", ["true", "false"])
@pytest.mark.parametrize(
    ("switch", "is_enabled", "forced"),
    [
        *((word, False, False) for word in ("off", "0", "FALSE", " no ")),
        *((word, True, True) for word in ("on", "1", "Yes", "true")),
    ],
)
def test_the_environment_is_stronger_than_the_project(tmp_path, monkeypatch, enabled, switch, is_enabled, forced):
    root = project(tmp_path, f"[tool.celltrail]\nenabled = {enabled}\n")
    monkeypatch.setenv("CELLTRAIL", switch)
    found = config.load_settings(root)
    assert (found.is_enabled, found.forced_on) == (is_enabled, forced)


def test_an_empty_variable_says_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("CELLTRAIL", "")
    monkeypatch.setenv("CELLTRAIL_STORE", "")
    root = project(tmp_path, '[tool.celltrail]\nenabled = false\nstore = "there"\n')
    found = config.load_settings(root)
    assert (found.is_enabled, found.forced_on, found.store) == (False, False, root / "there")


def test_the_store_is_where_the_stronger_says(tmp_path, monkeypatch):
    root = project(tmp_path / "p", '[tool.celltrail]\nstore = "from-project"\n')
    assert config.load_settings(root).store == root / "from-project"
    monkeypatch.setenv("CELLTRAIL_STORE", "from-variable")
    assert config.load_settings(root).store == root / "from-variable"
    monkeypatch.setenv("CELLTRAIL_STORE", str(tmp_path / "elsewhere"))
    assert config.load_settings(root).store == tmp_path / "elsewhere"
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CELLTRAIL_STORE", "~/trails")
    assert config.load_settings(root).store == tmp_path / "home" / "trails"


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switch", ["maybe", "2", "offf", "on off", "☃"])
def test_a_switch_that_is_neither_is_refused_with_what_to_use(tmp_path, monkeypatch, switch):
    monkeypatch.setenv("CELLTRAIL", switch)
    with pytest.raises(ConfigError, match=r"setting CELLTRAIL is .*; use on or off"):
        config.load_settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('enabled = "false"', r"tool\.celltrail\.enabled is 'false'; use a bool"),
        ("enabled = 0", r"tool\.celltrail\.enabled is 0; use a bool"),
        ("store = 3", r"tool\.celltrail\.store is 3; use a str"),
        ('store = ""', r"tool\.celltrail\.store is ''; use"),
        ('fingerprint_budget_bytes = "2 GB"', r"fingerprint_budget_bytes is '2 GB'; use"),
        ("fingerprint_budget_bytes = 1.5", r"fingerprint_budget_bytes is 1\.5; use"),
        ("fingerprint_budget_bytes = true", r"fingerprint_budget_bytes is True; use"),
        ("fingerprint_budget_bytes = -1", r"fingerprint_budget_bytes is -1; use"),
        ("enabeld = false", r"tool\.celltrail\.enabeld is False; use one of enabled, "),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_what_to_use(tmp_path, text, message):
    root = project(tmp_path, f"[tool.celltrail]\n{text}\n")
    with pytest.raises(ConfigError, match=message):
        config.load_settings(root)


@pytest.mark.parametrize(
    "text", ["[tool.celltrail\n", "[tool]\ncelltrail = 3\n", "tool = 3 # celltrail\n", "celltrail = [\n"]
)
def test_a_project_file_that_cannot_be_read_is_refused_by_name(tmp_path, text):
    root = project(tmp_path, text)
    with pytest.raises(ConfigError, match=r"setting "):
        config.load_settings(root)


def test_a_setting_that_changes_while_the_server_lives_is_seen(tmp_path):
    assert config.load_settings(project(tmp_path, "[tool.celltrail]\nenabled = true\n")).is_enabled
    assert not config.load_settings(project(tmp_path, "[tool.celltrail]\nenabled = false\n")).is_enabled


def test_a_broken_project_file_that_does_not_speak_of_celltrail_is_none_of_our_business(tmp_path):
    root = project(tmp_path, "[tool.other\n")
    assert config.load_settings(root).is_enabled


def test_a_project_file_that_is_a_folder_or_binary_is_no_obstacle(tmp_path):
    (tmp_path / "pyproject.toml").mkdir()
    assert config.load_settings(tmp_path).root == tmp_path
    binary = project(tmp_path / "b", "")
    (binary / "pyproject.toml").write_bytes(b"\xff\xfe\x00\x01")
    assert config.load_settings(binary).root == binary


def test_tomllib_is_not_imported_for_a_project_that_does_not_speak_of_us(tmp_path):
    root = project(tmp_path, "[tool.other]\nx = 1\n")
    code = (
        "import sys, pathlib\nfrom celltrail import config\nconfig.load_settings(pathlib.Path(sys.argv[1]))\n"
        "assert 'tomllib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code, str(root)], check=True)


# --- the store's folder ---------------------------------------------------------------------------------------------


def test_the_store_folder_ignores_itself_in_git(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    config.ensure_store_folder(tmp_path / ".celltrail")
    config.ensure_store_folder(tmp_path / ".celltrail")
    (tmp_path / ".celltrail" / "store.duckdb").touch()
    status = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain"], capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def test_an_ignore_file_of_the_users_is_left_alone(tmp_path):
    store = tmp_path / ".celltrail"
    store.mkdir()
    (store / ".gitignore").write_text("mine\n")
    config.ensure_store_folder(store)
    assert (store / ".gitignore").read_text() == "mine\n"


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"."):
        config.ensure_store_folder(tmp_path / "file" / "store")


def test_tracking_is_paused_and_resumed_for_everybody(tmp_path):
    store = tmp_path / "store"
    assert not config.is_paused(store)
    config.set_paused(store, paused=False)
    assert not store.exists()
    for paused in (True, True, False, False, True):
        config.set_paused(store, paused=paused)
        assert config.is_paused(store) == paused
        code = "import sys, pathlib; from celltrail import config; print(config.is_paused(pathlib.Path(sys.argv[1])))"
    other = subprocess.run([sys.executable, "-c", code, str(store)], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "True"


# --- headless -------------------------------------------------------------------------------------------------------


def test_a_kernel_is_told_what_a_front_end_would_say(tmp_path):
    environment = config.headless_environment(tmp_path / "nötebook.ipynb", "kernel-1", {"lr": 0.1, "when": tmp_path})
    code = (
        "import json\nfrom celltrail import config\nfound = config.headless()\n"
        "print(json.dumps([found.notebook, found.kernel_id, json.loads(found.parameters)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        str(tmp_path / "nötebook.ipynb"),
        "kernel-1",
        {"lr": 0.1, "when": repr(tmp_path)},
    ]


def test_other_kernels_are_told_nothing(monkeypatch):
    assert config.headless() is None
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert config.jupyter_notebook() == ""
    monkeypatch.setenv("JPY_SESSION_NAME", "/a/b.ipynb")
    assert config.jupyter_notebook() == "/a/b.ipynb"


def test_the_environment_of_the_engine_is_passed_on(monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_SETTING", "x")
    assert config.headless_environment(tmp_path, "k", {})["SOME_SETTING"] == "x"


def test_thread_settings_are_those_that_are_set(monkeypatch):
    assert config.thread_settings() == ()
    monkeypatch.setenv("MKL_NUM_THREADS", "2")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert config.thread_settings() == ("OMP_NUM_THREADS=1", "MKL_NUM_THREADS=2")
