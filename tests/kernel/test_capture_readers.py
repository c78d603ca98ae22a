"""What a cell reads and writes by compiled code is among its files: each reader that docs/capture.md names."""

from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel

PREPARE = """
import numpy as np, pandas as pd, polars as pl, pyarrow as pa, os
import pyarrow.parquet as pq, pyarrow.dataset as ds, pyarrow.feather as pf, pyarrow.csv as pc, pyarrow.json as pj
import pyarrow.orc as po, joblib, h5py, PIL.Image, matplotlib.image, imageio.v3 as iio
frame = pd.DataFrame({"a": [1, 2, 3], "b": [1.5, 2.5, 3.5]})
table = pa.table({"a": [1, 2, 3]})
rows = pl.DataFrame({"a": [1, 2, 3]})
frame.to_parquet("in.parquet"); frame.to_feather("in.feather"); frame.to_orc("in.orc"); frame.to_excel("in.xlsx")
frame.to_hdf("in.h5", key="k"); frame.to_csv("in.csv", index=False); frame.to_pickle("in.pkl"); frame.to_stata("in.dta")
frame.to_json("in.json"); rows.write_ndjson("in.ndjson"); rows.write_ipc("in.arrow"); rows.write_avro("in.avro")
rows.write_ipc_stream("in.arrows"); np.save("in.npy", np.arange(3)); np.savez("in.npz", a=np.arange(3))
np.arange(3).tofile("in.bin"); np.savetxt("in.txt", np.arange(3)); joblib.dump(frame, "in.joblib")
with h5py.File("plain.h5", "w") as file: file["x"] = np.arange(3)
PIL.Image.fromarray(np.zeros((4, 4), dtype="uint8")).save("in.png")
ds.write_dataset(table, "folder", format="parquet", partitioning=["a"]); pq.write_table(table, "p 1.parquet")
pq.write_table(table, "p 2.parquet")
"""
READERS = {
    "pd.read_parquet('in.parquet')": ["in.parquet"],
    "pd.read_parquet(__import__('pathlib').Path('in.parquet'), columns=['a'])": ["in.parquet"],
    "pd.read_feather('in.feather')": ["in.feather"],
    "pd.read_orc('in.orc')": ["in.orc"],
    "pd.read_excel('in.xlsx')": ["in.xlsx"],
    "pd.read_hdf('in.h5')": ["in.h5"],
    "pd.read_csv('in.csv', engine='pyarrow')": ["in.csv"],
    "pd.read_pickle('in.pkl')": ["in.pkl"],
    "pd.read_stata('in.dta')": ["in.dta"],
    "pd.read_json('in.json')": ["in.json"],
    "pq.read_table('in.parquet')": ["in.parquet"],
    "pq.ParquetFile('in.parquet').read_row_group(0)": ["in.parquet"],
    "pq.ParquetDataset('in.parquet').read()": ["in.parquet"],
    "pq.read_metadata('in.parquet')": ["in.parquet"],
    "ds.dataset('in.parquet').to_table()": ["in.parquet"],
    "ds.dataset('folder', partitioning=['a']).head(1)": [f"folder/{n}/part-0.parquet" for n in (1, 2, 3)],
    "pf.read_table('in.feather')": ["in.feather"],
    "pf.read_feather('in.feather')": ["in.feather"],
    "pc.read_csv('in.csv')": ["in.csv"],
    "pj.read_json('in.ndjson')": ["in.ndjson"],
    "po.read_table('in.orc')": ["in.orc"],
    "po.ORCFile('in.orc').read()": ["in.orc"],
    "pa.ipc.open_file(pa.memory_map('in.arrow')).read_all()": ["in.arrow"],
    "pl.read_parquet('in.parquet')": ["in.parquet"],
    "pl.read_parquet('p *.parquet')": ["p 1.parquet", "p 2.parquet"],
    "pl.read_parquet(['p 1.parquet', 'p 2.parquet'])": ["p 1.parquet", "p 2.parquet"],
    "pl.read_csv('in.csv')": ["in.csv"],
    "pl.read_ipc('in.arrow')": ["in.arrow"],
    "pl.read_ipc_stream('in.arrows')": ["in.arrows"],
    "pl.read_ndjson('in.ndjson')": ["in.ndjson"],
    "pl.read_avro('in.avro')": ["in.avro"],
    "pl.read_excel('in.xlsx', engine='openpyxl')": ["in.xlsx"],
    "pl.scan_parquet('in.parquet').filter(pl.col('a') > 1).collect()": ["in.parquet"],
    "pl.scan_csv('in.csv').collect(engine='streaming')": ["in.csv"],
    "np.load('in.npy')": ["in.npy"],
    "np.load('in.npy', mmap_mode='r')": ["in.npy"],
    "np.load('in.npz')['a']": ["in.npz"],
    "np.memmap('in.bin', mode='r')": ["in.bin"],
    "np.fromfile('in.bin')": ["in.bin"],
    "np.loadtxt('in.txt')": ["in.txt"],
    "np.genfromtxt('in.txt')": ["in.txt"],
    "joblib.load('in.joblib')": ["in.joblib"],
    "h5py.File('plain.h5')['x'][:]": ["plain.h5"],
    "PIL.Image.open('in.png').load()": ["in.png"],
    "matplotlib.image.imread('in.png')": ["in.png"],
    "iio.imread('in.png')": ["in.png"],
}
WRITERS = {
    "frame.to_parquet('out.parquet')": ["out.parquet"],
    "frame.to_parquet('parts', partition_cols=['a'])": 3,
    "frame.to_feather('out.feather')": ["out.feather"],
    "frame.to_hdf('out.h5', key='k')": ["out.h5"],
    "frame.to_excel('out.xlsx')": ["out.xlsx"],
    "pq.write_table(table, 'out2.parquet')": ["out2.parquet"],
    "w = pq.ParquetWriter('out3.parquet', table.schema); w.write(table); w.close()": ["out3.parquet"],
    "ds.write_dataset(table, 'out folder', format='parquet')": ["out folder/part-0.parquet"],
    "pf.write_feather(table, 'out2.feather')": ["out2.feather"],
    "pc.write_csv(table, 'out.csv')": ["out.csv"],
    "po.write_table(table, 'out.orc')": ["out.orc"],
    "rows.write_parquet('out4.parquet')": ["out4.parquet"],
    "rows.write_csv('out2.csv')": ["out2.csv"],
    "rows.write_ipc('out.arrow')": ["out.arrow"],
    "rows.lazy().sink_parquet('out5.parquet')": ["out5.parquet"],
    "f = h5py.File('out2.h5', 'w'); f['x'] = np.arange(3); f.close()": ["out2.h5"],
    "np.arange(3).tofile('out.bin')": ["out.bin"],
}


@pytest.fixture(scope="module")
def prepared(kernel: NotebookKernel) -> NotebookKernel:
    assert kernel.run(PREPARE).status == "ok"
    return kernel


@pytest.mark.parametrize("call", READERS)
def test_what_is_read_is_among_the_files_of_the_cell(prepared: NotebookKernel, call: str) -> None:
    found = [(file.path, file.mode) for file in prepared.files_of(f"_ = {call}")]
    assert found == [(path, "read") for path in READERS[call]]


@pytest.mark.parametrize("call", WRITERS)
def test_what_is_written_is_among_the_files_of_the_cell(prepared: NotebookKernel, call: str) -> None:
    written = [file.path for file in prepared.files_of(call) if file.mode == "write" and file.digest]
    expected = WRITERS[call]
    assert len(written) == expected if isinstance(expected, int) else written == expected


def test_a_lazy_frame_is_read_by_the_cell_that_collects_it(prepared: NotebookKernel) -> None:
    prepared.run("lazy = pl.scan_parquet('p *.parquet').with_columns(c=pl.col('a') * 2); other = pl.scan_csv('in.csv')")
    assert prepared.finished(prepared.run("lazy = lazy.filter(pl.col('c') > 2)")).files == ()
    finished = prepared.finished(prepared.run("lazy.collect()"))
    assert sorted(file.path for file in finished.files) == ["p 1.parquet", "p 2.parquet"]


def test_a_wrapped_reader_looks_and_fails_as_it_does_without_us(prepared: NotebookKernel) -> None:
    code = "import inspect; 'columns' in inspect.signature(pd.read_parquet).parameters, pd.read_parquet.__name__"
    assert prepared.run(code).result() == "(True, 'read_parquet')"
    reply = prepared.run(
        "import traceback\ntry: pq.read_table('missing.parquet')\nexcept Exception: traceback.print_exc()"
    )
    assert "celltrail" not in reply.stream("stderr")
    assert "FileNotFoundError" in reply.stream("stderr")
    code = (
        "import pickle; all(pickle.loads(pickle.dumps(f)) is f for f in (pd.read_parquet, pq.read_table, pl.read_csv))"
    )
    assert prepared.run(code).result() == "True"


def test_scikit_learns_own_data_is_a_source_with_the_librarys_version(prepared: NotebookKernel) -> None:
    import sklearn

    reply = prepared.run("from sklearn.datasets import load_iris\nX, y = load_iris(return_X_y=True)")
    [use] = prepared.finished(reply).sources
    assert (use.uri, use.kind) == ("sklearn.datasets.load_iris", "loader")
    assert use.version == f"scikit-learn {sklearn.__version__}"


def test_switching_off_takes_every_wrapper_away(prepared: NotebookKernel, tmp_path: Path) -> None:
    code = "[hasattr(f, '__wrapped__') for f in (pd.read_parquet, pq.read_table, pl.LazyFrame.collect, pl.read_csv)]"
    before = prepared.run("[f.__code__.co_filename[:5] for f in (pd.read_parquet, pq.read_table)]").result()
    assert before == "['<cell', '<cell']"
    prepared.run("%track off")
    assert (
        "<cell" not in prepared.run("[f.__code__.co_filename[:5] for f in (pd.read_parquet, pq.read_table)]").result()
    )
    prepared.run("%track on")
    assert prepared.run(code).status == "ok"
    assert [f.path for f in prepared.finished(prepared.run("_ = pd.read_parquet('in.parquet')")).files] == [
        "in.parquet"
    ]
