"""The project's modules are known to a lineage where their files are what the session imported, and only then."""

import time

import pytest
from lineage_programs import execution

from celltrail.execute.replay.own_modules import own_modules
from celltrail.execute.replay.session import RecordedSession
from celltrail.journal import events

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


def session(folder, *cells, begins_after_s=60):
    at = time.time_ns() // 1000 + begins_after_s * 1_000_000
    started = events.SessionStarted("s", at, "n.ipynb", "k", "jupyter", "3.11", working_directory=str(folder))
    return RecordedSession(started, tuple(execution(place, cell) for place, cell in enumerate(cells, 1)), ())


def test_all_that_a_session_imports_of_the_project_is_found_with_what_that_imports(folder):
    found = own_modules(session(folder, "import pandas as pd", "from features import build"), folder)
    assert {*found.texts} == {"features", "shared", "shared.words", "shared.other"}
    assert found.texts["features"] == FILES["features.py"]
    assert found.packages == {"shared"}


def test_a_folder_that_a_cell_adds_to_the_path_by_a_literal_is_searched(folder):
    cells = ("import sys\nsys.path.insert(0, 'extra')", "import further")
    assert {*own_modules(session(folder, *cells), folder).texts} == {"further"}
    assert not own_modules(session(folder, "import further"), folder).texts


@pytest.mark.parametrize(
    "cell",
    [
        "import importlib\nimportlib.reload(features)", "import os\nos.chdir('extra')", "%cd extra", "cd extra",
        "import sys\nsys.path.append(place)", "import sys\ndel sys.modules['features']", "%run unused.py",
        "%%writefile features.py\nx = 1", "open('features.py', 'w').write('')", "from unittest import mock",
    ],
)  # fmt: skip
def test_cells_that_may_let_a_name_stand_for_another_module_leave_none_known(folder, cell):
    assert not own_modules(session(folder, "import features", cell), folder).texts


def test_a_file_that_was_touched_since_the_session_began_is_not_what_it_imported(folder):
    assert not own_modules(session(folder, "import features", begins_after_s=-60), folder).texts


def test_one_module_that_is_not_known_leaves_none_known(folder):
    (folder / "shared" / "words.py").write_text("def said(")
    assert not own_modules(session(folder, "import features"), folder).texts
    (folder / "shared" / "words.cpython-311-x86_64-linux-gnu.so").touch()
    (folder / "shared" / "words.py").write_text("def said(x): return x")
    assert not own_modules(session(folder, "import features"), folder).texts


def test_modules_outside_of_the_project_and_links_to_them_are_not_its_own(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "linked.py"
    outside.write_text("x = 1")
    (folder / "linked.py").symlink_to(outside)
    assert not own_modules(session(folder, "import linked"), folder).texts
    assert not own_modules(session(folder, "import features"), folder / "extra").texts
