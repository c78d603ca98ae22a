"""Notebooks in this process, for the adapters of frameworks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from estimator_cells import Cells
from framework_cells import DATA


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[Cells]:
    """A notebook with capture on, in which the data are made."""
    cells = Cells(tmp_path)
    cells.start()
    cells.run(DATA)
    yield cells
    cells.close()
