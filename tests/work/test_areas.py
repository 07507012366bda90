"""One definition serves every market: a KPI that is split by area, from the file to the verdict."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from gaitway.actions import strategies
from gaitway.lib import strategyfile
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Kpi, Observation, Stage
from gaitway.queries import gates
from gaitway.queries import strategies as asked
from gaitway.queries.gates import History
from gaitway.work.pull import pull
from tests.world import AT, STRATEGY, TODAY, World, build, document

MEASURE = """
    measure: {what: count, time: day, where: {state: {"!=": cancelled}}}
    split_by: Country
    areas: {Norway: {baseline: 3, target: 10}, Sweden: {}}
"""
SPLIT = STRATEGY.replace("\n    sql: select period, events from shop\n", MEASURE).replace(
    "    baseline: 3\n    target: 10\n", "    target: 25\n", 1
)
SALES = "Country,day,state\n" + "".join(
    f"{country},2026-01-{day:02},{state}\n"
    for country, days in {"Norway": (5, 6, 13, 20), "Sweden": (5, 14), "Denmark": (7, 8, 9), "": (21,)}.items()
    for day in days
    for state in ("sent", "cancelled")
)


def clock() -> datetime:
    return AT


@pytest.fixture
def split(db: object, tmp_path: Path) -> World:
    (tmp_path / "orders.csv").write_text(SALES)
    return build(tmp_path, SPLIT)


def numbers(key: str) -> dict[str, float]:
    rows = Observation.objects.filter(kpi__key=key).order_by("period", "revision")
    return {row.period.isoformat(): row.events for row in rows if row.events is not None}


def test_each_area_of_the_file_has_its_part_with_its_own_numbers(split: World) -> None:
    rows = {
        kpi.key: (kpi.name, kpi.area.name if kpi.area else None, kpi.baseline, kpi.target) for kpi in Kpi.objects.all()
    }
    assert rows == {
        "orders": ("Orders per week", None, None, 25.0),
        "orders_iceland": ("Orders per week, Iceland", "Iceland", None, None),
        "orders_norway": ("Orders per week, Norway", "Norway", 3.0, 10.0),
        "orders_sweden": ("Orders per week, Sweden", "Sweden", None, None),
        "conversion": ("Conversion", None, None, 0.03),
    }


def test_one_question_fills_the_whole_and_every_part(split: World) -> None:
    (done,) = pull(list(Kpi.objects.filter(source__isnull=False)), by=split.admin, clock=clock)
    assert done.fault == ""
    assert numbers("orders_norway") == {"2026-01-05": 2, "2026-01-12": 1, "2026-01-19": 1}
    assert numbers("orders_sweden") == {"2026-01-05": 1, "2026-01-12": 1}
    assert numbers("orders_iceland") == {}
    assert numbers("orders") == {"2026-01-05": 6, "2026-01-12": 2, "2026-01-19": 2}


def test_a_trigger_reads_the_part_of_its_own_area(split: World) -> None:
    list(pull(list(Kpi.objects.filter(source__isnull=False)), by=split.admin, clock=clock))
    crawl = split.crawl
    assert [kpi.key for kpi in crawl.kpis.all()] == ["orders_norway"]
    series = History.of([crawl]).series(crawl)
    assert set(series) == {"orders", "orders_norway"}
    assert series["orders"].spec.target == 10
    verdict = History.of([crawl]).verdict(crawl, TODAY, started=date(2026, 1, 5))
    assert verdict.trigger is not None
    (finding,) = verdict.trigger.findings
    assert finding.estimate == pytest.approx(4 / 3)  # a week that its source covers
    assert set(gates.spec(crawl, date(2026, 1, 5))["kpis"]) == {"orders", "orders_norway"}


def test_the_part_of_another_area_is_named_by_its_key(db: object, tmp_path: Path) -> None:
    text = SPLIT.replace("trigger: orders >= 6 with", "trigger: orders_sweden >= 6 with")
    world = build(tmp_path, text)
    assert sorted(kpi.key for kpi in world.crawl.kpis.all()) == ["orders_norway", "orders_sweden"]


def test_applying_and_exporting_change_nothing(split: World, tmp_path: Path) -> None:
    assert strategies.plan(document(SPLIT, tmp_path)).changes == ()
    text = strategyfile.write(asked.as_file(split.strategy))
    again = strategies.plan(strategyfile.read(text, name="again.yaml", folder=tmp_path))
    assert (again.changes, again.removals) == ((), ())


def test_a_new_area_of_an_initiative_is_followed_from_then_on(split: World, tmp_path: Path) -> None:
    text = SPLIT.replace("area: Norway", "area: Denmark")
    strategies.apply(document(text, tmp_path), by=split.admin, at=AT, today=TODAY)
    assert Kpi.objects.get(key="orders_denmark").retired_at is None
    assert [kpi.key for kpi in Stage.objects.get(initiative=split.norway, key="crawl").kpis.all()] == ["orders_denmark"]


WRONG = {
    "a sum for a proportion": (
        "{what: count, time: day, where", "{what: proportion, when: {a: 1}, time: day, where",
        "proportion makes a proportion, not a count",
    ),
    "asked for twice": ("    split_by:", "    sql: select 1\n    split_by:", "it has sql and measure"),
    "areas without a split": ("    split_by: Country\n", "", "areas belong to a KPI that is split"),
    "no column": ("what: count, time", "what: sum, time", "sum needs a column: of: COLUMN"),
    "a key twice": (
        "  conversion: {", "  orders_norway: {name: Other, kind: level, every: day}\n  conversion: {",
        "in Norway it is 'orders_norway', which stands here already",
    ),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("old", "new", "says"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_told_with_its_place(old: str, new: str, says: str) -> None:
    assert old in SPLIT
    with pytest.raises(StrategyFileError) as refused:
        strategies.plan(document(SPLIT.replace(old, new, 1)))
    assert says in str(refused.value)
    assert "strategy.yaml:" in str(refused.value)


def test_rows_of_a_query_of_ones_own_name_their_area(db: object, tmp_path: Path) -> None:
    text = SPLIT.replace(
        'measure: {what: count, time: day, where: {state: {"!=": cancelled}}}',
        "sql: select period, country, events from shop where period >= :since",
    )
    (tmp_path / "orders.csv").write_text(
        "period,country,events\n2026-01-05,Norway,3\n2026-01-05,sweden,2\n2026-01-05,,7\n2026-01-12,Norway,4\n"
    )
    world = build(tmp_path, text)
    (done,) = pull([world.orders], by=world.admin, clock=clock)
    assert done.fault == ""
    assert numbers("orders_norway") == {"2026-01-05": 3, "2026-01-12": 4}
    assert numbers("orders_sweden") == {"2026-01-05": 2}
    assert numbers("orders") == {"2026-01-05": 7}
