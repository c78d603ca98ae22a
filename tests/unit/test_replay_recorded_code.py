"""Code as a run had it: the commit with what was not committed, out of git, and nothing written in the repository."""

import subprocess
from pathlib import Path

import pytest

from celltrail.errors import BlobNotFoundError
from celltrail.execute.replay.recorded_code import recorded_code
from celltrail.fingerprint.code import current


def git(folder: Path, *words: str) -> str:
    named = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *named, *words], cwd=folder, check=True, capture_output=True, encoding="utf-8")
    return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / "part").mkdir()
    for name in ("kept.py", "edited.py", "moved.py", "gone.py", "part/in.py", "naïve name.py", "nb.ipynb"):
        (tmp_path / name).write_text(f"# {name}\n" * 9, encoding="utf-8")
    (tmp_path / "raw.bin").write_bytes(bytes(range(256)))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


def dirty(repository: Path) -> None:
    """Changes of every kind that are not committed."""
    (repository / "edited.py").write_text("# then\n", encoding="utf-8")
    (repository / "naïve name.py").write_text("# then too\n", encoding="utf-8")
    (repository / "part" / "in.py").write_text("# within\n", encoding="utf-8")
    (repository / "raw.bin").write_bytes(b"\0\1then")
    (repository / "gone.py").unlink()
    git(repository, "mv", "moved.py", "moved to.py")
    (repository / "untracked.py").write_text("# nobody keeps it\n", encoding="utf-8")
    (repository / "nb.ipynb").write_text("{}", encoding="utf-8")


def state_of(repository: Path) -> dict[str, bytes]:
    return {str(path.relative_to(repository)): path.read_bytes() for path in repository.rglob("*") if path.is_file()}


def test_uncommitted_changes_of_every_kind_are_found_again_after_later_commits(repository):
    dirty(repository)
    version, patch = current(repository)
    git(repository, "stash", "-q")
    (repository / "edited.py").write_text("# now\n", encoding="utf-8")
    (repository / "added.py").write_text("# now\n", encoding="utf-8")
    (repository / "untracked.py").write_text("# now\n", encoding="utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "two")
    before = state_of(repository)
    found = recorded_code(repository, version, {version.diff_digest: patch}.__getitem__)
    assert found.is_known
    assert found.contents == {
        "added.py": None,
        "edited.py": b"# then\n",
        "gone.py": None,
        "moved.py": None,
        "moved to.py": b"# moved.py\n" * 9,
        "naïve name.py": b"# then too\n",
        "part/in.py": b"# within\n",
        "raw.bin": b"\0\1then",
    }
    assert state_of(repository) == before, "the repository is only read"


def test_a_project_in_a_folder_of_a_repository_has_the_names_of_its_own_root(repository):
    dirty(repository)
    version, patch = current(repository / "part")
    git(repository, "checkout", "-q", "--", "part/in.py")
    found = recorded_code(repository / "part", version, {version.diff_digest: patch}.__getitem__)
    assert found.contents == {"in.py": b"# within\n"}
    assert found.has_code


def test_where_nothing_changed_nothing_differs(repository):
    version, _ = current(repository)
    found = recorded_code(repository, version, {}.__getitem__)
    assert (found.is_known, found.contents, found.has_code) == (True, {}, False)


def test_what_differs_and_is_no_code_is_no_reason_for_a_tree(repository):
    version, _ = current(repository)
    (repository / "raw.bin").write_bytes(b"now")
    (repository / "nb.ipynb").write_text("{}", encoding="utf-8")
    found = recorded_code(repository, version, {}.__getitem__)
    assert list(found.contents) == ["raw.bin"]
    assert not found.has_code


def test_a_commit_or_a_difference_that_is_gone_is_said_to_be_gone(repository):
    version, _ = current(repository)
    (repository / "edited.py").write_text("# now\n", encoding="utf-8")
    gone = type(version)("d", "f" * 40)
    assert "is not in this clone" in recorded_code(repository, gone, {}.__getitem__).problem

    def lost(digest: str) -> bytes:
        raise BlobNotFoundError(digest)

    dirtied, patch = current(repository)
    git(repository, "checkout", "-q", "--", "edited.py")
    assert "not in the store any more" in recorded_code(repository, dirtied, lost).problem
    cut = recorded_code(repository, dirtied, lambda _digest: patch[: len(patch) - 8])
    assert (cut.is_known, cut.contents) == (False, {})
    assert "not kept whole" in cut.problem


def test_without_git_nothing_is_known(tmp_path):
    found = recorded_code(tmp_path, None, {}.__getitem__)
    assert (found.is_known, found.problem) == (False, "")
