"""The list of words names every model, and nothing that doesn't exist."""

import importlib
import re
from pathlib import Path

import pytest

from gaitway import models

PAGE = (Path(__file__).parents[2] / "docs" / "words.md").read_text("utf-8")
ROWS = [tuple(map(str.strip, line.strip("|").split("|"))) for line in PAGE.splitlines() if line.startswith("| ")][1:]
MODELS = re.findall(r"model `(\w+)`", PAGE)
TYPES = re.findall(r"engine `([\w.]+)`", PAGE)
FIELDS = re.findall(r"`([A-Z]\w+)\.(\w+)`", PAGE)


def test_every_model_has_its_word_once():
    assert sorted(MODELS) == sorted(models.__all__)


@pytest.mark.parametrize("name", TYPES)
def test_every_engine_type_exists(name):
    module, _, value = name.rpartition(".")
    assert hasattr(importlib.import_module(f"gaitway.engine.{module}"), value)


@pytest.mark.parametrize(("model", "field"), FIELDS)
def test_every_field_exists(model, field):
    assert getattr(models, model)._meta.get_field(field).name == field


def test_one_word_one_row_and_every_row_says_where():
    assert len({word for word, _, _ in ROWS}) == len(ROWS) > 30
    assert [word for word, meaning, where in ROWS if not meaning or "`" not in where] == []
