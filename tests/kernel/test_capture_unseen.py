"""Nobody can tell from a notebook's behaviour whether celltrail records it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from notebook_kernel import NotebookKernel

from celltrail.journal import events

NOTEBOOK = """import random, warnings, sys
import numpy as np
random.seed(3)
np.random.seed(4)
random.random(), np.random.rand()
# %%
random.random(), np.random.rand(), np.random.default_rng(5).random()
# %%
print('out'); print('err', file=sys.stderr); sys.stdout.write('no newline')
# %%
from IPython.display import display, HTML, clear_output
display(HTML('<i>x</i>'), display_id='d')
clear_output(); 5
# %%
import pandas as pd
pd.DataFrame({'a': [1, 2]})
# %%
def deep(n):
    if n == 0: raise ValueError('bottom')
    deep(n - 1)
deep(3)
# %%
try:
    1 / 0
except ZeroDivisionError as error:
    raise RuntimeError('second') from error
# %%
raise ExceptionGroup('many', [ValueError(1), KeyError(2)])
# %%
x = (
# %%
sys.stdout.write(5)
# %%
import json; json.loads('{')
# %%
open('no/such/file')
# %%
warnings.warn('careful')
# %%
class Broken:
    def __repr__(self): raise TypeError('no repr')
Broken()
# %%
%timeit -n1 -r1 -q pass
%who_ls str
# %%
!echo from the shell
# %%
%%capture held
print('captured')
# %%
held.stdout
# %%
await __import__('asyncio').sleep(0, 'slept')
# %%
await __import__('asyncio').sleep(0)
raise LookupError('after await')
# %%
import sys; sys.exit(2)
# %%
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.datasets import make_classification
X, y = make_classification(random_state=None)
model = SGDClassifier().fit(X, y)
model.coef_.sum(), model.score(X, y)
# %%
LogisticRegression(C='wrong').fit(X, y)
# %%
class Mine(LogisticRegression):
    def fit(self, X, y): raise ArithmeticError('own fit')
Mine().fit(X, y)
# %%
model
# %%
random.random(), np.random.rand(), sorted(v for v in globals() if not v.startswith('_'))
# %%
import threading; threads = [t.name for t in threading.enumerate() if not t.name.startswith('celltrail')]
len(threads)
# %%
In[1][:6], sorted(Out), _i1[:6], get_ipython().execution_count
# %%
import logging; logging.getLogger('mine').warning('logged')
# %%
assert 1 == 2, 'unequal'"""
CELLS = tuple(NOTEBOOK.split("\n# %%\n"))


def behaviour(kernel: NotebookKernel) -> list[tuple[str, Any]]:
    found = []
    for cell in CELLS:
        reply = kernel.run(cell)
        found.append((reply.status, [_plain(shown) for shown in reply.shown()]))
    return found


def _plain(shown: tuple[str, Any]) -> tuple[str, str]:
    """Without what differs between any two processes: addresses and the kernel's own temporary files."""
    text = re.sub(r"0x[0-9a-f]+", "0x", str(shown[1]))
    text = re.sub(r"ipykernel_\d+", "ipykernel", text)
    return shown[0], re.sub(r"sk-container-id-\d+|/tmp/\S+", "", text)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NotebookKernel, NotebookKernel]]:
    kernels = []
    for name, switch in (("on", "on"), ("off", "off")):
        folder = tmp_path_factory.mktemp(name)
        (folder / "pyproject.toml").touch()
        kernels.append(NotebookKernel(folder, CELLTRAIL=switch, PYTHONHASHSEED="0"))
    yield kernels[0], kernels[1]
    for kernel in kernels:
        kernel.shutdown()


def test_outputs_errors_tracebacks_and_random_numbers_are_the_same_with_capture_on_and_off(
    pair: tuple[NotebookKernel, NotebookKernel],
) -> None:
    on, off = pair
    seen, unseen = behaviour(on), behaviour(off)
    for cell, with_capture, without in zip(CELLS, seen, unseen, strict=True):
        assert with_capture == without, cell
    assert len(on.of_type(events.CellStarted)) == len(CELLS)
    assert not off.store.exists()
    assert on.of_type(events.CaptureFailed) == []


def test_the_user_s_objects_live_no_longer_with_capture(pair: tuple[NotebookKernel, NotebookKernel]) -> None:
    code = "import gc, weakref\nclass Big: pass\nbig = Big(); seen = weakref.ref(big)"
    for kernel in pair:
        kernel.run(code)
        kernel.run("big = None\nNone")
        assert kernel.run("seen() is None").result() == "True"


def test_a_cell_that_leaves_the_working_directory_changes_nothing_else(
    pair: tuple[NotebookKernel, NotebookKernel],
) -> None:
    kernel = pair[0]
    kernel.run(
        "import os; os.makedirs('elsewhere', exist_ok=True); os.chdir('elsewhere'); open('here.txt', 'w').close()"
    )
    reply = kernel.run("open('here.txt').close(); os.chdir('..')")
    assert [file.path for file in kernel.finished(reply).files] == ["elsewhere/here.txt"]
    assert not (kernel.folder / "elsewhere" / ".celltrail").exists()
