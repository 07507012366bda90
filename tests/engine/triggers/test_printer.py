"""One trigger has one text."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.engine.triggers import (
    RESERVED,
    After,
    And,
    Approved,
    AtLeast,
    Between,
    Compare,
    Confidence,
    Done,
    Feedback,
    Improves,
    Money,
    Not,
    Or,
    Qualifiers,
    Quantity,
    Window,
    parse,
    show,
)

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True).filter(lambda n: n.lower() not in RESERVED)
amounts = st.decimals(-(10**9), 10**9, places=4) | st.integers(-(10**14), 10**14).map(Decimal)
quantities = st.builds(Quantity, amounts, st.sampled_from(["", "%", "EUR", "USD", "days", "period"]) | names)
counts = st.integers(1, 10**6)
ops = st.sampled_from([">=", ">", "<=", "<", "="])
units = st.sampled_from(["day", "week", "month", "quarter", "period"])
qualifiers = st.builds(
    Qualifiers,
    st.none() | st.builds(Window, st.sampled_from(["over", "for"]), counts, units),
    st.none() | st.builds(Confidence, st.decimals(50, 99, places=2), st.booleans()),
    st.none() | counts,
)
turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
letters = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=turning)
task_names = st.text(letters, min_size=1).filter(str.strip)
leaves = st.one_of(
    st.builds(Compare, names, ops, quantities, qualifiers),
    st.builds(Between, names, quantities, quantities, qualifiers),
    st.builds(Improves, names, st.none() | names, quantities, qualifiers),
    st.builds(Money, st.just("roi"), ops, quantities),
    st.builds(Money, st.just("spent"), ops, quantities, st.booleans()),
    st.builds(Done, st.sampled_from(["tasks", "checklist"])),
    st.builds(Done, st.just("task"), task_names),
    st.builds(Approved, names),
    st.builds(Feedback, ops, quantities, st.none() | counts),
    st.builds(After, st.dates(date(1, 1, 1))),
)


def _grown(children):
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        children.map(Not),
        st.builds(AtLeast, counts, st.lists(children, min_size=1, max_size=4).map(tuple)),
    )


triggers = st.recursive(leaves, _grown, max_leaves=12)


@given(triggers)
@settings(max_examples=400)
def test_what_is_printed_is_read_as_the_same_tree(tree):
    text = show(tree)
    if len(text) <= 4000:
        assert parse(text) == tree
        assert show(parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "conversion >= 3% over 8 weeks with 95% confidence",
        "orders >= 25 for 1 week",
        "a between -1 and 0.5",
        "a improves on baseline by 10% over 1 period with 99.5% confidence by stage end held 1 period",
        "feedback > 8 from 1 answer or feedback > 8 from 2 answers",
        "a > 1 or b > 1 and c > 1",
        "(a > 1 or b > 1) or c > 1",
        "(a > 1 and b > 1) and c > 1",
        "not (a > 1 and b > 1) and not (not c > 1)",
        "not 2 of (a > 1 or b > 1, not c > 1, tasks done)",
        'task "a \\"b\\" \\\\" done',
    ],
)
def test_canonical_text_stays_as_it_is(text):
    assert show(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("NOT ((a>1.50))", "not a > 1.5"),
        ("(a > 1 and b > 1) or c > 1", "a > 1 and b > 1 or c > 1"),
        ("a ≥ €1000.00", "a >= 1000 EUR"),
        ("a > 007 hours", "a > 7 hours"),
        ("a > -0", "a > 0"),
        ("a > 1 held 2 Period with 95.0 % Confidence By Stage End for 1 weeks",
         "a > 1 for 1 week with 95% confidence by stage end held 2 periods"),
        ('Task "Übersetzen"\n and\n approved by lead', 'task "Übersetzen" done and approved by lead'),
    ],
)  # fmt: skip
def test_every_other_text_has_a_canonical_one(text, canonical):
    assert show(parse(text)) == canonical


def test_a_number_has_no_exponent():
    assert show(Compare("a", ">", Quantity(Decimal("1E+3")))) == "a > 1000"
    assert show(Compare("a", ">", Quantity(Decimal("1E-7"), "%"))) == "a > 0.0000001%"
