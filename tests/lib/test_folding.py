from __future__ import annotations

import pytest

from gaitway.lib.folding import fold, marked, snippet, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Zürich", "zurich"), ("ÅNGSTRÖM", "angstrom"), ("Straße", "strasse"), ("Łódź", "lodz"), ("Smørrebrød", "smorrebrod"),
     ("NORWAY", "norway"), ("ﬁnal", "final"), ("東京", "東京")],
)  # fmt: skip
def test_case_and_accents_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_are_taken_once_and_not_without_end() -> None:
    assert words("  Orders  ORDERS über ") == ["orders", "uber"]
    assert len(words(" ".join(map(str, range(50))))) == 8
    assert words("x" * 5000) == ["x" * 200]


def test_a_hit_is_marked_as_it_is_written() -> None:
    assert marked("Straßen in Zürich", ["strasse", "uric"]) == [
        ("Straße", True), ("n in Z", False), ("üric", True), ("h", False),
    ]  # fmt: skip
    assert marked("", ["x"]) == []


def test_a_snippet_is_cut_around_the_first_hit() -> None:
    text = "words " * 60 + "the needle stands here " + "more " * 60
    parts = snippet(text, ["needle"])
    assert ("needle", True) in parts
    whole = "".join(part for part, _ in parts)
    assert whole.startswith("… ")
    assert whole.endswith(" …")
    assert len(whole) < 170
    assert snippet("nothing of it", ["needle"]) == []
