"""Kleene's truth tables, written out."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.logic import Outcome, at_least, negated, truth

T, F, U = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
AND = {(T, T): T, (T, F): F, (T, U): U, (F, T): F, (F, F): F, (F, U): F, (U, T): U, (U, F): F, (U, U): U}
OR = {(T, T): T, (T, F): T, (T, U): T, (F, T): T, (F, F): F, (F, U): U, (U, T): T, (U, F): U, (U, U): U}


@pytest.mark.parametrize("pair", list(product(Outcome, repeat=2)))
def test_and_and_or(pair):
    assert (at_least(2, pair), at_least(1, pair)) == (AND[pair], OR[pair])


def test_not():
    assert [negated(outcome) for outcome in (T, F, U)] == [F, T, U]


def test_truth():
    assert (truth(True), truth(False)) == (T, F)


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=6), st.data())
def test_unknown_is_exactly_what_the_missing_answers_could_still_change(outcomes, data):
    count = data.draw(st.integers(1, len(outcomes)))
    choices = [(T, F) if outcome is U else (outcome,) for outcome in outcomes]
    possible = {sum(o is T for o in answers) >= count for answers in product(*choices)}
    expected = {frozenset({True}): T, frozenset({False}): F}.get(frozenset(possible), U)
    assert at_least(count, outcomes) is expected


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=6), st.data())
def test_de_morgan(outcomes, data):
    count = data.draw(st.integers(1, len(outcomes)))
    turned = [negated(outcome) for outcome in outcomes]
    assert negated(at_least(count, outcomes)) is at_least(len(outcomes) - count + 1, turned)


@given(st.lists(st.sampled_from(Outcome), min_size=1, max_size=6), st.data())
def test_the_order_of_the_parts_does_not_matter(outcomes, data):
    count = data.draw(st.integers(1, len(outcomes)))
    assert at_least(count, data.draw(st.permutations(outcomes))) is at_least(count, outcomes)
