"""Kept contents as tables: small ones that would fill the machine are refused, lists in cells are compared as texts."""

import bz2
import gzip
import io
import lzma

import numpy as np
import pandas as pd
import pytest
import zstandard

from celltrail.config import Settings
from celltrail.datasets.diff import UnknownKeyError, diff_versions
from celltrail.datasets.kept import KeptContent
from celltrail.datasets.tables import UnreadableTableError, read_table
from celltrail.fingerprint.files import digest_bytes
from celltrail.journal.blobs import BlobStore
from celltrail.records import DatasetVersion
from celltrail.store.datasets import DatasetEntry

TEXT = b"n,t\n" + b"1,x\n" * 1000
PACKERS = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstandard.compress}


def entry_of(path, data, blob=""):
    version = DatasetVersion(digest_bytes(data), "file", source=path, size_bytes=len(data))
    return DatasetEntry(path, version, (), 1, 1, (), 0, blob=blob)


def table_of(path, data, **bound):
    entry = entry_of(path, data)
    return read_table(entry, KeptContent(entry.dataset.digest, "here", len(data), None, data), **bound)


def parquet(frame):
    sink = io.BytesIO()
    frame.to_parquet(sink)
    return sink.getvalue()


@pytest.mark.parametrize("ending", PACKERS)
def test_a_packed_text_is_read_as_what_is_in_it_and_no_further_than_the_bound(ending):
    data = PACKERS[ending](TEXT)
    pd.testing.assert_frame_equal(table_of(f"a.csv.{ending}", data), pd.read_csv(io.BytesIO(TEXT)))
    with pytest.raises(UnreadableTableError, match="more than is compared value by value"):
        table_of(f"a.csv.{ending}", data, most_bytes=len(TEXT) - 1)


def test_a_parquet_file_of_one_value_a_million_times_is_refused_by_what_it_says_of_itself():
    data = parquet(pd.DataFrame({"n": np.zeros(1_000_000)}))
    assert len(data) < 100_000
    assert len(table_of("a.parquet", data)) == 1_000_000
    with pytest.raises(UnreadableTableError, match="8,000,000 bytes or more"):
        table_of("a.parquet", data, most_bytes=1_000_000)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("a.csv.gz", gzip.compress(TEXT)[:-20]),
        ("a.csv.gz", gzip.compress(TEXT)[:30] + b"\0" * 30),
        ("a.csv.xz", lzma.compress(TEXT)[:-30]),
        ("a.csv.xz", b"no xz"),
        ("a.csv.zst", zstandard.compress(TEXT)[:-10]),
        ("a.parquet", b"PAR1"),
        ("a.npy", b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }"),
    ],
)
def test_a_damaged_content_is_said_to_be_no_table(path, data):
    with pytest.raises(UnreadableTableError, match="cannot be read as a table"):
        table_of(path, data)


def test_lists_in_cells_are_compared_as_their_texts_and_are_no_key(tmp_path):
    settings = Settings(tmp_path, tmp_path / ".celltrail")
    contents = (
        b'{"l": [1], "n": 1}\n{"l": [2], "n": 2}\n',
        b'{"l": [1], "n": 1}\n{"l": [3], "n": 2}\n{"l": [], "n": 3}\n',
    )
    before, after = (entry_of("a.jsonl", data, BlobStore(settings.store).put_bytes(data)[0]) for data in contents)
    found = diff_versions(settings, before, after)
    assert (found.rows_only_before, found.rows_only_after) == (1, 2)
    with pytest.raises(UnknownKeyError, match="several rows have one value in it"):
        diff_versions(settings, before, after, key="l")
    assert diff_versions(settings, before, after, key="n").columns[0].changed_values == 1
