"""Two runs on two versions of a file whose contents nobody kept: how its columns moved is told all the same."""

import json

import numpy as np
import pandas as pd
import pytest
from notebook_kernel import NotebookKernel
from replayed_project import Project
from written_notebooks import celltrail

RUN = "\nwith celltrail.start_run({name!r}):\n    celltrail.log_metric('total', float(df['amount'].sum()))"
CELLS = {
    "pandas": ("import celltrail, pandas as pd", "df = pd.read_csv('sales.csv')", "df['n'] = 0" + RUN),
    "polars": ("import celltrail, polars as pl", "df = pl.read_csv('sales.csv')", "df = df.with_columns(n=0)" + RUN),
}


@pytest.mark.parametrize("library", CELLS)
def test_the_shift_of_a_column_is_told_from_what_was_noted_when_the_file_was_read(tmp_path, library):
    (tmp_path / "pyproject.toml").touch()
    amounts = np.random.default_rng(0).normal(10, 2, 60_000)  # 1 MB: its digest is made in the background
    frames = []
    kernel = NotebookKernel(tmp_path)
    for name, moved in (("first", 0.0), ("second", 1.0)):
        frames.append(pd.DataFrame({"amount": amounts + moved, "shop": ["north", "south"] * 30_000}))
        frames[-1].to_csv(tmp_path / "sales.csv", index=False)
        for cell in CELLS[library]:
            kernel.run(cell.format(name=name))
    kernel.shutdown()
    (tmp_path / "sales.csv").unlink()
    project = Project(tmp_path)
    said = celltrail("compare", project.run_named("first"), project.run_named("second"), "--json", folder=tmp_path)
    [explained] = json.loads(said.out)["explanations"]
    [change] = [one for one in explained["data"] if one["source"] == "sales.csv"]
    [column] = change["columns"]
    assert (column["name"], change["rows_before"]) == ("amount", 60_000)
    part = [frame.amount[:: -(-60_000 // 2048)] for frame in frames]
    assert column["shift"] == pytest.approx((part[1].mean() - part[0].mean()) / part[0].std())
    assert column["after_profile"]["quantiles"] == pytest.approx(part[1].quantile([0, 0.25, 0.5, 0.75, 1]).tolist())
    assert change["notes"][-1].startswith("how the columns were spread was noted when the files were read, from 2,0")
    assert explained["causes"][0]["title"].startswith("sales.csv: column amount has other values")
