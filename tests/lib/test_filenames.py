from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gaitway.lib import filenames


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\Plan für Köln.xlsx", "Plan für Köln.xlsx"),
        ("gpj.\u202eexe", "gpj. exe"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie_ x.txt"),
        ("CON.txt", "_CON.txt"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_what_is_kept_of_a_name(sent: str, kept: str) -> None:
    assert filenames.clean(sent) == kept


def test_a_long_one_keeps_its_ending() -> None:
    assert filenames.clean("x" * 300 + ".pdf") == "x" * (filenames.LONGEST - 4) + ".pdf"


@given(some.text(max_size=300))
def test_whatever_is_sent(text: str) -> None:
    name = filenames.clean(text)
    assert 0 < len(name) <= filenames.LONGEST
    assert not set(name) & set('/\\<>:"|?*\0')
    assert all(unicodedata.category(each)[0] != "C" for each in name)
    assert filenames.clean(name) == name
