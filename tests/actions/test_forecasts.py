"""What is expected is kept, and compared with what came."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from gaitway.actions import forecasts, gates, observations, stages, strategies
from gaitway.engine.stages import Move
from gaitway.lib import strategyfile
from gaitway.models import Forecast, Job
from gaitway.queries import forecasts as asked
from gaitway.queries import observations as read
from gaitway.queries.recording import Recordable
from gaitway.work import loop
from tests.world import AT, STRATEGY, TODAY, World

WEEK = timedelta(weeks=1)
FIRST = date(2025, 6, 2)  # a Monday


def weeks(world: World, count: int, first: date = FIRST) -> None:
    readings = {first + i * WEEK: (float(8 + i % 4), 1.0) for i in range(count)}
    observations.record(world.orders, readings, by=world.admin, at=AT)


def test_a_kpi_is_forecast_at_most_once_a_week_and_not_below_eight_periods(world: World) -> None:
    weeks(world, 7)
    assert forecasts.keep_values(world.orders, as_of=TODAY, at=AT) is None
    weeks(world, 30)
    made = forecasts.keep_values(world.orders, as_of=TODAY, at=AT)
    assert made is not None
    assert len(made.numbers["steps"]) == 13
    assert forecasts.keep_values(world.orders, as_of=TODAY + timedelta(days=6), at=AT) is None
    assert forecasts.keep_values(world.orders, as_of=TODAY + WEEK, at=AT) is not None


def test_the_bands_lie_within_one_another_and_begin_after_what_is_known(world: World) -> None:
    weeks(world, 30)
    ahead = asked.ahead(read.series([world.orders])[world.orders.pk], TODAY)
    assert ahead is not None
    assert ahead.steps[0].day == FIRST + 30 * WEEK
    for step in ahead.steps:
        assert 0 <= step.low80 <= step.low50 <= step.median <= step.high50 <= step.high80
    assert ahead.chance is not None
    assert 0 <= ahead.chance <= 1


def test_a_forecast_knows_nothing_of_later_periods(world: World) -> None:
    weeks(world, 40)
    series = read.series([world.orders])[world.orders.pk]
    then = FIRST + 20 * WEEK - timedelta(days=1)
    weeks(world, 45, FIRST)
    assert asked.ahead(series, then) == asked.ahead(read.series([world.orders])[world.orders.pk], then)


def test_the_record_counts_how_often_the_band_held(world: World) -> None:
    weeks(world, 40)
    for after in (12, 16, 20):
        assert forecasts.keep_values(world.orders, as_of=FIRST + after * WEEK - timedelta(days=1), at=AT)
    record = asked.track(world.orders, read.series([world.orders])[world.orders.pk])
    assert (record.compared, record.held) == (3, 3)
    observations.record(
        world.orders, {FIRST + i * WEEK: (90.0, 1.0) for i in range(24, 40)}, by=world.admin, at=AT
    )  # fmt: skip
    record = asked.track(world.orders, read.series([world.orders])[world.orders.pk])
    assert (record.compared, record.held) == (3, 0)


def test_the_present_gate_is_forecast_once_a_day(world: World) -> None:
    weeks(world, 39)
    made = forecasts.keep_gate(world.crawl, as_of=TODAY, at=AT)
    assert made is not None
    assert 0 <= made.numbers["chance"] <= 1
    assert forecasts.keep_gate(world.crawl, as_of=TODAY, at=AT) is None
    walk = world.norway.stages.get(key="walk")
    assert forecasts.keep_gate(walk, as_of=TODAY, at=AT) is None


def test_a_gate_without_data_is_refused_and_says_why(world: World) -> None:
    made = forecasts.keep_gate(world.crawl, as_of=TODAY, at=AT)
    assert made is not None
    made.refresh_from_db()
    assert (made.numbers["refused"], made.numbers["short"]) == ("no data", ["orders", 0])


def test_a_proof_is_made_anew_where_the_dates_change(world: World) -> None:
    weeks(world, 39)
    made = forecasts.keep_proof(world.crawl, as_of=TODAY, at=AT)
    assert made is not None
    assert [each["criterion"] for each in made.numbers["proofs"]] == ["orders >= 6 with 95% confidence"]
    assert forecasts.keep_proof(world.crawl, as_of=TODAY, at=AT) is None
    longer = world.crawl
    longer.ends = date(2026, 6, 28)
    longer.save()
    assert forecasts.keep_proof(longer, as_of=TODAY, at=AT) is not None
    assert Forecast.objects.filter(about="proof").count() == 2


def test_applying_a_plan_asks_for_its_forecast(world: World) -> None:
    Job.objects.all().update(finished_at=AT)
    text = STRATEGY.replace("budget: 20000 EUR", "budget: 30000 EUR")
    document = strategyfile.read(text, name="north.yaml", folder=Path("/"))
    strategies.apply(document, by=world.admin, at=AT, today=TODAY)
    walk = world.norway.stages.get(key="walk")
    assert Job.objects.filter(key=f"forecast:stage:{walk.pk}", finished_at=None).exists()


def test_money_spent_is_a_fact_and_makes_the_gate_due(world: World) -> None:
    text = STRATEGY.replace(
        "        crawl:\n          dates: 2026-01-05", "        spending: costs\n        crawl:\n          dates: 2026-01-05"
    ).replace(
        "  conversion: {", "  costs: {name: Costs, kind: count, unit: EUR, every: week}\n  conversion: {"
    ).replace("orders >= 6 with 95% confidence\n", "spent <= 100% of budget\n")  # fmt: skip
    document = strategyfile.read(text, name="north.yaml", folder=Path("/"))
    strategies.apply(document, by=world.admin, at=AT, today=TODAY, reason="Money counts.")
    costs = world.strategy.kpis.get(key="costs")
    Job.objects.all().update(finished_at=AT)
    observations.record(
        costs, {date(2026, 1, 5) + i * WEEK: (900.0, 1.0) for i in range(8)}, by=world.admin, at=AT
    )  # fmt: skip
    assert Job.objects.filter(key=f"evaluate:{world.crawl.pk}", finished_at=None).exists()
    kept = gates.evaluate(world.crawl, through=TODAY, by=world.admin, at=AT)
    assert kept is not None
    (finding,) = kept.findings["trigger"]
    assert (kept.outcome, finding["estimate"], finding["wanted"]) == ("unmet", 7200.0, 5000.0)
    assert min(finding["burn"]) > 1.2


def test_a_run_that_has_turned_is_proposed_for_back(world: World) -> None:
    """Norway walked because of its orders; they fall, so that stepping back is proposed."""
    day = date(2026, 3, 30)
    stages.move(world.norway, Move.GO, by=world.sofia, at=AT, effective_on=day, reason="Six a week.")
    falling = {FIRST + i * WEEK: (float(9 + i % 3 if i < 46 else 1 + i % 2), 1.0) for i in range(60)}
    observations.record(world.orders, falling, by=world.admin, at=AT)
    walk = world.norway.stages.get(key="walk")
    kept = gates.evaluate(walk, through=date(2026, 7, 26), by=world.admin, at=AT)
    assert kept is not None
    assert (kept.guard_outcome, kept.proposal) == ("unmet", "back")
    assert kept.spec["guardrail"] == "orders >= 6"


def test_many_kpis_at_once_wait_for_one_round(world: World) -> None:
    days = {TODAY - timedelta(days=n): (3.0 + n % 4, 100.0) for n in range(1, 31)}
    weeks = {date(2026, 2, 23) - timedelta(weeks=n): (5.0 + n % 3, 1.0) for n in range(20)}
    into = {Recordable.of(world.conversion): days, Recordable.of(world.orders): weeks}
    observations.record_all(into, by=world.admin, at=AT)
    assert Job.objects.filter(kind=Job.Kind.FORECAST, key__startswith="forecast:kpi").values_list(
        "key", flat=True
    ).get() == ("forecast:kpis")
    loop.drain("w", lambda: AT + timedelta(minutes=11), tick=False)
    assert set(Forecast.objects.filter(about="values").values_list("kpi__key", flat=True)) == {"conversion", "orders"}
