"""What imports read is told although no audit hook is there while a notebook's first cells import libraries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel

READS = "with open('rates.csv') as file:\n    rates = file.read()\n"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[NotebookKernel]:
    """A kernel in which nothing has run, in a project with modules that read a file when they are imported."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "rates.csv").write_text("0.1")
    (tmp_path / "helpers.py").write_text(READS)
    (tmp_path / "seaborn.py").write_text(READS)  # by the name of a library that opens nothing
    kernel = NotebookKernel(tmp_path)
    yield kernel
    kernel.shutdown(now=True)


def files_of(kernel: NotebookKernel, code: str) -> list[tuple[str, str]]:
    return [(use.path, use.mode) for use in kernel.finished(kernel.run(code)).files]


def test_a_file_is_told_that_is_opened_after_cells_that_only_import(fresh: NotebookKernel) -> None:
    assert files_of(fresh, "import numpy as np\nnp.random.seed(1)") == []
    assert files_of(fresh, "%matplotlib inline\nimport json, pandas as pd") == []
    assert files_of(fresh, "rate = json.load(open('rates.csv'))") == [("rates.csv", "read")]


def test_a_file_is_told_that_a_module_of_the_project_reads_in_the_first_cell(fresh: NotebookKernel) -> None:
    assert files_of(fresh, "import numpy\nimport helpers") == [("rates.csv", "read")]


def test_a_file_is_told_that_is_read_by_a_module_by_the_name_of_a_known_library(fresh: NotebookKernel) -> None:
    assert files_of(fresh, "import numpy, seaborn") == [("rates.csv", "read")]
