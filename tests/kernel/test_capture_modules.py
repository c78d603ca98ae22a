"""Modules of the user's own leave their sources as they were executed; libraries leave nothing."""

import pytest

from celltrail.journal import events
from celltrail.journal.blobs import BlobStore

FIRST, SECOND = "def f(x):\n    return x + 1\n", "def f(x):\n    return x + 20\n"


@pytest.fixture(scope="module")
def project(kernel):
    for name, text in {
        "src/shop/__init__.py": "from . import words\n",
        "src/shop/words.py": FIRST,
        "src/parts/deep.py": FIRST,
        "edited.py": FIRST,
        "patched.py": FIRST,
        "large.py": f"x = 1\n#{'x' * 300_000}\n",
        "broken.py": "1 / 0\n",
        "read.py": FIRST,
    }.items():
        path = kernel.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert kernel.run("import sys\nsys.path.insert(0, 'src')").status == "ok"
    return kernel


def loaded(kernel, *cells):
    """What the cells loaded, as (name, path, source or why it is not known)."""
    seen = len(kernel.of_type(events.ModulesLoaded))
    for cell in cells:
        kernel.run(cell)
    kernel.wait_for(events.ModulesLoaded, lambda _: len(kernel.of_type(events.ModulesLoaded)) > seen)
    blobs = BlobStore(kernel.store)
    return [
        (one.name, one.path, blobs.read(one.digest).decode() if one.digest else one.note)
        for event in kernel.of_type(events.ModulesLoaded)[seen:]
        for one in event.modules
    ]


def test_a_package_under_src_is_kept_with_all_that_it_imports(project):
    assert loaded(project, "import shop, json, decimal") == [
        ("shop", "src/shop/__init__.py", "from . import words\n"),
        ("shop.words", "src/shop/words.py", FIRST),
    ]


def test_a_package_without_a_file_of_its_own_is_named_as_one(project):
    assert loaded(project, "import parts.deep") == [
        ("parts.deep", "src/parts/deep.py", FIRST),
        ("parts", "src/parts", ""),
    ]


def test_the_source_is_that_of_the_import_and_each_reload_has_its_own(project):
    edit = f"_ = open('edited.py', 'w').write({SECOND!r})"
    assert loaded(project, f"import edited\n{edit}") == [("edited", "edited.py", FIRST)]
    assert loaded(project, "import importlib\n_ = importlib.reload(edited)") == [("edited", "edited.py", SECOND)]


def test_an_edit_that_autoreload_takes_over_without_a_reload_is_seen(project):
    project.run("%load_ext autoreload\n%autoreload 2")
    loaded(project, "import patched")
    project.run(f"import time\ntime.sleep(0.05)\n_ = open('patched.py', 'w').write({SECOND!r})")
    assert loaded(project, "y = patched.f(1)") == [("patched", "patched.py", SECOND)]
    assert project.run("y").result() == "21"
    project.run("%autoreload 0")


def test_what_is_too_large_says_so_and_a_failed_import_has_no_name(project):
    [(name, path, why)] = loaded(project, "import large")
    assert (name, path) == ("large", "large.py")
    assert why == "its source is larger than what is kept, or could not be read"
    assert loaded(project, "import broken") == [("", "broken.py", "1 / 0\n")]


def test_reading_a_source_is_no_import(project):
    seen = len(project.of_type(events.ModulesLoaded))
    project.run("_ = open('read.py').read()")
    assert loaded(project, "import read")[0][0] == "read"
    assert len(project.of_type(events.ModulesLoaded)) == seen + 1
