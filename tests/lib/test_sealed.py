from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.lib import sealed

OLD, NEW = "an old key that nobody could guess 7c1f", "a new key that nobody could guess 83d2"


@settings(max_examples=20)
@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_what_is_sealed_opens_with_the_key_alone(text: str) -> None:
    box = sealed.seal(text, [OLD])
    assert sealed.unseal(box, [OLD]) == text
    assert sealed.unseal(box, [NEW, OLD]) == text
    with pytest.raises(sealed.Unreadable, match="GAITWAY_SECRET_KEYS"):
        sealed.unseal(box, [NEW])


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert sealed.seal("x", [OLD]) != sealed.seal("x", [OLD])


@pytest.mark.parametrize("box", ["nonsense", "gAAAAA", "ünicode"])
def test_what_was_never_sealed_is_unreadable(box: str) -> None:
    with pytest.raises(sealed.Unreadable):
        sealed.unseal(box, [OLD])


def test_nothing_stays_nothing() -> None:
    assert sealed.seal("") == sealed.unseal("") == ""


def test_the_first_key_seals_and_a_short_one_refuses_to_boot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAITWAY_SECRET_KEYS", f" {NEW} , {OLD},")
    assert sealed.keys() == [NEW, OLD]
    assert sealed.unseal(sealed.seal("x"), [NEW]) == "x"
    monkeypatch.setenv("GAITWAY_SECRET_KEYS", "short")
    with pytest.raises(SystemExit, match="5 characters"):
        sealed.keys()


def test_the_key_of_the_installation_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAITWAY_SECRET_KEYS", raising=False)
    monkeypatch.setenv("GAITWAY_SECRET_KEY", OLD)
    assert sealed.unseal(sealed.seal("x"), [OLD]) == "x"
