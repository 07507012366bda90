"""Criteria on the initiative itself. What isn't known is never failed."""

from datetime import date

import pytest

from gaitway.engine.facts import Facts, Moment
from tests.engine.judging import START, finding, said

DONE = Facts(tasks={"a": True, "b": True}, checklist={"x": True}, approved=frozenset({"sponsor"}))
HALF = Facts(tasks={"a": True, "b": False}, checklist={"x": False, "y": True})


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("tasks done", DONE, "met"),
        ("tasks done", HALF, "unmet"),
        ("tasks done", Facts(), "no data"),
        ('task "a" done', HALF, "met"),
        ('task "b" done', HALF, "unmet"),
        ('task "c" done', HALF, "no data"),
        ("checklist done", DONE, "met"),
        ("checklist done", HALF, "unmet"),
        ("checklist done", Facts(), "no data"),
        ("approved by sponsor", DONE, "met"),
        ("approved by lead", DONE, "too early"),
        ("feedback >= 8", Facts(feedback=8.0, answers=1), "met"),
        ("feedback >= 8", Facts(feedback=7.9, answers=1), "unmet"),
        ("feedback >= 8", Facts(), "no data"),
        ("feedback >= 0", Facts(feedback=0.0, answers=0), "no data"),
        ("feedback >= 8 from 30 answers", Facts(feedback=9.0, answers=29), "too early"),
        ("feedback >= 8 from 30 answers", Facts(feedback=9.0, answers=30), "met"),
        ("roi >= 1.2", Facts(roi=1.2), "met"),
        ("roi >= 120%", Facts(roi=1.19), "unmet"),
        ("roi >= 1.2", Facts(), "no data"),
        ("spent <= 5000 EUR", Facts(spent=5000), "met"),
        ("spent < 5000 EUR", Facts(spent=5000), "unmet"),
        ("spent > 5000", Facts(spent=5000), "unmet"),
        ("spent = 5000", Facts(spent=5000 * (1 + 1e-12)), "met"),
        ("spent = 5000", Facts(spent=5001), "unmet"),
        ("spent <= 5000", Facts(), "no data"),
        ("spent <= 80% of budget", Facts(spent=80, budget=100), "met"),
        ("spent <= 80% of budget", Facts(spent=81, budget=100), "unmet"),
        ("spent <= 80% of budget", Facts(spent=81), "no data"),
        ("spent <= 80% of budget", Facts(budget=100), "no data"),
        ("spent <= 100% of budget", Facts(spent=0, budget=0), "met"),
        ("spent <= 100% of budget", Facts(spent=1, budget=0), "unmet"),
    ],
)
def test_each_fact(text, facts, expected):
    assert said(text, facts=facts) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(date(2026, 6, 29), "too early"), (date(2026, 6, 30), "too early"), (date(2026, 7, 1), "met")],
)
def test_a_date_has_passed_from_the_day_after(as_of, expected):
    assert said("after 2026-06-30", as_of=as_of) == expected


def test_a_finding_carries_its_numbers():
    tasks = finding("tasks done", facts=HALF)
    assert (tasks.criterion, tasks.estimate, tasks.wanted, tasks.sample) == ("tasks done", 1, 2, 2)
    spent = finding("spent <= 80% of budget", facts=Facts(spent=500, budget=1000))
    assert (spent.estimate, spent.wanted) == (500, 800)
    early = finding("feedback >= 8 from 30 answers", facts=Facts(feedback=9.0, answers=12))
    assert (early.estimate, early.wanted, early.sample) == (9.0, 8.0, 12)
    met = finding("feedback >= 8 from 30 answers", facts=Facts(feedback=9.0, answers=40))
    assert (met.estimate, met.wanted, met.sample) == (9.0, 8.0, 40)


@pytest.mark.parametrize(("ends", "days"), [(None, None), (START, 1), (date(2026, 1, 11), 7), (date(2026, 1, 1), None)])
def test_the_planned_length_of_a_stage(ends, days):
    assert Moment(START, START, ends).planned_days == days
