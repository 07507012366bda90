"""The example on the page is read, can be judged, and shows every key of the format."""

import re
from pathlib import Path

import pytest

from gaitway.actions.strategies import check
from gaitway.lib import strategyfile
from gaitway.lib.strategyfile import shape

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "strategy-file.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
SHAPES = [value for value in vars(shape).values() if isinstance(value, type) and issubclass(value, shape.Shape)]


def test_the_example_is_read_and_checked():
    document = strategyfile.read(EXAMPLE, name="strategy-file.md", folder=DOCS)
    assert check.check(document) is None
    (objective,) = document.file.objectives
    assert [initiative.key for initiative in objective.initiatives] == ["norway", "sweden"]
    assert list(objective.initiatives[0].plan()) == ["crawl", "walk", "run"]


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
def test_the_page_names_every_key(kind):
    assert [name for name in kind.model_fields if not re.search(rf"\b{name}:\s", PAGE)] == []


def test_the_page_names_every_choice():
    allowed = set(re.findall(r"'(\w+)'", str([kind.model_fields for kind in SHAPES])))
    choices = {"proportion", "quarter", "within", "automatic", "finished", "paused"}
    assert choices <= allowed
    assert [name for name in choices if name not in EXAMPLE] == []
