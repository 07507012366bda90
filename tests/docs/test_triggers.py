"""The page on triggers says what the language does."""

import re
from pathlib import Path

import pytest

from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.triggers import RESERVED, ROLES, TriggerError, check, parse

PAGE = (Path(__file__).parents[2] / "docs" / "triggers.md").read_text("utf-8")
BLOCKS = re.findall(r"^```trigger\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
IN_BLOCKS = [example for block in BLOCKS for example in block.strip().split("\n\n")]
IN_TABLES = re.findall(r"^\| `(.+?)` \|", PAGE, re.MULTILINE)
ERRORS = re.findall(r"^(.+?) {2,}(line \d+, column \d+: .+)$", PAGE, re.MULTILINE)
KPIS = {
    spec.key: spec
    for spec in (
        KpiSpec("conversion", Kind.PROPORTION, Cadence.WEEK, "%"),
        KpiSpec("churn", Kind.PROPORTION, Cadence.MONTH, "%"),
        KpiSpec("orders", Kind.COUNT, Cadence.WEEK, "orders"),
        KpiSpec("signups", Kind.COUNT, Cadence.DAY, baseline=20),
        KpiSpec("signups_uk", Kind.COUNT, Cadence.DAY),
        KpiSpec("cac", Kind.RATIO, Cadence.MONTH, "EUR"),
        KpiSpec("delivery", Kind.MEAN, Cadence.DAY, "days"),
    )
}


def test_the_page_has_examples():
    assert (len(IN_BLOCKS), len(IN_TABLES), len(ERRORS)) == (11, 18, 4)


@pytest.mark.parametrize("example", IN_BLOCKS + IN_TABLES)
def test_every_example_can_be_judged(example):
    assert check(parse(example), KPIS, currency="EUR") is None


@pytest.mark.parametrize(("example", "message"), ERRORS)
def test_every_error_reads_as_the_page_says(example, message):
    with pytest.raises(TriggerError) as caught:
        check(parse(example), KPIS)
    assert str(caught.value) == message


def test_the_page_names_every_reserved_word_and_every_role():
    quoted = " ".join(re.findall(r"^> (.+)$", PAGE, re.MULTILINE))
    assert set(re.split(r",\s*", quoted)) == RESERVED
    assert all(role in PAGE for role in ROLES)
