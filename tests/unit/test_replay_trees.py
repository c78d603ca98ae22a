"""A replay's own folder: what is in it, and that nothing written in it reaches the user's files."""

from pathlib import Path

import pytest

from celltrail.config import load_settings
from celltrail.errors import ExecutionError
from celltrail.execute.replay import tree as trees
from celltrail.execute.replay.conditions import AS_RECORDED
from celltrail.execute.replay.recorded import Recorded, Versions
from celltrail.execute.replay.report import Cause
from celltrail.execute.replay.tree import lay_out
from celltrail.fingerprint.files import digest_bytes
from celltrail.journal.blobs import BlobStore


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a file of each kind, a folder that is a link, an environment and a repository."""
    root = tmp_path / "project"
    for name in ("data", "results", ".git", ".venv/bin", ".celltrail/replays", "other"):
        (root / name).mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    for path in ("data/small.csv", "data/written.csv", "results/old.txt", ".git/HEAD", ".venv/bin/python", "a.py"):
        (root / path).write_text("mine", encoding="utf-8")
    (root / "data" / "large.bin").write_bytes(b"0" * (2 << 20))
    (tmp_path / "elsewhere" / "linked.csv").write_text("mine", encoding="utf-8")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    return root


def laid_out(root: Path, *contents: Recorded, writes: tuple[str, ...] = ()) -> trees.Tree:
    return lay_out(load_settings(root), root / ".celltrail" / "replays" / "r" / "tree", contents, writes)


def data(path: str, content: bytes | None) -> Recorded:
    return Recorded(path, Cause.DATA, content, "changed since")


def test_the_tree_is_as_the_project_but_for_what_is_recorded_otherwise(project):
    tree = laid_out(project, data("data/small.csv", b"then"), data("a.py", None), data("gone/deep.csv", b"then"))
    assert (tree.folder / "data" / "small.csv").read_bytes() == b"then"
    assert (tree.folder / "gone" / "deep.csv").read_bytes() == b"then"
    assert not (tree.folder / "a.py").exists(), "it was not there then"
    assert (tree.folder / "results" / "old.txt").read_text(encoding="utf-8") == "mine"
    assert not (tree.folder / ".git").exists()
    assert not (tree.folder / ".celltrail").exists()
    assert (tree.folder / ".venv").is_symlink()
    assert (tree.folder / "data" / "large.bin").is_symlink(), "it is too large to be copied"
    assert (project / "data" / "small.csv").read_text(encoding="utf-8") == "mine"


def test_what_is_written_in_the_tree_reaches_no_file_of_the_user_s(project):
    tree = laid_out(project, data("a.py", b"then"), writes=("data/large.bin", "linked/linked.csv", "linked/new.csv"))
    for path in (
        "data/small.csv",
        "data/large.bin",
        "data/new.csv",
        "linked/linked.csv",
        "linked/new.csv",
        "results/x",
    ):
        (tree.folder / path).write_text("written", encoding="utf-8")
    assert (project / "data" / "small.csv").read_text(encoding="utf-8") == "mine"
    assert (project / "data" / "large.bin").read_bytes() == b"0" * (2 << 20)
    assert sorted(path.name for path in (project / "linked").iterdir()) == ["linked.csv"]
    assert (project / "linked" / "linked.csv").read_text(encoding="utf-8") == "mine"
    assert tree.written_through() == ()


def test_recorded_content_in_a_folder_that_is_a_link_does_not_follow_it(project):
    tree = laid_out(project, data("linked/linked.csv", b"then"))
    assert (tree.folder / "linked" / "linked.csv").read_bytes() == b"then"
    assert (project / "linked" / "linked.csv").read_text(encoding="utf-8") == "mine"


def test_a_write_through_the_link_of_a_large_file_is_found_afterwards(project):
    tree = laid_out(project, data("a.py", b"then"))
    (tree.folder / "data" / "large.bin").write_bytes(b"written")
    assert tree.written_through() == (str(project / "data" / "large.bin"),)


def test_the_tree_goes_and_the_project_stays(project):
    before = sorted(project.rglob("*"))
    laid_out(project, data("a.py", b"then"), writes=("linked/new.csv",)).remove()
    assert sorted(project.rglob("*")) == before


def test_recorded_content_never_leaves_the_tree(project, tmp_path):
    with pytest.raises(ExecutionError, match="outside of the replay's folder"):
        laid_out(project, data("../../../../outside/x.csv", b"hostile"))
    assert not list(tmp_path.rglob("outside"))


def test_names_of_a_hostile_trail_that_lead_out_of_the_project_are_not_restored(project):
    digest, _ = BlobStore(project / ".celltrail").put_bytes(b"hostile")
    versions = Versions(load_settings(project), None, AS_RECORDED)
    names = ("../x.csv", "data/../../x.csv", "/etc/x.csv", "data/gone.csv")
    found = versions.contents(dict.fromkeys(names, digest), ())
    assert [one.path for one in found] == ["data/gone.csv"]
    assert digest == digest_bytes(b"hostile")


def test_a_project_without_end_is_linked_where_it_is_too_much(project, monkeypatch):
    monkeypatch.setattr(trees, "_MOST_ENTRIES", 3)
    tree = laid_out(project, data("data/small.csv", b"then"))
    assert (tree.folder / "data" / "small.csv").read_bytes() == b"then"
    assert (tree.folder / "results").is_symlink()


def test_a_written_file_beyond_what_is_copied_ends_the_replay_and_says_its_size(project, monkeypatch):
    monkeypatch.setattr(trees, "COPIED_BYTES", 1 << 20)
    with pytest.raises(ExecutionError, match=r"large\.bin: .* too large to work on a copy: 2,097,152 bytes"):
        laid_out(project, writes=("data/large.bin",))
    assert not list((project / ".celltrail").rglob("tree"))
    assert (laid_out(project).folder / "data" / "large.bin").is_symlink(), "one that is only read is no copy"
