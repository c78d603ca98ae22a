"""No audit hook is there while only known libraries are imported; all else is heard of, before any of it runs."""

import ast
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from celltrail.capture import imports, quiet
from celltrail.capture.quiet import Quiet, is_quiet

PROBE = """
import importlib, json, sys, warnings
from pathlib import Path
from celltrail.capture.files import FileWatch, OpenedFiles
warnings.simplefilter("ignore")
opened, seen = OpenedFiles(), {}
watch = FileWatch(lambda: opened, Path.cwd() / ".celltrail", Path.cwd())
sys.addaudithook(lambda event, given: watch.opened(given[0], given[2]) if event == "open" else None)
for name in sys.argv[1:]:
    importlib.import_module(name)
    if opened.modes:
        seen[name], opened.modes = list(opened.modes), {}
print(json.dumps(seen))
"""


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nimport pandas as pd, matplotlib.pyplot as plt\nfrom sklearn.base import clone",
        "import json, random, sqlite3\nfrom collections import defaultdict",
        "'A notebook.'\nfrom __future__ import annotations\npass",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nimport matplotlib",
        "get_ipython().run_line_magic('load_ext', 'autoreload')\nget_ipython().run_line_magic('autoreload', '2')",
        "get_ipython().run_line_magic('config', \"InlineBackend.figure_format = 'retina'\")",
        "import matplotlib\nmatplotlib.use('agg')",
        "import warnings\nwarnings.filterwarnings('ignore', category=FutureWarning)",
        "import matplotlib.pyplot as plt\nplt.rcParams['figure.dpi'] = 120\nplt.rcParams.update({'font.size': 9})",
        "import pandas as pd\npd.options.display.max_rows = 9\npd.set_option('display.width', 200)",
        "import numpy as np\nnp.random.seed(0)",
        "seed = 0\nfolders = ['a', 'b']\nshare = -0.5",
    ],
)
def test_a_cell_of_imports_and_options_is_quiet(source: str) -> None:
    assert is_quiet(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "import helpers",
        "from helpers import load",
        "import turtle",
        "import pandas as pd\nsales = pd.read_csv('sales.csv')",
        "import numpy as np\nx = np.arange(3)",
        "import matplotlib.pyplot as plt\nplt.style.use('./mine')",
        "import sys\nsys.path.insert(0, '..')",
        "import sys\nsys.path[0] = '..'",
        "import warnings\nwarnings.filterwarnings(open('filters').read())",
        "import numpy as np\nnp.random.seed(int(open('seed').read()))",
        "seed = f\"{open('seed').read()}\"",
        "state.update({'a': 1})",
        "np.random.seed(0)",
        "import matplotlib.pyplot as plt\nplt.rcParams[open('key').read()] = 1",
        "get_ipython().run_line_magic('run', 'other.ipynb')",
        "get_ipython().run_line_magic('config', 'Application.x = open(1)')",
        "get_ipython().run_line_magic('load_ext', 'dotenv')",
        "get_ipython().system('cat a.csv')",
        "get_ipython().run_cell_magic('time', '', 'import numpy')",
        "for name in ['a']:\n    pass",
        "def load(): ...",
        "x",
    ],
)
def test_whatever_else_a_cell_does_is_not(source: str) -> None:
    assert not is_quiet(ast.parse(source))


def test_opens_are_heard_of_from_the_first_other_cell_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    heard: list[str] = []
    waiting = Quiet(lambda: heard.append("now"))
    waiting.cell_parsed(ast.parse("import numpy"))
    waiting.cell_parsed(ast.parse("rate = 0.1"))
    assert heard == []
    waiting.cell_parsed(ast.parse("len('abc')"))
    waiting.cell_parsed(ast.parse("len('abc')"))
    waiting.end()
    assert heard == ["now"]


def test_a_cell_that_somebody_may_still_change_is_not_quiet() -> None:
    heard: list[str] = []
    Quiet(lambda: heard.append("now")).cell_parsed(ast.parse("import numpy"), is_whole=False)
    assert heard == ["now"]


def test_a_module_of_the_users_is_heard_of_under_whatever_name_a_library_imports_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "wave.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    heard: list[str] = []
    forget = imports.when_imported("celltrail_is_not_imported", lambda _: None)  # the finder looks while anybody waits
    Quiet(lambda: heard.append("now")).cell_parsed(ast.parse("import wave"))
    assert heard == []
    exec("import wave", {})  # noqa: S102 - as a library would
    assert heard == ["now"]
    forget()
    monkeypatch.delitem(sys.modules, "wave")


def test_no_library_that_is_known_opens_a_file_of_the_users_while_it_is_imported(tmp_path: Path) -> None:
    submodules = (
        "matplotlib.pyplot",
        "sklearn.datasets",
        "sklearn.ensemble",
        "scipy.stats",
        "statsmodels.api",
        "PIL.Image",
    )
    names = [name for name in (*sorted(quiet.LIBRARIES), *submodules) if find_spec(name.partition(".")[0])]
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *names], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout.splitlines()[-1]) == {}
