"""The very bytes that are hashed, as docs/fingerprints.md says them, and the same in every process."""

import struct
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import xxhash

from celltrail.fingerprint.data import fingerprint
from celltrail.records import DatasetVersion


def version(value: object, **options: int) -> DatasetVersion:
    found = fingerprint(value, **options)
    assert found is not None
    return found


def digest(value: object) -> str:
    return version(value).digest


def test_the_hash_is_xxh3_as_published():
    """The vectors for the empty input and for "a" of the xxHash project."""
    assert xxhash.xxh3_128(b"").hexdigest() == "99aa06d3014798d86001c324468d497f"
    assert xxhash.xxh3_128(b"a").hexdigest() == "a96faf705af16834e6c632b61e964e1f"


def test_the_bytes_of_a_numeric_column_are_those_that_the_docs_say():
    values = [1.5, -0.0, float("nan"), 1e-300]
    hashed = b"float64\0" + struct.pack("<4d", *values) + struct.pack("<Q", 4) + bytes(32)
    column = version(pd.DataFrame({"a": values})).columns[0]
    assert column.digest == f"xxh3-128:{xxhash.xxh3_128(hashed).hexdigest()}"


def test_the_bytes_of_a_column_with_missing_integers_are_those_that_the_docs_say():
    validity = xxhash.xxh3_128(bytes([1, 0, 1])).digest()
    hashed = b"int16\0" + struct.pack("<3h", 7, 0, -1) + struct.pack("<Q", 3) + bytes(16) + validity
    column = version(pd.DataFrame({"a": pd.array([7, None, -1], dtype="Int16")})).columns[0]
    assert column.digest == f"xxh3-128:{xxhash.xxh3_128(hashed).hexdigest()}"


def test_the_bytes_of_a_text_column_are_those_that_the_docs_say():
    lengths = xxhash.xxh3_128(struct.pack("<3q", 1, 0, 2)).digest()
    validity = xxhash.xxh3_128(bytes([1, 0, 1])).digest()
    hashed = b"string\0" + "aü".encode() + struct.pack("<Q", 3) + lengths + validity
    column = version(pl.DataFrame({"a": ["a", None, "ü"]})).columns[0]
    assert column.digest == f"xxh3-128:{xxhash.xxh3_128(hashed).hexdigest()}"


def test_minus_zero_is_not_zero_and_every_nan_is_the_same():
    assert digest(np.array([0.0])) != digest(np.array([-0.0]))
    odd = np.array([0x7FF8_0000_0000_0001, 0xFFF8_0000_0000_0000], dtype="uint64").view("float64")
    assert digest(odd) == digest(np.array([np.nan, np.nan]))


def test_a_digest_is_the_same_in_every_process():
    """Hash randomisation and the order of sets have no say."""
    code = (
        "import pandas as pd, numpy as np\n"
        "from celltrail.fingerprint.data import fingerprint\n"
        "frame = pd.DataFrame({'o': [{'b': 1, 'a': {3, 'x'}}, (1, 2.5), None], 'c': pd.Categorical(['x', 'y', 'x'])})\n"
        "print(fingerprint(frame).digest)"
    )
    results = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(results) == 1
