"""Artifacts by content: complete or absent, and never outside their folder."""

import hashlib
import sys
import threading

import pytest
from blake3 import blake3

from celltrail.errors import BlobNotFoundError
from celltrail.journal.blobs import BlobStore


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / ".celltrail")


def test_a_blob_has_the_digest_of_its_content(blobs, tmp_path):
    data = bytes(range(256)) * 9000
    assert blobs.put_bytes(data) == (f"blake3:{blake3(data).hexdigest()}", len(data))
    (tmp_path / "file").write_bytes(data)
    digest, size = blobs.put_file(tmp_path / "file")
    assert (blobs.read(digest), size) == (data, len(data))
    assert blobs.put_bytes(b"")[1] == 0


def test_the_same_content_is_kept_once_and_nothing_else_is_left(blobs, tmp_path):
    threads = [threading.Thread(target=blobs.put_bytes, args=(b"x" * 100_000,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    files = [path for path in (tmp_path / ".celltrail" / "blobs").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [b"x" * 100_000]


def test_a_blob_cut_by_a_crash_is_written_again(blobs):
    digest, _ = blobs.put_bytes(b"whole content")
    path = blobs.path(digest)
    path.chmod(0o644)
    path.write_bytes(b"whole")
    assert not blobs.is_whole(digest)
    assert blobs.put_bytes(b"whole content")[0] == digest
    assert blobs.is_whole(digest)


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "blake3:",
        "blake3:../../../../etc/passwd",
        "blake3:" + "A" * 64,
        "blake3:" + "a" * 63,
        "blake3:" + "a" * 64 + "\n",
        "md5:" + "a" * 64,
        "blake3:" + "a" * 32 + "/" + "a" * 31,
    ],
)
def test_a_malformed_digest_is_no_path(blobs, digest):
    with pytest.raises(BlobNotFoundError, match="no artifact"):
        blobs.path(digest)
    with pytest.raises(BlobNotFoundError, match="no artifact"):
        blobs.read(digest)


def test_without_blake3_a_digest_says_what_made_it(blobs, monkeypatch):
    monkeypatch.setitem(sys.modules, "blake3", None)
    digest, _ = blobs.put_bytes(b"content")
    assert digest == f"blake2b-256:{hashlib.blake2b(b'content', digest_size=32).hexdigest()}"
    assert blobs.read(digest) == b"content"
    monkeypatch.undo()
    assert blobs.read(digest) == b"content"
