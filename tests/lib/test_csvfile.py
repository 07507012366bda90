from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import csvfile


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_written_as_text(text: str) -> None:
    (row,) = csv.reader(io.StringIO("".join(csvfile.lines(["a"], [[text]]))[3:], newline=""))
    assert row == ["'" + text]


def test_numbers_and_gaps_stay_what_they_are() -> None:
    assert list(csvfile.lines(["a", "b", "c"], [[-1.5, None, "x, y"]])) == ["a,b,c\r\n", '-1.5,,"x, y"\r\n']


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    text = "".join(csvfile.lines(["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [c.removeprefix("'") for c in r] for r in rows
    ]
