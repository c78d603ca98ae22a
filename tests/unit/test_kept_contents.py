"""A content that a file once had is found where it is kept, and only as what it was."""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

from celltrail.datasets.kept import ContentChangedError, KeptContent, kept_content
from celltrail.fingerprint import dvc
from celltrail.fingerprint.files import digest_bytes
from celltrail.journal.blobs import BlobStore


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is")


def cache(root: Path, data: bytes, ending: str = "") -> str:
    """Put a content where DVC 3 would, under the md5 that it has there."""
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest() + ending
    path = root / ".dvc" / "cache" / "files" / "md5" / md5[:2] / md5[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return md5


def dvc_file(path: Path, md5: str) -> None:
    path.with_name(path.name + ".dvc").write_text(
        f"outs:\n- md5: {md5}\n  size: 4\n  hash: md5\n  path: {path.name}\n", encoding="utf-8"
    )


def test_a_content_in_the_store_is_found_whatever_the_file_is_now(tmp_path):
    digest, _ = BlobStore(tmp_path / ".celltrail").put_bytes(b"then")
    found = kept_content(tmp_path / ".celltrail", tmp_path, digest, "no/such.csv")
    assert found is not None
    assert (found.where, found.size_bytes) == ("celltrail's store", 4)
    found.write_to(tmp_path / "copy.csv")
    assert (tmp_path / "copy.csv").read_bytes() == b"then"


def test_a_damaged_blob_is_as_good_as_gone(tmp_path):
    blobs = BlobStore(tmp_path / ".celltrail")
    digest, _ = blobs.put_bytes(b"then")
    blobs.path(digest).chmod(0o644)
    blobs.path(digest).write_bytes(b"them")
    assert kept_content(tmp_path / ".celltrail", tmp_path, digest, "data.csv") is None


def test_what_changes_while_it_is_copied_is_not_written(tmp_path):
    (tmp_path / "cached").write_bytes(b"other")
    kept = KeptContent(digest_bytes(b"then"), "the DVC cache", 4, tmp_path / "cached")
    (tmp_path / "data.csv").write_bytes(b"now")
    with pytest.raises(ContentChangedError, match="nothing was written"):
        kept.write_to(tmp_path / "data.csv")
    assert (tmp_path / "data.csv").read_bytes() == b"now"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cached", "data.csv"]


@pytest.mark.parametrize("name", ["data.csv", "sub/data with blanks.csv", ":(glob)*.csv", "-n"])
def test_a_committed_content_is_found_in_git_also_of_a_removed_file_and_another_branch(tmp_path, name):
    git(tmp_path, "init", "--quiet")
    (tmp_path / "first").write_bytes(b"")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "other")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"then\n")
    commit(tmp_path)
    path.write_bytes(b"later\n")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-")
    found = kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"then\n"), name)
    assert found is not None
    assert found.where.startswith("git commit ")
    assert kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"never\n"), name) is None


def test_a_content_in_dvcs_cache_is_found_under_the_md5_of_now_and_of_earlier_commits(tmp_path):
    git(tmp_path, "init", "--quiet")
    path = tmp_path / "data.csv"
    for content in (b"first", b"second"):
        dvc_file(path, cache(tmp_path, content))
        (tmp_path / ".gitignore").write_text("/.dvc\n/data.csv\n")
        commit(tmp_path)
    for content in (b"first", b"second"):
        found = kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(content), "data.csv")
        assert found is not None
        assert found.where == "the DVC cache"


def test_a_file_in_a_tracked_folder_is_found_by_the_folders_list(tmp_path):
    inner = cache(tmp_path, b"one")
    listed = json.dumps([{"md5": inner, "relpath": "deep/1.txt"}]).encode()
    dvc_file(tmp_path / "images", cache(tmp_path, listed, ".dir"))
    found = kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"one"), "images/deep/1.txt")
    assert found is not None
    assert kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"one"), "images/deep/2.txt") is None


def test_a_cache_that_was_emptied_or_written_over_gives_nothing(tmp_path):
    md5 = cache(tmp_path, b"then")
    dvc_file(tmp_path / "data.csv", md5)
    place = dvc.cached(tmp_path, md5)
    assert place is not None
    place.write_bytes(b"them")
    assert kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"then"), "data.csv") is None
    place.unlink()
    assert kept_content(tmp_path / ".celltrail", tmp_path, digest_bytes(b"then"), "data.csv") is None


@pytest.mark.parametrize(
    "listed",
    [b"not json", b'{"md5": 1}', b'[{"md5": "../../../../etc/passwd", "relpath": "1.txt"}]', b'[{"relpath": "1.txt"}]'],
)
def test_a_hostile_list_of_a_folder_leads_nowhere(tmp_path, listed):
    dvc_file(tmp_path / "images", cache(tmp_path, listed, ".dir"))
    assert dvc.cached(tmp_path, cache(tmp_path, listed, ".dir"), "1.txt") is None


def test_outputs_are_read_from_the_files_that_dvc_writes():
    lock = (
        "schema: '2.0'\nstages:\n  prep:\n    cmd: cp data/s.csv out.csv\n    deps:\n    - path: data/s.csv\n"
        "      hash: md5\n      md5: f69f5b72bc79a92dc70c63c9aa142e36\n      size: 4\n    outs:\n"
        "    - path: out.csv\n      hash: md5\n      md5: 009520053b00386d1173f3988c55d192\n      size: 4\n"
        "    - path: 'it''s: one.csv'\n      md5: abf0a5828df51af94a9e2fb70db3dc6a.dir\n"
    )
    assert dvc.outs_in(lock) == (
        dvc.Out("out.csv", "009520053b00386d1173f3988c55d192"),
        dvc.Out("it's: one.csv", "abf0a5828df51af94a9e2fb70db3dc6a.dir"),
    )
    assert dvc.outs_in("outs:\n- md5: ../../etc\n  path: a\n") == ()
    assert dvc.outs_in("outs: [{md5: f69f5b72bc79a92dc70c63c9aa142e36, path: a}]\n") == ()


def test_the_cache_is_where_the_settings_put_it(tmp_path):
    (tmp_path / ".dvc").mkdir()
    assert dvc.cache_folder(tmp_path) == tmp_path / ".dvc" / "cache"
    (tmp_path / ".dvc" / "config").write_text("[cache]\n    dir = ../shared\n")
    assert dvc.cache_folder(tmp_path) == tmp_path / ".dvc" / "../shared"
    (tmp_path / ".dvc" / "config.local").write_text("[cache]\n    dir = /elsewhere\n")
    assert dvc.cache_folder(tmp_path) == Path("/elsewhere")
