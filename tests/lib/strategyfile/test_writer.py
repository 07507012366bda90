"""Writing a file and reading it again gives the same file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaitway.lib.strategyfile import StrategyFile, read, write
from gaitway.lib.strategyfile.shape import Effort, Money, Span

LETTERS = st.characters(
    exclude_categories=["Cs", "Cc"], include_characters="\n\t\x85\u2028\ufeff", max_codepoint=0x1F64F
)
LONG = st.text(LETTERS, max_size=80).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
TEXT = LONG.filter(lambda text: text.strip())
KEY = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
KPI = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
EMAIL = st.from_regex(r"[a-z0-9.+'-]{1,8}@[a-z]{1,8}\.[a-z]{2,3}", fullmatch=True)
DAY = st.dates(date(1900, 1, 1), date(2999, 12, 31))
SPAN = st.tuples(DAY, DAY).map(lambda days: Span(sorted(days)))
MONEY = st.tuples(st.decimals(0, 10**14 - 1, places=2), st.from_regex(r"[A-Z]{3}", fullmatch=True)).map(Money)
EFFORT = st.integers(0, 10_000).map(lambda hours: Effort(Decimal(hours) / 8))
NUMBER = (
    st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["3%", "-0.25%"])
)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any of these fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


def keyed(
    fields: st.SearchStrategy[dict[str, Any]], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda a, b: a | b, st.fixed_dictionaries({"name": TEXT, **more}), fields)


TASK = keyed(some(owner=EMAIL, due=DAY, estimate=EFFORT))
STAGE = some(
    dates=SPAN, budget=MONEY, trigger=LONG, stop=LONG, policy=st.sampled_from(["sponsor", "automatic"]),
    checklist=st.lists(TEXT, max_size=2, unique_by=str.strip), tasks=st.lists(TASK, max_size=2),
)  # fmt: skip
INITIATIVE = keyed(
    some(
        area=TEXT, sponsor=EMAIL, lead=EMAIL, team=st.lists(EMAIL, max_size=2, unique=True), restricted=st.booleans(),
        needs=st.lists(KEY, max_size=2, unique=True), stage=KEY, state=st.sampled_from(["proposed", "active", "stopped"]),
        hypothesis=LONG, crawl=STAGE, run=STAGE, stages=st.dictionaries(KEY, STAGE, max_size=1),
    ),
    key=KEY,
)  # fmt: skip
RESULT = st.builds(lambda a, b: a | b, st.fixed_dictionaries({"kpi": KPI, "target": NUMBER}), some(due=DAY))
OBJECTIVE = keyed(
    some(
        outcome=LONG,
        owner=EMAIL,
        key_results=st.lists(RESULT, max_size=2),
        initiatives=st.lists(INITIATIVE, max_size=2),
    ),
    key=KEY,
)
MEASURE = keyed(
    some(definition=LONG, unit=st.just("EUR"), direction=st.sampled_from(["up", "down"]), baseline=NUMBER, target=NUMBER,
         tolerance=NUMBER, owner=EMAIL, source=KEY, sql=LONG),
    kind=st.sampled_from(["proportion", "level"]), every=st.sampled_from(["day", "month"]),
)  # fmt: skip
RUNGS = st.lists(keyed(some(), key=KEY), max_size=3)
HEAD = keyed(some(period=SPAN, vision=LONG, stages=RUNGS), key=KEY)
FILE = st.builds(
    lambda a, b: a | b | {"gaitway": 1},
    st.fixed_dictionaries({"strategy": HEAD}),
    some(
        people=st.dictionaries(EMAIL, TEXT, max_size=2), sources=st.dictionaries(KEY, TEXT, max_size=2),
        kpis=st.dictionaries(KPI, MEASURE, max_size=2), objectives=st.lists(OBJECTIVE, max_size=2),
    ),
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None, max_examples=150)
@given(FILE.map(StrategyFile.model_validate))
def test_what_was_written_is_read_again(file: StrategyFile) -> None:
    assert read(write(file), name="s.yaml", folder=Path("/")).file == file


def test_a_file_is_written_for_people() -> None:
    sql = "select period, events\nfrom shop"
    file = StrategyFile.model_validate({
        "gaitway": 1,
        "strategy": {"key": "north", "name": "Nörth", "period": "2026-01-01/2026-12-31"},
        "kpis": {"orders": {"name": "no", "kind": "count", "every": "week", "source": "shop", "sql": sql}},
    })  # fmt: skip
    assert (
        write(file)
        == """\
gaitway: 1
strategy:
  key: north
  name: Nörth
  period: 2026-01-01/2026-12-31
kpis:
  orders:
    name: no
    kind: count
    every: week
    source: shop
    sql: |-
      select period, events
      from shop
""".replace("name: no", "name: 'no'")
    )
