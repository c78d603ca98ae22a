"""Real kernels, shared by the tests of a module; each in a project folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from notebook_kernel import NotebookKernel

from estimator_cells import PREPARED, TWO_MODELS, Cells


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookKernel]:
    """One kernel for all tests of a module: names and cell ids of one test must not matter to the next."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pyproject.toml").touch()
    started = NotebookKernel(folder)
    yield started
    started.shutdown()


@pytest.fixture
def new_kernel(tmp_path: Path) -> Iterator[Callable[..., NotebookKernel]]:
    """Start kernels that this test may break, restart or kill."""
    started: list[NotebookKernel] = []

    def start(folder: Path = tmp_path, **how: str) -> NotebookKernel:
        folder.mkdir(exist_ok=True)
        if not any((folder / mark).exists() for mark in (".git", "pyproject.toml")):
            (folder / "pyproject.toml").touch()
        started.append(NotebookKernel(folder, **how))
        return started[-1]

    yield start
    for one in started:
        one.kill()


@pytest.fixture
def cells(tmp_path: Path) -> Iterator[Cells]:
    """A shell with tracking in which data is prepared; nothing is fitted yet."""
    cells = Cells(tmp_path)
    cells.start()
    cells.run(PREPARED)
    yield cells
    cells.close()


@pytest.fixture
def two(cells: Cells) -> Cells:
    """The same with two models."""
    cells.run(TWO_MODELS)
    return cells
