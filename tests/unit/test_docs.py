"""Documentation is part of the change: what users can name stands in it, and its links lead somewhere."""

import inspect
import re
from pathlib import Path

import click
import pytest

import celltrail
from celltrail import config, errors
from celltrail.cli.app import group

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXT = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)")


@pytest.mark.parametrize("name", [name for name in celltrail.__all__ if not name.endswith("_ipython_extension")])
def test_every_public_function_is_described(name):
    assert re.search(rf"\b{name}\b", TEXT)


@pytest.mark.parametrize("name", group.list_commands(click.Context(group)))
def test_every_command_is_described(name):
    assert f"celltrail {name}" in TEXT


@pytest.mark.parametrize("name", sorted(config._KEYS))
def test_every_setting_is_described(name):
    assert name in TEXT


@pytest.mark.parametrize("name", sorted({"CELLTRAIL", "CELLTRAIL_MODELS", "CELLTRAIL_STORE"}))
def test_every_environment_variable_is_described(name):
    assert f"`{name}" in TEXT


def test_every_error_stands_in_the_tree_that_its_module_draws():
    names = [name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)]
    assert [name for name in names if name not in (errors.__doc__ or "")] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    inside = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []
