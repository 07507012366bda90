"""The path of a number names functions that exist, each in the file that its link leads to."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "docs" / "path.md"
PAGE = PATH.read_text("utf-8")
LINKED = sorted(set(re.findall(r"\[`([\w.]+)`\]\(([^)]+)\)", PAGE)))
NAMED = sorted(set(re.findall(r"`([a-z]+(?:\.\w+)+)`", PAGE)))


def found(name):
    module, _, value = name.rpartition(".")
    return getattr(importlib.import_module(f"gaitway.{module}"), value)


def test_the_path_has_eight_steps():
    assert re.findall(r"^(\d)\. \*\*", PAGE, re.MULTILINE) == list("12345678")


@pytest.mark.parametrize("name", NAMED)
def test_every_name_can_be_imported(name):
    assert callable(found(name))


@pytest.mark.parametrize(("name", "link"), LINKED)
def test_every_link_leads_to_where_it_is_written(name, link):
    assert Path(inspect.getsourcefile(inspect.unwrap(found(name)))) == (PATH.parent / link).resolve()


def test_every_name_is_linked():
    assert {name for name, _ in LINKED} == set(NAMED)
