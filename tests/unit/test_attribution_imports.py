"""A callback after an import leaves the import as it is."""

import importlib
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from celltrail.capture.imports import when_imported


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("late_")]:
        del sys.modules[name]


def test_the_callback_comes_after_the_import_and_after_each_reload(folder: Path) -> None:
    (folder / "late_one.py").write_text("value = 1\n")
    seen: list[int] = []
    forget = when_imported("late_one", lambda module: seen.append(module.value))
    import late_one  # type: ignore[import-not-found]

    (folder / "late_one.py").write_text("value = 20\n")
    importlib.invalidate_caches()
    importlib.reload(late_one)
    assert seen == [1, 20]
    forget()
    importlib.reload(late_one)
    assert seen == [1, 20]


def test_a_module_that_is_loaded_is_told_of_at_once() -> None:
    seen: list[object] = []
    when_imported("traceback", seen.append)()
    assert seen == [traceback]


def test_spec_and_loader_are_what_they_are_without_us(folder: Path) -> None:
    (folder / "late_two.py").write_text("value = 1\n")
    forget = when_imported("late_two", lambda _: None)
    import late_two  # type: ignore[import-not-found]

    spec = late_two.__spec__
    assert type(spec) is ModuleSpec
    assert not spec._initializing
    assert type(spec.loader).__name__ == "SourceFileLoader"
    assert late_two.__loader__ is spec.loader
    assert "exec_module" not in vars(spec.loader)
    assert spec.origin == str(folder / "late_two.py")
    forget()
    assert not any(type(finder).__module__.startswith("celltrail") for finder in sys.meta_path)


def test_an_imported_module_runs_on_the_same_stack(folder: Path) -> None:
    (folder / "late_deep.py").write_text("import traceback\nlines = traceback.format_stack()\n")
    program = "import late_deep\nprint(*late_deep.lines)\n"
    hooked = f"from celltrail.capture.imports import when_imported; when_imported('late_deep', print)\n{program}"
    plain, with_us = (
        subprocess.run([sys.executable, "-c", source], cwd=folder, capture_output=True, text=True, check=True).stdout
        for source in ("\n" + program, hooked)
    )
    assert plain.count("File ") > 3
    assert with_us.partition("\n")[2] == plain  # the first line is of print, the callback


def test_a_module_that_fails_is_told_of_once_it_can_be_imported(folder: Path) -> None:
    (folder / "late_four.py").write_text("1 / 0\n")
    seen: list[int] = []
    forget = when_imported("late_four", lambda module: seen.append(module.value))
    with pytest.raises(ZeroDivisionError, match="division by zero"):
        importlib.import_module("late_four")
    assert seen == []
    (folder / "late_four.py").write_text("value = 44\n")
    importlib.invalidate_caches()
    importlib.import_module("late_four")
    assert seen == [44]
    forget()


@pytest.mark.parametrize("text", ["1 / 0\n", "import late_missing\n", "this is no python\n"])
def test_a_failing_import_shows_the_same_traceback(folder: Path, text: str) -> None:
    (folder / "late_bad.py").write_text(text)
    program = "import late_bad\n"
    hooked = f"from celltrail.capture.imports import when_imported; when_imported('late_bad', print)\n{program}"
    shown = []
    for source in ("\n" + program, hooked):
        done = subprocess.run([sys.executable, "-c", source], cwd=folder, capture_output=True, text=True, check=False)
        shown.append(done.stderr)
    assert shown[0]
    assert shown[0] == shown[1]


def test_a_callback_that_raises_does_not_stop_the_import(folder: Path) -> None:
    (folder / "late_three.py").write_text("value = 3\n")
    forget = when_imported("late_three", lambda module: module.nothing)
    import late_three  # type: ignore[import-not-found]

    assert late_three.value == 3
    forget()
