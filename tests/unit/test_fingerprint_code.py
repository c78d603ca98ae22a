"""The code version: what git knows of the working tree, without running anything that the repository names."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from celltrail.fingerprint import code
from celltrail.fingerprint.files import digest_bytes


@pytest.fixture(autouse=True)
def own_git(tmp_path_factory, monkeypatch):
    """No settings of whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (home / "gitconfig").write_text("[user]\nname = A\nemail = a@example.org\n[init]\ndefaultBranch = trunk\n")
    return home


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    git(root, "init", "-q")
    (root / "a.py").write_text("one\n")
    (root / "b.py").write_text("two\n")
    (root / "binary").write_bytes(bytes(range(256)))
    git(root, "add", ".")
    git(root, "commit", "-qm", "First")
    return root


def test_a_clean_tree_is_its_commit_and_branch(repository):
    found, difference = code.current(repository)
    assert found.commit == git(repository, "rev-parse", "HEAD")
    assert found.branch == "trunk"
    assert not found.is_dirty
    assert (found.diff_digest, difference) == ("", b"")
    assert code.current(repository) == (found, difference)


def test_the_difference_restores_the_tree(repository, tmp_path):
    """Staged, unstaged, deleted, renamed, binary: `git apply` of the difference on the commit gives the same files."""
    (repository / "a.py").write_text("one, changed\n")
    (repository / "c.py").write_text("staged\n")
    git(repository, "add", "c.py")
    (repository / "c.py").write_text("staged, then changed\n")
    git(repository, "mv", "b.py", "d.py")
    (repository / "binary").write_bytes(bytes(reversed(range(256))))
    (repository / "loose.txt").write_text("untracked\n")
    found, difference = code.current(repository)
    assert found.is_dirty
    assert found.diff_digest == digest_bytes(difference)
    assert difference.startswith(b"# untracked: loose.txt\n")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(repository), str(clone))
    patch = tmp_path / "patch"
    patch.write_bytes(difference)
    git(clone, "apply", str(patch))
    for name in ("a.py", "c.py", "d.py", "binary"):
        assert (clone / name).read_bytes() == (repository / name).read_bytes()
    assert not (clone / "b.py").exists()


def test_every_change_has_its_own_digest(repository):
    digests = {code.current(repository)[0].digest}
    (repository / "a.py").write_text("changed\n")
    digests.add(code.current(repository)[0].digest)
    (repository / "new.py").write_text("")
    digests.add(code.current(repository)[0].digest)
    git(repository, "commit", "-qam", "Second")
    digests.add(code.current(repository)[0].digest)
    assert len(digests) == 4


def test_a_folder_within_the_repository_says_the_same(repository):
    (repository / "deep" / "er").mkdir(parents=True)
    (repository / "a.py").write_text("changed\n")
    assert code.current(repository / "deep" / "er") == code.current(repository)


def test_a_repository_without_a_commit_still_has_a_difference(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "a.py").write_text("one\n")
    git(tmp_path, "add", "a.py")
    found, difference = code.current(tmp_path)
    assert (found.commit, found.branch, found.is_dirty) == ("", "trunk", True)
    assert b"+one" in difference


def test_a_detached_head_has_no_branch(repository):
    git(repository, "checkout", "-q", "--detach")
    found, _ = code.current(repository)
    assert (found.branch, found.commit) == ("", git(repository, "rev-parse", "HEAD"))


def test_a_linked_worktree_has_its_own_state(repository, tmp_path):
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    (tmp_path / "side" / "a.py").write_text("changed\n")
    assert code.current(tmp_path / "side")[0].branch == "side"
    assert code.current(tmp_path / "side")[0].is_dirty
    assert not code.current(repository)[0].is_dirty


def test_outside_a_repository_the_commit_is_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    found, difference = code.current(tmp_path)
    assert (found.commit, found.branch, found.is_dirty, difference) == ("", "", False, b"")
    assert code.current(tmp_path / "missing")[0] == found


def test_without_git_the_commit_is_empty(repository, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert code.current(repository)[0].commit == ""


def test_looking_changes_nothing_in_the_repository(repository):
    (repository / "a.py").touch()  # a refresh would rewrite the index now
    before = {path: path.stat().st_mtime_ns for path in (repository / ".git").rglob("*")}
    code.current(repository)
    assert {path: path.stat().st_mtime_ns for path in (repository / ".git").rglob("*")} == before


def test_nothing_that_the_repository_names_is_run(repository, tmp_path):
    """Hooks, file-system monitors, external differs, textconv, filters and transports of a hostile clone."""
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho run >> {tmp_path}/sprung\ncat\n")
    trap.chmod(0o755)
    settings = {
        "core.fsmonitor": trap,
        "core.hooksPath": tmp_path / "hooks",
        "core.sshCommand": trap,
        "core.pager": trap,
        "core.editor": trap,
        "diff.external": trap,
        "diff.evil.command": trap,
        "diff.evil.textconv": trap,
        "filter.evil.clean": trap,
        "filter.evil.smudge": trap,
        "filter.evil.process": trap,
        "filter.evil.required": "true",
        "filter.e.v.il.clean": trap,
        "credential.helper": trap,
        "protocol.ext.allow": "always",
    }
    (repository / ".gitattributes").write_text("*.py diff=evil filter=evil\nbinary filter=e.v.il\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-qm", "Attributes")
    for name, value in settings.items():
        git(repository, "config", name, str(value))
    (tmp_path / "hooks").mkdir()
    for hook in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "query-watchman"):
        (tmp_path / "hooks" / hook).write_text(trap.read_text())
        (tmp_path / "hooks" / hook).chmod(0o755)
    for name in ("a.py", "binary"):
        (repository / name).write_bytes(b"changed\n")
    found, difference = code.current(repository)
    assert not (tmp_path / "sprung").exists()
    assert found.is_dirty
    assert b"+changed" in difference
    subprocess.run(["git", "-C", str(repository), "diff", "--ext-diff"], capture_output=True, check=False)
    assert (tmp_path / "sprung").exists(), "the trap itself does not work"


@pytest.mark.parametrize(
    ("setting", "is_asked"),
    [("user.email", False), ("Filter.x.clean", True), ("include.path", True), ("extensions.worktreeConfig", True)],
)
def test_git_is_asked_about_filters_only_where_its_configuration_may_lead_to_one(
    repository, tmp_path, monkeypatch, setting, is_asked
):
    git(repository, "config", setting, "true")
    assert code.may_have_filters(repository) is is_asked
    (tmp_path / "bin").mkdir()
    real = subprocess.run(["sh", "-c", "command -v git"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert code.current(repository)[0].branch == "trunk"
    assert len((tmp_path / "asked").read_text().splitlines()) == 1 + is_asked


def test_what_is_no_ordinary_repository_may_have_filters(repository, tmp_path):
    assert not code.may_have_filters(repository / "folder")
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    assert code.may_have_filters(tmp_path / "side")
    git(repository, "clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    assert code.may_have_filters(tmp_path / "bare")
    (repository / ".git" / "config").write_bytes(b"#" * (1 << 17))
    assert code.may_have_filters(repository)


def test_a_diff_that_needs_a_missing_object_fetches_nothing(repository, tmp_path):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho run >> {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for name, value in {
        "remote.origin.url": f"ext::{trap}",
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
        "protocol.ext.allow": "always",
    }.items():
        git(repository, "config", name, value)
    blob = git(repository, "rev-parse", "HEAD:a.py")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (repository / "a.py").write_text("changed\n")
    found, difference = code.current(repository)
    assert not (tmp_path / "sprung").exists()
    assert found.is_dirty
    assert difference.startswith(b"# the patch was cut")


def test_settings_of_the_user_do_not_change_the_difference(repository, own_git):
    (repository / "long.py").write_text("line\n" * 30)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Long")
    (repository / "long.py").write_text("line\n" * 14 + "changed\n" + "line\n" * 15)
    git(repository, "mv", "b.py", "c.py")
    _, plain = code.current(repository)
    with (own_git / "gitconfig").open("a") as file:
        file.write(
            "[color]\nui = always\n[core]\npager = x\n"
            "[diff]\nnoprefix = true\nmnemonicPrefix = true\nalgorithm = patience\ncontext = 9\nrenames = false\n"
        )
    assert code.current(repository)[1] == plain


def test_a_huge_difference_is_cut_and_says_so(repository, monkeypatch):
    monkeypatch.setattr(code, "DIFF_LIMIT_BYTES", 1_000)
    (repository / "a.py").write_text("changed\n" * 10_000)
    found, difference = code.current(repository)
    assert difference.startswith(b"# the patch was cut at 1000 bytes")
    assert len(difference) < 1_200
    assert found.is_dirty


def test_a_git_that_does_not_answer_is_given_up(repository, tmp_path, monkeypatch):
    monkeypatch.setattr(code, "TIMEOUT_S", 0.5)
    fake = tmp_path / "bin"
    fake.mkdir()
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout.strip()
    (fake / "git").write_text(f'#!/bin/sh\ncase "$*" in *status*) exec sleep 60;; *) exec {real} "$@";; esac\n')
    (fake / "git").chmod(0o755)
    commit = git(repository, "rev-parse", "HEAD")
    monkeypatch.setenv("PATH", f"{fake}{os.pathsep}{os.environ['PATH']}")
    before = set(threading.enumerate())
    found, difference = code.current(repository)
    assert (found.commit, found.branch, found.is_dirty) == (commit, "trunk", True)
    assert difference.startswith(b"# git did not list the changes")
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive(), "nothing waits for a process that is given up"


def test_strange_file_names_are_listed(repository):
    for name in ("ü ber\n.py", "🙂", "-n"):
        (repository / name).write_text("x")
    _, difference = code.current(repository)
    assert all(line.startswith("#") for line in difference.decode().splitlines())
    assert "# untracked: 🙂" in difference.decode()


def test_very_many_untracked_files_are_counted(repository):
    for number in range(1_100):
        (repository / f"file{number}").touch()
    _, difference = code.current(repository)
    assert difference.endswith(b"# and 100 more untracked\n")


def test_it_is_not_confused_by_the_folder_that_python_runs_in(repository, tmp_path):
    script = (
        "import sys, pathlib\n"
        "from celltrail.fingerprint import code\n"
        "print(code.current(pathlib.Path(sys.argv[1]))[0].branch)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(repository)], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "trunk"
