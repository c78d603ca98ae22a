"""The project's modules are known to a lineage where their files are what the session imported, and only then."""

import re
import shutil
import time
from dataclasses import replace

import pytest
from lineage_programs import execution

from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.session import RecordedSession
from celltrail.journal import events
from celltrail.journal.blobs import BlobStore
from celltrail.records import LoadedModule

FILES = {
    "features.py": "import numpy as np\nfrom shared.words import said\ndef build(x):\n    return said(x)\n",
    "shared/__init__.py": "",
    "shared/words.py": "from . import other\ndef said(x):\n    return x\n",
    "shared/other.py": "rate = 3\n",
    "extra/further.py": "rate = 4\n",
    "unused.py": "rate = 5\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


def known(recorded, root):
    return own_modules(recorded, root, BlobStore(root / "store"))


def session(folder, *cells, begins_after_s=60):
    at = time.time_ns() // 1000 + begins_after_s * 1_000_000
    started = events.SessionStarted("s", at, "n.ipynb", "k", "jupyter", "3.11", working_directory=str(folder))
    return RecordedSession(started, tuple(execution(place, cell) for place, cell in enumerate(cells, 1)), ())


def test_all_that_a_session_imports_of_the_project_is_found_with_what_that_imports(folder):
    found = known(session(folder, "import pandas as pd", "from features import build"), folder)
    assert {*found.texts} == {"features", "shared", "shared.words", "shared.other"}
    assert found.texts["features"] == FILES["features.py"]
    assert found.packages == {"shared"}


def test_a_folder_that_a_cell_adds_to_the_path_by_a_literal_is_searched(folder):
    cells = ("import sys\nsys.path.insert(0, 'extra')", "import further")
    assert {*known(session(folder, *cells), folder).texts} == {"further"}
    assert not known(session(folder, "import further"), folder).texts


@pytest.mark.parametrize(
    "cell",
    [
        "import importlib\nimportlib.reload(features)", "import os\nos.chdir('extra')", "%cd extra", "cd extra",
        "import sys\nsys.path.append(place)", "import sys\ndel sys.modules['features']", "%run unused.py",
        "%%writefile features.py\nx = 1", "open('features.py', 'w').write('')", "from unittest import mock",
    ],
)  # fmt: skip
def test_cells_that_may_let_a_name_stand_for_another_module_leave_none_known(folder, cell):
    assert not known(session(folder, "import features", cell), folder).texts


def test_a_file_that_was_touched_since_the_session_began_is_not_what_it_imported(folder):
    assert not known(session(folder, "import features", begins_after_s=-60), folder).texts


def test_one_module_that_is_not_known_leaves_none_known(folder):
    (folder / "shared" / "words.py").write_text("def said(")
    assert not known(session(folder, "import features"), folder).texts
    (folder / "shared" / "words.cpython-311-x86_64-linux-gnu.so").touch()
    (folder / "shared" / "words.py").write_text("def said(x): return x")
    assert not known(session(folder, "import features"), folder).texts


def test_modules_outside_of_the_project_and_links_to_them_are_not_its_own(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "linked.py"
    outside.write_text("x = 1")
    (folder / "linked.py").symlink_to(outside)
    assert not known(session(folder, "import linked"), folder).texts
    assert not known(session(folder, "import features"), folder / "extra").texts


def recorded(folder, *cells, loads):
    """A session whose files are not to be trusted, with what was executed as (cell, name, source or None)."""
    found, blobs = session(folder, *cells, begins_after_s=-60), BlobStore(folder / "store")
    modules: dict[str, tuple[LoadedModule, ...]] = {}
    for place, name, source in loads:
        digest = blobs.put_bytes(source.encode())[0] if source is not None else ""
        note = "" if source is not None else "its source is larger than what is kept"
        one = LoadedModule(name, f"src/{name.replace('.', '/')}.py", digest, note=note)
        modules[f"e{place}"] = (*modules.get(f"e{place}", ()), one)
    return replace(found, modules=modules)


def test_a_module_is_known_as_it_was_executed_wherever_it_lies_and_whatever_its_file_says_now(folder):
    cells = ("import sys, os\nsys.path.insert(0, place)\nos.chdir('extra')", "from elsewhere import clean")
    found = known(recorded(folder, *cells, loads=[(2, "elsewhere", "def clean(x):\n    return x\n")]), folder)
    assert found.texts == {"elsewhere": "def clean(x):\n    return x\n"}
    assert not found.problem
    assert not found.reloads


def test_a_module_that_was_edited_and_reloaded_is_known_with_each_of_its_sources(folder):
    cells = ("import elsewhere", "import importlib\nimportlib.reload(elsewhere)", "elsewhere.rate")
    loads = [(1, "elsewhere", "rate = 1"), (2, "elsewhere", "rate = 2"), (3, "elsewhere", "rate = 1")]
    found = known(recorded(folder, *cells, loads=loads), folder)
    assert (found.texts, found.later) == ({"elsewhere": "rate = 1"}, {"elsewhere": ("rate = 2",)})
    assert found.reloads == {"e2": ("elsewhere",), "e3": ("elsewhere",)}


@pytest.mark.parametrize(
    ("cell", "loads", "why"),
    [
        ("x = 1", [(1, "elsewhere", None)], "src/elsewhere.py: its source is larger"),
        ("x = 1", [(1, "elsewhere", "def (")], "the source of elsewhere cannot be read"),
        ("import features", [(1, "elsewhere", "x = 1")], "what features held when it was imported is not recorded"),
        ("import sys\nsys.modules['elsewhere'] = other", [(1, "elsewhere", "x = 1")], r"\[2\] may replace or change"),
        ("x = 1", [(1, "elsewhere", "import sys\nsys.modules['a'] = 1")], "the module elsewhere may replace or change"),
    ],
)
def test_where_one_is_not_known_none_is_and_it_says_why(folder, cell, loads, why):
    found = known(recorded(folder, "import elsewhere", cell, loads=loads), folder)
    assert not found.texts
    assert re.search(f"count as not known, so that more cells are kept: {why}", found.problem)


def test_a_recorded_source_that_is_gone_leaves_none_known(folder):
    lost = recorded(folder, "import elsewhere", loads=[(1, "elsewhere", "x = 1")])
    shutil.rmtree(folder / "store")
    assert known(lost, folder).problem.endswith("src/elsewhere.py: its recorded source is not in the store any more")
