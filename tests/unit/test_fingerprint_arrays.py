"""Arrays and sparse matrices: their type, shape and values, and nothing of how they lie in memory."""

import threading

import numpy as np
import pytest
from scipy import sparse

from celltrail.fingerprint.data import fingerprint
from celltrail.records import DatasetVersion


def version(value: object, **options: int) -> DatasetVersion:
    found = fingerprint(value, **options)
    assert found is not None
    return found


def digest(value: object) -> str:
    return version(value).digest


# --- arrays -------------------------------------------------------------------------------------------------------

ARRAYS = [
    np.arange(12.0).reshape(3, 4),
    np.arange(12).reshape(3, 4).astype("int8"),
    np.array([True, False]),
    np.array([1 + 2j, np.nan]),
    np.array([1, 2], dtype="float16"),
    np.array([1, 2], dtype="longdouble"),
    np.array([1, 2], dtype="clongdouble"),
    np.array(["a", "bc"]),
    np.array([b"a", b"bc"]),
    np.array(["a", "bc"], dtype=np.dtypes.StringDType()),
    np.array(["2020", "NaT"], dtype="datetime64[D]"),
    np.array([3, 4], dtype="timedelta64[h]"),
    np.array([(1, 2.0, "x"), (2, 3.0, "y")], dtype=[("a", "i4"), ("b", "f8"), ("c", "U3")]),
    np.array([1, "a", None, [2]], dtype=object),
    np.zeros((0, 3)),
    np.zeros((3, 0)),
    np.zeros((2, 3, 4, 5)),
    np.array([b"ab", b"cd"], dtype="V2"),
    np.asfortranarray(np.arange(600_000.0).reshape(300, 2_000)),
]


@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: f"{array.dtype}-{array.shape}")
def test_an_array_is_its_dtype_its_shape_and_its_values(array):
    assert "partial" not in digest(array)
    assert digest(array) == digest(array.copy())
    if array.ndim > 1 and array.size:
        assert digest(np.asfortranarray(array)) == digest(np.ascontiguousarray(array))
        assert digest(array.T) != digest(array)
    elif array.size:
        assert digest(array[::-1]) != digest(array)
        wide = np.repeat(array, 3)
        assert digest(wide[::3]) == digest(array)


def test_every_dtype_and_shape_has_its_own_digest():
    assert len({digest(array) for array in ARRAYS}) == len(ARRAYS)
    assert digest(np.zeros((2, 6))) != digest(np.zeros((6, 2)))
    assert digest(np.zeros(4, dtype="int32")) != digest(np.zeros(4, dtype="uint32"))


def test_the_byte_order_of_the_memory_is_not_content():
    assert digest(np.arange(5).astype(">i8")) == digest(np.arange(5).astype("<i8"))
    assert digest(np.arange(5).astype(">f4")) == digest(np.arange(5).astype("<f4"))
    assert digest(np.array(["2020"], dtype=">M8[D]")) == digest(np.array(["2020"], dtype="<M8[D]"))


def test_a_masked_array_is_its_mask_too():
    values = np.arange(4.0)
    masks = [[0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    assert len({digest(np.ma.masked_array(values, mask=mask)) for mask in masks} | {digest(values)}) == 4


def test_a_subclass_of_an_array_is_read_as_the_array():
    class Loud(np.ndarray):
        def __array_finalize__(self, _: object) -> None:
            if getattr(threading.current_thread(), "armed", False):
                raise AssertionError("user code was run")

        def __getitem__(self, _: object):
            raise AssertionError("user code was run")

    loud = np.arange(5.0).view(Loud)
    threading.current_thread().armed = True
    try:
        assert digest(loud) == digest(np.arange(5.0))
    finally:
        threading.current_thread().armed = False


def test_a_memory_map_is_read(tmp_path):
    array = np.arange(100_000.0)
    np.save(tmp_path / "a.npy", array)
    assert digest(np.load(tmp_path / "a.npy", mmap_mode="r")) == digest(array)


@pytest.mark.parametrize("layout", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
@pytest.mark.parametrize("make", [sparse.random, sparse.random_array])
def test_sparse_matrices_of_every_layout_are_read(layout, make):
    shape = (20, 30)
    if make is sparse.random:
        matrix = sparse.random(*shape, density=0.2, format=layout, random_state=1)
    else:
        matrix = sparse.random_array(shape, density=0.2, format=layout, rng=1)
    found = version(matrix)
    assert (found.kind, found.rows, found.column_count) == ("sparse", 20, 30)
    assert digest(matrix.copy()) == found.digest
    assert digest(matrix * 2) != found.digest


def test_the_width_of_sparse_indices_is_not_content():
    matrix = sparse.random_array((20, 30), density=0.2, format="csr", rng=1)
    wide = matrix.copy()
    wide.indices, wide.indptr = wide.indices.astype("int64"), wide.indptr.astype("int64")
    assert digest(wide) == digest(matrix)
