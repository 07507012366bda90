"""What a text means, and what people are told where it means nothing."""

import pickle
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
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
    Position,
    Qualifiers,
    Quantity,
    TriggerError,
    Window,
    criteria,
    kpis,
    parse,
)
from gaitway.engine.triggers import __file__ as package
from gaitway.engine.triggers.reader import _lark

A, B, C = (Compare(key, ">", Quantity(Decimal(1))) for key in "abc")


def value(amount: str, unit: str = "") -> Quantity:
    return Quantity(Decimal(amount), unit)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            "conversion >= 3% over 8 weeks with 95% confidence",
            Compare(
                "conversion",
                ">=",
                value("3", "%"),
                Qualifiers(Window("over", 8, "week"), Confidence(Decimal(95))),
            ),
        ),
        (
            "orders >= 25 for 3 weeks and cac <= 40 EUR",
            And(
                (
                    Compare("orders", ">=", value("25"), Qualifiers(Window("for", 3, "week"))),
                    Compare("cac", "<=", value("40", "EUR")),
                )
            ),
        ),
        (
            "signups improves on signups_uk by 10% with 90% confidence",
            Improves("signups", "signups_uk", value("10", "%"), Qualifiers(confidence=Confidence(Decimal(90)))),
        ),
        ("signups improves on baseline by 10%", Improves("signups", None, value("10", "%"))),
        (
            "roi >= 1.2 and spent <= 100% of budget",
            And(
                (
                    Money("roi", ">=", value("1.2")),
                    Money("spent", "<=", value("100", "%"), of_budget=True),
                )
            ),
        ),
        (
            "tasks done and checklist done and approved by sponsor",
            And((Done("tasks"), Done("checklist"), Approved("sponsor"))),
        ),
        ("feedback >= 8 from 30 answers", Feedback(">=", value("8"), 30)),
        ("feedback >= 8", Feedback(">=", value("8"))),
        ("(a > 1 or b > 1) and not c > 1", And((Or((A, B)), Not(C)))),
        ("2 of (a > 1, b > 1, c > 1)", AtLeast(2, (A, B, C))),
        ("after 2026-06-30", After(date(2026, 6, 30))),
        (
            "orders >= 25 with 95% confidence by stage end",
            Compare("orders", ">=", value("25"), Qualifiers(confidence=Confidence(Decimal(95), by_stage_end=True))),
        ),
        ("orders >= 25 held 2 periods", Compare("orders", ">=", value("25"), Qualifiers(held=2))),
        ("churn between 1% and 3%", Between("churn", value("1", "%"), value("3", "%"))),
        (
            'task "Translate \\"A\\" \\\\ B — ✓" done',
            Done("task", 'Translate "A" \\ B — ✓'),
        ),
    ],
)
def test_a_trigger_is_read_as_it_is_said(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("A > 1 AND Not b > 1", "A > 1 and not b > 1"),
        ("roi ≥ 1 or roi ≤ 0", "roi >= 1 or roi <= 0"),
        ("cac <= €40", "cac <= 40 EUR"),
        ("cac <= 40 €", "cac <= 40 EUR"),
        ("cac <= $40 or cac <= 40£", "cac <= 40 USD or cac <= 40 GBP"),
        ("a > 3 % over 1 week", "a > 3% over 1 weeks"),
        ("a > 1 over 3 periods", "a > 1 OVER 3 Period"),
        ("a > 1 held 1 period", "a > 1 held 1 periods"),
        ('task "x"', 'task "x" done'),
        ("feedback > 1 from 1 answer", "feedback > 1 from 1 answers"),
        ("a > 1\n  and\r\n\tb > 1", "a>1 and b>1"),
        ("a > 1\N{NO-BREAK SPACE}%", "a > 1%"),
        (
            "a > 1 held 2 periods with 95% confidence over 3 weeks",
            "a > 1 over 3 weeks with 95% confidence held 2 periods",
        ),
        ("a > 1.50", "a > 1.5"),
        ("((a > 1))", "a > 1"),
    ],
)
def test_two_ways_to_write_the_same(text, same):
    assert parse(text) == parse(same)


def test_or_binds_less_than_and_and_parentheses_are_kept():
    assert parse("a > 1 or b > 1 and c > 1") == Or((A, And((B, C))))
    assert parse("(a > 1 or b > 1) or c > 1") == Or((Or((A, B)), C))
    assert parse("not a > 1 and b > 1") == And((Not(A), B))
    assert parse("not (not a > 1)") == Not(Not(A))


def test_a_value_may_have_a_word_of_time_as_its_unit():
    tree = parse("delivery <= 5 days over 8 weeks")
    assert tree == Compare("delivery", "<=", value("5", "days"), Qualifiers(Window("over", 8, "week")))


def test_nodes_know_where_they_stand():
    tree = parse('a > 1 over 2 weeks\n  and not task "x" and b <= 4 EUR')
    compare, negation, last = tree.parts
    assert (compare.at, compare.value.at, compare.qualifiers.window.at) == (
        Position(1, 1), Position(1, 5), Position(1, 7),
    )  # fmt: skip
    assert (negation.at, negation.part.at) == (Position(2, 7), Position(2, 11))
    assert (last.at, last.value.at) == (Position(2, 24), Position(2, 29))


def test_the_kpis_and_criteria_of_a_trigger_in_the_order_of_the_text():
    tree = parse("b > 1 and (a improves on c by 5% or not b > 2) and 1 of (tasks done, roi > 1)")
    assert kpis(tree) == ("b", "a", "c")
    assert [type(leaf) for leaf in criteria(tree)] == [Compare, Improves, Compare, Done, Money]


START = (
    "a KPI",
    "a fact of the initiative (roi, spent, tasks, task, checklist, approved by, feedback, after)",
    "N of (…)",
)
AFTER_VALUE = ("a window (over, for)", "a confidence (with)", "and", "held", "or", "end")


@pytest.mark.parametrize(
    ("text", "place", "expected", "suggestion"),
    [
        ("", (1, 1), (*START, "(", "not"), None),
        ("  \n ", (1, 1), (*START, "(", "not"), None),
        ("conversion >= thre", (1, 15), ("a number",), None),
        ("conversion", (1, 11), ("a comparison (>=, >, <=, <, =, between, improves on)",), None),
        ("conversion\n\n  is 3", (3, 3), ("a comparison (>=, >, <=, <, =, between, improves on)",), None),
        ("roi between 1 and 2", (1, 5), ("a comparison (>=, >, <=, <, =)",), None),
        ("a => 3", (1, 3), ("a comparison (>=, >, <=, <, =)",), ">="),
        ("a == 3", (1, 3), ("a comparison (>=, >, <=, <, =)",), "="),
        ("a >< 3", (1, 3), ("a comparison (>=, >, <=, <, =)",), None),
        ("a > 1% b", (1, 8), AFTER_VALUE, None),
        ("a > 1 & b > 2", (1, 7), ("a unit", *AFTER_VALUE), "and"),
        ("a > 1,5 EUR", (1, 6), ("a unit", *AFTER_VALUE), "1.5"),
        ("a > 1,500", (1, 6), ("a unit", *AFTER_VALUE), "1500"),
        ("a > 1 adn b > 2", (1, 11), AFTER_VALUE, "and"),
        ("a > 1 ovr 2 weeks", (1, 11), AFTER_VALUE, "over"),
        (
            "a improvs on b by 5%", (1, 3),
            ("a comparison (>=, >, <=, <, =, between, improves on)",), "improves",
        ),
        ("a improves on", (1, 14), ("a KPI", "baseline"), None),
        (
            "approvd by sponsor", (1, 9),
            ("a comparison (>=, >, <=, <, =, between, improves on)",), "approved",
        ),
        ("approved by", (1, 12), ("a role",), None),
        ("a > 1 and", (1, 10), (*START, "(", "not"), None),
        ("not not a > 1", (1, 5), (*START, "("), None),
        ("and > 1", (1, 1), (*START, "(", "not"), None),
        ("over >= 3", (1, 1), (*START, "(", "not"), None),
        ("(a > 1%", (1, 8), (*AFTER_VALUE[:2], ")", *AFTER_VALUE[2:-1]), None),
        ("a > 1%)", (1, 7), AFTER_VALUE, None),
        ("2 of a", (1, 6), ("(",), None),
        (
            "a > 1 over 3 parsecs", (1, 14),
            ("a length of time (days, weeks, months, quarters, periods)",), None,
        ),
        ("a > 1 over 1.5 weeks", (1, 12), ("a whole number from 1",), None),
        ("a > 1 over 0 weeks", (1, 12), ("a whole number from 1",), None),
        ("0 of (a > 1)", (1, 1), ("a whole number from 1",), None),
        ("a > 1 held 2 weeks", (1, 14), ("periods",), None),
        ("a > 1 with 95 confidence", (1, 15), ("%",), None),
        ("a > 1 with 95% confidnce", (1, 16), ("confidence",), "confidence"),
        ("a > 1 over 2 weeks for 3 weeks", (1, 20), (), None),
        ("a > 1 with 95% confidence with 90% confidence", (1, 27), (), None),
        ("a > 1 held 2 periods\nheld 3 periods", (2, 1), (), None),
        ("a > 1 by 3 weeks", (1, 7), ("a unit", *AFTER_VALUE), None),
        ("feedback >= 8 with 90% confidence", (1, 15), ("a unit", "and", "from", "or", "end"), None),
        ("after 2026-02-30", (1, 7), ("a date such as 2026-06-30",), None),
        ("after 2026-6-3", (1, 7), ("a date such as 2026-06-30",), None),
        ("after 30.6.2026", (1, 7), ("a date such as 2026-06-30",), None),
        ("after next week", (1, 7), ("a date such as 2026-06-30",), None),
        ("a > 2026-06-30", (1, 5), ("a number",), None),
        ("a > 1234567890.123456", (1, 5), (), None),
        ("task done", (1, 6), ("a name in double quotes",), None),
        ('task "abc', (1, 6), ("a name in double quotes",), None),
        ('task "ab\nc"', (1, 6), ("a name in double quotes",), None),
        ("task “abc”", (1, 6), ("a name in double quotes",), '"'),
        ('task " "', (1, 6), (), None),
        ('task "a\\\\ \\n"', (1, 11), (), None),
        ("signups-uk > 3", (1, 8), ("a comparison (>=, >, <=, <, =, between, improves on)",), None),
        ("taſks done", (1, 3), ("a comparison (>=, >, <=, <, =, between, improves on)",), None),
        ("umsätze > 3", (1, 4), ("a comparison (>=, >, <=, <, =, between, improves on)",), None),
        ("a > ３", (1, 5), ("a number",), None),
        ("a > 1\x00", (1, 6), (), None),
        ("a\n\u202e> 1", (2, 1), (), None),
        ('task "\ud800"', (1, 7), (), None),
        ("\N{ZERO WIDTH NO-BREAK SPACE}a > 1", (1, 1), (*START, "(", "not"), None),
        ("a > 1 " + " " * 4000, (1, 1), (), None),
    ],
)  # fmt: skip
def test_an_error_names_the_place_and_what_was_expected_there(text, place, expected, suggestion):
    with pytest.raises(TriggerError) as caught:
        parse(text)
    error = caught.value
    assert ((error.line, error.column), error.expected, error.suggestion) == (place, expected, suggestion)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conversion >= thre", "line 1, column 15: expected a number after '>=', found 'thre'"),
        ("conversion >=", "line 1, column 14: expected a number after '>=', found the end"),
        ("tasks don", "line 1, column 7: expected 'done' after 'tasks', found 'don'; did you mean done?"),
        (
            "a > 1% b > 2",
            "line 1, column 8: expected a window, a confidence, 'and', 'held', 'or' or the end after '%', found 'b'",
        ),
        ("a improves on 3", "line 1, column 15: expected a KPI or 'baseline' after 'on', found '3'"),
        (
            "a > 1 over 2 weeks for 3 weeks",
            "line 1, column 20: a second window (over, for): a criterion has one",
        ),
        (
            "after 2026-02-30",
            "line 1, column 7: there is no day '2026-02-30': write a date such as 2026-06-30",
        ),
        ("a > 1\x00", "line 1, column 6: the character U+0000 can't be part of a trigger"),
        ("a > \N{ZERO WIDTH SPACE}", "line 1, column 5: expected a number after '>', found 'U+200B'"),
        ("a" * 5000, "line 1, column 1: a trigger has 4,000 characters at most, this text has 5,000"),
    ],
)
def test_an_error_reads_as_a_sentence(text, message):
    with pytest.raises(TriggerError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_an_error_survives_the_way_between_processes():
    with pytest.raises(TriggerError) as caught:
        parse("tasks don")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.expected, copy.column) == (str(caught.value), ("done",), 7)


def test_nesting_has_an_end():
    assert parse("(" * 50 + "a > 1" + ")" * 50) == A
    with pytest.raises(TriggerError, match="column 51: more than 50 parentheses"):
        parse("(" * 51 + "a > 1" + ")" * 51)
    with pytest.raises(TriggerError, match="4,000 characters at most"):
        parse("(" * 10_000 + "a > 1" + ")" * 10_000)
    with pytest.raises(TriggerError, match="1,000,000"):
        parse("a" * 1_000_000)


def test_long_triggers_within_the_limit_are_read():
    text = " and ".join(["not (a > 1)"] * 200)
    assert parse(text) == And((Not(A),) * 200)


def test_every_word_of_the_grammar_is_reserved():
    words = {terminal.pattern.value for terminal in _lark().terminals if terminal.pattern.value.isalpha()}
    countable = {"day", "week", "month", "quarter", "period", "answer"}
    assert words | countable | {f"{word}s" for word in countable} == RESERVED


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_no_kpi(word):
    for rest in ("> 3 over 2 weeks", "between 1 and 2", "improves on a by 5%"):
        with pytest.raises(TriggerError):
            parse(f"{word} {rest}")
        with pytest.raises(TriggerError):
            parse(f"{word.upper()} {rest}")


@pytest.mark.parametrize("word", sorted(RESERVED - {"baseline"}))
def test_nor_is_it_a_kpi_to_compare_with(word):
    with pytest.raises(TriggerError) as caught:
        parse(f"a improves on {word} by 5%")
    assert caught.value.expected == ("a KPI", "baseline")


PIECES = [
    *sorted(RESERVED),
    "a",
    "3",
    "95%",
    "-1.5",
    "(",
    ")",
    ",",
    ">=",
    "=",
    "€",
    '"x"',
    "2026-06-30",
    "\n",
]
pieces = st.lists(st.sampled_from(PIECES), max_size=20)


@given(st.text() | pieces.map(" ".join) | pieces.map("".join))
@example("a >= 1 %%")
@example('"')
@example('task "\\')
@settings(max_examples=500)
def test_whatever_comes_in_only_a_trigger_error_comes_out(text):
    error = None
    try:
        parse(text)
    except TriggerError as raised:
        error = raised
    if error:
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.column <= len(lines[error.line - 1]) + 1
        assert str(error).startswith(f"line {error.line}, column {error.column}: ")


def test_lark_is_loaded_by_the_first_trigger_not_by_the_import():
    code = (
        "import sys, gaitway.engine.triggers.tree, gaitway.engine.triggers as triggers;"
        "assert 'lark' not in sys.modules; triggers.parse('a > 1'); assert 'lark' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_grammar_lies_beside_the_code():
    assert Path(package).with_name("grammar.lark").is_file()
