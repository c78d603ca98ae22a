"""Readers show, raise, warn and return the same with celltrail and without it: the same cells in two kernels."""

import re

CELLS = r"""
import inspect, sqlite3, warnings, numpy as np, pandas as pd, polars as pl, pyarrow.parquet as pq, duckdb, h5py
frame = pd.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', None]})
frame.to_parquet('in.parquet'); frame.to_csv('in.csv', index=False)
# %%
for f in (pd.read_parquet, pd.DataFrame.to_parquet, pq.read_table, pq.ParquetFile, pl.read_csv, pl.scan_parquet,
          pl.LazyFrame.collect, duckdb.sql, duckdb.connect, h5py.File, pd.read_sql):
    print(f.__name__, inspect.signature(f), f.__module__, f.__qualname__, len(f.__doc__ or ''))
# %%
print(inspect.getsource(pd.read_parquet)[:60]); pd.read_parquet('in.parquet')
# %%
lazy = pl.scan_parquet('in.parquet').filter(pl.col('a') > 1)
print(lazy.explain()); lazy
# %%
lazy.collect()
# %%
pl.read_csv('in.csv').group_by('b').len().sort('b')
# %%
pl.scan_csv('missing.csv').collect()
# %%
pq.read_table('missing.parquet')
# %%
pd.read_parquet('missing.parquet')
# %%
pd.read_parquet('in.parquet', columns=['nothing'])
# %%
pd.read_parquet()
# %%
def ask(limit):
    local = frame.head(limit)
    return duckdb.sql('SELECT count(*) AS n FROM local').fetchall()
ask(2)
# %%
duckdb.sql("SELECT a, b FROM 'in.csv' ORDER BY a")
# %%
duckdb.sql('SELECT nothing FROM frame').df()
# %%
duckdb.execute('SELEC 1')
# %%
con = sqlite3.connect(':memory:')
first = con.execute('CREATE TABLE t (a)')
print(type(con), type(first), con.in_transaction, con, first)
print(con.executemany('INSERT INTO t VALUES (?)', [(1,), (2,)]).rowcount, con.total_changes)
list(con.execute('SELECT * FROM t'))
# %%
con.execute('SELECT nothing FROM t')
# %%
con.set_trace_callback(print); con.execute('SELECT a FROM t WHERE a > ?', (1,)).fetchall()
# %%
pd.read_sql('SELECT * FROM t', con)
# %%
next(pd.read_sql('SELECT * FROM t', con, chunksize=1))
# %%
con.close(); con.execute('SELECT 1')
# %%
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    pd.read_sql('SELECT 1 AS a', duckdb.connect())
    pl.read_csv('in.csv', infer_schema_length=None, use_pyarrow=True)
[(one.category.__name__, one.lineno, one.filename.startswith('/tmp/ipykernel')) for one in caught]
# %%
np.random.seed(3); pd.read_parquet('in.parquet').sample(1)['a'].item(), np.random.random()
"""


def test_every_reader_shows_raises_warns_and_returns_what_it_does_without_us(new_kernel, tmp_path) -> None:
    def shown(folder: str, **how: str) -> list[list[str]]:
        kernel = new_kernel(tmp_path / folder, **how)
        return [_plain(kernel.run(cell).shown()) for cell in CELLS.split("# %%\n")]

    for cell, on, off in zip(CELLS.split("# %%\n"), shown("on"), shown("off", CELLTRAIL="off"), strict=True):
        assert on == off, cell


def _plain(shown: list[tuple[str, object]]) -> list[str]:
    """Without what names the process: its addresses and temporary files."""
    unlike = r"ipykernel_\d+/\d+|0x[0-9a-fA-F]+|unnamed_relation_\w+"
    return [f"{kind} {re.sub(unlike, '', str(what))}" for kind, what in shown]
