"""One parser for what people type and paste."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib.numbers import LARGEST, NotANumber, Written, read, write


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44", 44), (" 44 ", 44), ("4.2", 4.2), ("4,2", 4.2), ("1,234.5", 1234.5), ("1.234,5", 1234.5),
        ("1 234", 1234), ("1\u00a0234,5", 1234.5), ("1\u202f234", 1234), ("1'234.50", 1234.5), ("1\u2019234", 1234),
        ("1.234.567", 1234567), ("1,234,567.25", 1234567.25), ("−5", -5), ("-5", -5), ("–0,5", -0.5), ("+7", 7),
        (".5", 0.5), (",5", 0.5), ("0,123", 0.123), ("0.123", 0.123), ("1.2345", 1.2345), ("12.50", 12.5),
        ("1.5E+3", 1500), ("2e-3", 0.002), ("€4.20", 4.2), ("4,20 €", 4.2), ("-€5", -5), ("5.", 5), ("007", 7),
    ],
)  # fmt: skip
def test_how_people_write(text: str, value: float) -> None:
    for decimal in ".,":
        assert read(text, decimal) == Written(value)


@pytest.mark.parametrize(("text", "value"), [("4.2%", 4.2), ("4,2 %", 4.2), ("100\u00a0%", 100), ("-3%", -3)])
def test_per_cent_is_told(text: str, value: float) -> None:
    assert read(text) == Written(value, percent=True)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("1,234", ".", 1234), ("1,234", ",", 1.234), ("1.234", ".", 1.234), ("1.234", ",", 1234), ("-12,000", ",", -12)],
)
def test_what_is_ambiguous_follows_the_language_and_says_so(text: str, decimal: str, value: float) -> None:
    assert read(text, decimal) == Written(value, guessed=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing stands there"), ("   ", "nothing stands there"), ("n/a", "it is text"), ("12 apples", "it is text"),
        ("NaN", "it is text"), ("inf", "it is text"), ("-Infinity", "it is text"), ("1e", "it is text"), ("0x1f", "it is text"),
        ("٣", "it is text"), ("1\x002", "it is text"), ("\u202e12", "it is text"), ("--5", "it is text"), ("1_000", "it is text"),
        ("=1+1", "it is a formula: paste its value"), ("@SUM(A1)", "it is a formula: paste its value"),
        ("+cmd|' /C calc'!A0", "it is text"),
        ("1e308", "it is larger than any number that can be kept"),
        ("-9e999", "it is larger than any number that can be kept"),
        ("1" * 61, "it has 61 characters"), ("9" * 1_000_000, "it has 1,000,000 characters"),
        ("1,2,3", "its thousands aren't groups of three digits"), ("12,34.5", "its thousands aren't groups of three digits"),
        ("1234,567.8", "its thousands aren't groups of three digits"),
        ("1.2.3,4", "its thousands aren't groups of three digits"), ("1,2.3,4", "its separators are mixed up"),
        ("1.5 000", "its separators are mixed up"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(text: str, why: str) -> None:
    with pytest.raises(NotANumber) as error:
        read(text)
    assert str(error.value) == why


@given(st.floats(min_value=-LARGEST, max_value=LARGEST, allow_nan=False), st.sampled_from(".,"))
def test_what_is_written_is_read_again(value: float, decimal: str) -> None:
    assert read(write(value, decimal), decimal).value == value


@given(
    st.integers(-(10**15), 10**15),
    st.integers(0, 99),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), ("'", ".")]),
)
def test_thousands_of_every_country(whole: int, cents: int, marks: tuple[str, str]) -> None:
    thousands, decimal = marks
    text = f"{whole:,}.{cents:02}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    assert read(text) == Written(float(f"{whole}.{cents:02}"))


@given(st.text(max_size=80), st.sampled_from(".,"))
def test_any_text_is_a_finite_number_or_none(text: str, decimal: str) -> None:
    try:
        found = read(text, decimal)
    except NotANumber:
        return
    assert math.isfinite(found.value)
