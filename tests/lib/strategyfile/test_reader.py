"""Every fault of a strategy file is told with its place, and nothing but StrategyFileError ever comes out."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib.strategyfile import Document, StrategyFileError, json_schema, read

HEAD = "gaitway: 1\nstrategy: {key: north, name: North}\n"
KPI = "kpis: {orders: {name: Orders, kind: level, every: day, %s}}"
INITIATIVE = "objectives: [{key: o, name: O, initiatives: [{key: i, name: I, %s}]}]"
TOP = "Known here: gaitway, strategy, people, areas, sources, kpis, objectives."


def parsed(text: str) -> Document:
    return read(text, name="s.yaml", folder=Path("/nowhere"))


# What is wrong stands behind the mark ¦; without one it is told at the beginning.
FAULTS = {
    "empty": ("", "a strategy file is a mapping that begins with 'gaitway: 1'"),
    "only a comment": ("# later\n", "a strategy file is a mapping that begins with 'gaitway: 1'"),
    "a list": ("- a", "a strategy file is a mapping that begins with 'gaitway: 1'"),
    "another version": ("gaitway: ¦2\nstrategy: {key: north, name: North}\n", "must be 1, not 2"),
    "missing": ("gaitway: 1\nstrategy: ¦{key: north}\n", "'name' is missing"),
    "no value": ("gaitway: 1\nstrategy: {key: north, name:¦ }\n", "'name' is empty"),
    "a near key": (HEAD + "¦kpi: {}", f"unknown key 'kpi', did you mean 'kpis'? {TOP}"),
    "a far key": (HEAD + "¦zebra: {}", f"unknown key 'zebra'. {TOP}"),
    "a near key far inside": (
        HEAD + INITIATIVE % "crawl: {¦buget: 5 EUR}",
        "unknown key 'buget', did you mean 'budget'? "
        "Known here: dates, budget, trigger, stop, guardrail, policy, check_in, checklist, tasks.",
    ),
    "a key twice": (HEAD + "kpis: {}\n¦kpis: {}", "'kpis' stands here twice"),
    "a list as key": ("? ¦[a]\n: b", "a key must be a word"),
    "an alias": (HEAD + "kpis: ¦*all", "aliases (*name) are not allowed: write the value out"),
    "an anchor": (HEAD + "kpis: ¦&all {}", "anchors (&name) are not allowed: write the value out"),
    "a tag": (HEAD + "kpis: ¦!!python/name:os.system x", "the tag tag:yaml.org,2002:python/name:os.system is not allowed"),
    "two sponsors": (HEAD + INITIATIVE % "sponsor: ¦[a@b.de, c@d.de]", "must be one value, not a list"),
    "no e-mail": (HEAD + INITIATIVE % "lead: ¦Luca", "must be an e-mail address, not 'Luca'"),
    "no key": (
        "gaitway: 1\nstrategy: {key: ¦The North, name: North}",
        "must be a key of small letters, digits and _ that begins with a letter, not 'The North'",
    ),
    "a kind": (
        HEAD + "kpis: {orders: {name: Orders, kind: ¦sum, every: day}}",
        "must be 'proportion', 'mean', 'ratio', 'count' or 'level', not 'sum'",
    ),
    "somebody twice": (HEAD + INITIATIVE % "team: ¦[a@b.de, a@b.de]", "'a@b.de' stands here twice"),
    "no such day": (
        HEAD + INITIATIVE % "crawl: {tasks: [{name: T, due: ¦2026-02-30}]}",
        "'2026-02-30' is not a date like 2026-03-31",
    ),
    "a number as day": (
        HEAD + INITIATIVE % "crawl: {tasks: [{name: T, due: ¦20260228}]}",
        "20260228 is not a date like 2026-03-31",
    ),
    "no span": (
        HEAD + INITIATIVE % "crawl: {dates: ¦2026-01-01}",
        "'2026-01-01' is not a span of dates like 2026-01-01/2026-03-31",
    ),
    "a span backwards": (
        HEAD + INITIATIVE % "crawl: {dates: ¦2026-03-01/2026-02-01}",
        "the span ends on 2026-02-01 before it starts on 2026-03-01",
    ),
    "a far year": (
        HEAD + INITIATIVE % "crawl: {dates: ¦2026-03-01/9999-12-31}",
        "9999-12-31 lies outside the years 1900 to 2999",
    ),
    "money": (HEAD + INITIATIVE % "crawl: {budget: ¦5000}", "5000 is not an amount of money like 5000 EUR"),
    "less than nothing": (
        HEAD + INITIATIVE % "crawl: {budget: ¦-5 EUR}",
        "'-5 EUR' is not an amount of money like 5000 EUR",
    ),
    "effort": (
        HEAD + INITIATIVE % "crawl: {tasks: [{name: T, estimate: ¦soon}]}",
        "'soon' is not an effort like 5d, 2w or 4h",
    ),
    "no number": (HEAD + KPI % "target: ¦many", "'many' is not a number like 12.5 or 3%"),
    "an endless number": (HEAD + KPI % "target: ¦1e999", "must be a finite number"),
    "a number with too many digits": (HEAD + KPI % f"target: ¦1{'0' * 400}", "must be a finite number"),
    "percents with too many digits": (HEAD + KPI % f"target: ¦1{'0' * 400}%", "must be a finite number"),
    "a number that Python doesn't read": (
        HEAD + KPI % f"target: ¦{'9' * 5000}",
        f"{'9' * 40!r} is not a number that can be read",
    ),
    "NUL": (HEAD + "kpis: ¦\0", "the character U+0000 is not allowed"),
    "NUL as escape": ('gaitway: 1\nstrategy: {key: n, name: ¦"a\\0b"}', "the character U+0000 is not allowed"),
    "half a character": ('gaitway: 1\nstrategy: {key: n, name: ¦"\\ud800"}', "the character U+D800 is not allowed"),
    "no character": ('gaitway: 1\nstrategy: {key: n, name: "\\U¦FFFFFFFF"}', "there is no character with this number"),
    "huge": ("#" * 5_000_001, "the file is larger than 5,000,000 characters"),
    "deep": ("a: " + "[" * 30 + "¦" + "[" * 70 + "]" * 100, "nested deeper than 30 levels"),
    "deeper than Python": ("[" * 100_000, "nested deeper than 30 levels"),
    "two documents": ("a: 1\n¦---\nb: 2", "but found another document"),
    "broken YAML": ("a: [1¦", "expected ',' or ']', but got '<stream end>'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_place(text: str, said: str) -> None:
    before, _, after = text.partition("¦") if "¦" in text else ("", "", text)
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    with pytest.raises(StrategyFileError) as error:
        parsed(before + after)
    assert str(error.value) == f"s.yaml:{line}:{column}: {said}"


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(StrategyFileError) as error:
        parsed("gaitway: 1\nzebra: 1\nstrategy: {key: 1}\n")
    assert [(f.line, f.column) for f in error.value.faults] == [(2, 1), (3, 11), (3, 17)]


@pytest.mark.parametrize("word", ["no", "No", "off", "on", "y", "2011-01-03", "0x10", "1_000", "12:30:00", "=", "1e"])
def test_what_looks_like_more_stays_text(word: str) -> None:
    assert parsed(f"gaitway: 1\nstrategy: {{key: n, name: {word}}}").file.strategy.name == word


def test_an_effort_is_counted_in_working_days() -> None:
    tasks = "crawl: {tasks: [{name: a, estimate: 4h}, {name: b, estimate: 5d}, {name: c, estimate: 2w}]}"
    plan = parsed(HEAD + INITIATIVE % tasks).file.objectives[0].initiatives[0].plan()
    assert [float(task.estimate) for task in plan["crawl"].tasks] == [0.5, 5, 10]


@given(st.text(max_size=200))
def test_no_text_raises_anything_else(text: str) -> None:
    with pytest.raises(StrategyFileError):
        parsed(text)


WORDS = st.sampled_from([
    "gaitway", "strategy", "kpis", "people", "objectives", "initiatives", "crawl", "trigger", "dates", "key", "name",
    "1", "-", ": ", "\n", "  ", "\t", "{", "}", "[", "]", ",", "'", '"', "|", ">", "&a", "*a", "!!int", "%", "---", "#",
    "\\x00", "\\U00110000", "\\ud800", "1e999", "9" * 5000, "2026-01-01/2026-02-01", "~", "true", "<<", "?", "\ufeff",
    "\x85", "\u2028", "\0", "😀",
])  # fmt: skip


@given(st.lists(WORDS, max_size=40).map("".join), st.sampled_from(["", HEAD]))
def test_no_yaml_raises_anything_else(text: str, head: str) -> None:
    with suppress(StrategyFileError):
        assert parsed(head + text).file.strategy.key == "north"


def test_the_published_schema_knows_every_key_of_the_file() -> None:
    schema = json_schema()
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert list(schema["properties"]) == ["gaitway", "strategy", "people", "areas", "sources", "kpis", "objectives"]
    assert schema["additionalProperties"] is False
