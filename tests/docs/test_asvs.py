"""docs/asvs.csv: OWASP ASVS 5.0, levels 1 and 2, line by line: where it is met, or why not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# How many requirements of level 1 or 2 each chapter has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
Line = dict[str, str]


def lines() -> list[Line]:
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults(line: Line) -> list[str]:
    """What is wrong with one line by itself."""
    found = []
    if not re.fullmatch(r"V\d{1,2}\.\d{1,2}\.\d{1,2}", line["id"]) or line["level"] not in "12" or not line["words"]:
        found.append("no id, level or words")
    if line["applies"] == "no":
        found += (
            []
            if line["reason"] and not line["met"] and not line["where"]
            else ["it doesn't apply, and needs a reason alone"]
        )
        return found
    if line["applies"] != "yes" or line["met"] not in ("yes", "partly", "no"):
        found.append("applies is yes or no; met is yes, partly or no")
    if (line["met"] == "no") == bool(line["where"]):
        found.append("what is met names where, what isn't doesn't")
    if (line["met"] == "yes") == bool(line["reason"]):
        found.append("what isn't met as a whole needs a reason")
    return found + [f"{path} isn't there" for path in line["where"].split() if not (ROOT / path).exists()]


def test_every_line_says_where_or_why() -> None:
    assert {line["id"]: said for line in lines() if (said := faults(line))} == {}


def test_every_requirement_has_one_line() -> None:
    ids = [line["id"] for line in lines()]
    assert [each for each, count in Counter(ids).items() if count > 1] == []
    assert Counter(int(each[1:].partition(".")[0]) for each in ids) == CHAPTERS
    assert sum(line["level"] == "1" for line in lines()) == 70


@pytest.mark.parametrize(
    "changed",
    [{"where": "gaitway/nowhere.py"}, {"where": ""}, {"met": "no"}, {"met": "partly"}, {"id": "V1"}, {"applies": "no"}],
)
def test_a_wrong_line_is_found(changed: Line) -> None:
    whole = next(line for line in lines() if line["met"] == "yes")
    assert faults(whole) == []
    assert faults(whole | changed)
