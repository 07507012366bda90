from __future__ import annotations

from contextlib import suppress
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.deciders import ALONE, BadRule, Need, Rule, missing, parse

parties = st.sampled_from(["sponsor", "finance", "board", "legal"])
rules = st.lists(parties, min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.tuples(*[st.builds(Need, st.just(n), st.just(1) if n == "sponsor" else st.integers(1, 3)) for n in names])
).map(Rule)  # fmt: skip
voices = st.dictionaries(st.integers(1, 6), st.frozensets(parties, min_size=1), max_size=5)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("sponsor", ALONE),
        (" Sponsor AND  finance ", Rule((Need("sponsor"), Need("finance")))),
        ("2 of board", Rule((Need("board", 2),))),
        ("sponsor and 2 of board", Rule((Need("sponsor"), Need("board", 2)))),
        ("1 of finance", Rule((Need("finance"),))),
    ],
)
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse(text) == rule


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no rule like"),
        ("sponsor or finance", "no rule like"),
        ("0 of board", "no rule like"),
        ("2 of 3", "no rule like"),
        ("board and board", "stands twice: write '2 of board'"),
        ("2 of sponsor", "one sponsor"),
    ],
)
def test_what_is_no_rule_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadRule, match=why):
        parse(text)


@given(rules)
def test_what_is_printed_is_read_again(rule: Rule) -> None:
    assert parse(str(rule)) == rule


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    with suppress(BadRule):
        assert parse(str(parse(text))) == parse(text)


@given(rules, voices)
def test_it_is_fulfilled_where_the_seats_can_be_filled(rule: Rule, voices: dict[int, frozenset[str]]) -> None:
    seats = [need.party for need in rule.needs for _ in range(need.count)]
    can = any(
        all(seat in voices[who] for seat, who in zip(seats, order, strict=True))
        for order in permutations(voices, len(seats))
    )
    assert (missing(rule, voices) == ()) == can


@given(rules, voices, st.integers(7, 9), st.frozensets(parties, min_size=1))
def test_another_voice_never_makes_it_more_that_is_missing(rule, voices, who, of) -> None:
    def count(of: dict[int, frozenset[str]]) -> int:
        return sum(need.count for need in missing(rule, of))

    assert count(voices) - 1 <= count({**voices, who: of}) <= count(voices)


def test_nobody_counts_for_two_parts() -> None:
    both = parse("sponsor and finance")
    assert missing(both, {1: {"sponsor", "finance"}}) == (Need("finance"),)
    assert missing(both, {1: {"sponsor", "finance"}, 2: {"sponsor"}}) == ()
