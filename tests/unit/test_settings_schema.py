"""The settings, menus and keys that JupyterLab reads: described, well formed, and in nobody's way."""

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCHEMAS = sorted((ROOT / "labextension" / "schema").glob("*.json"))
THEIRS = sorted((Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas").rglob("*.json"))


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def items(schema):
    menus = schema.get("jupyter.lab.menus", {})
    return [*menus.get("context", ()), *(item for menu in menus.get("main", ()) for item in menu["items"])]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_every_setting_has_a_title_a_description_and_a_default(path):
    schema = read(path)
    needed = {"title", "description"}
    assert needed <= {key for key, words in schema.items() if words}
    assert [key for key, value in schema["properties"].items() if not {*needed, "default"} <= {*value}] == []


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_no_selector_has_a_comma_which_would_take_the_keys_and_menus_of_all_extensions_away(path):
    schema = read(path)
    selectors = [item.get("selector", "") for item in [*items(schema), *schema.get("jupyter.lab.shortcuts", ())]]
    assert [selector for selector in selectors if "," in selector] == []


def test_every_command_of_a_menu_or_key_exists():
    words = (ROOT / "labextension" / "src" / "commands.ts").read_text(encoding="utf-8")
    used = {
        item["command"]
        for path in SCHEMAS
        for item in [*items(read(path)), *read(path).get("jupyter.lab.shortcuts", ())]
        if "command" in item
    }
    assert [command for command in sorted(used) if f"'{command}'" not in words] == []


def test_no_key_is_one_of_jupyterlab_or_notebook_7():
    assert THEIRS, "JupyterLab is not installed in this environment: pip install jupyterlab"
    theirs = {
        " ".join(shortcut.get("keys", ()))
        for path in THEIRS
        for shortcut in read(path).get("jupyter.lab.shortcuts", ())
    }
    ours = [
        (" ".join(shortcut["keys"]), shortcut["selector"])
        for path in SCHEMAS
        for shortcut in read(path).get("jupyter.lab.shortcuts", ())
    ]
    # a key within our own rows is in nobody's way
    assert [keys for keys, selector in ours if keys in theirs and not selector.startswith(".ct-")] == []


def test_the_documentation_that_jupyterlab_shows_is_in_the_wheel():
    shipped = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pages = [page.name for page in (ROOT / "docs").glob("*.md")]
    assert [name for name in pages if f'"docs/{name}" = "celltrail/docs/{name}"' not in shipped] == []
