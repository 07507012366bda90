"""KPIs from a real Prometheus, from PromQL to rows."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gaitway.connectors import find
from gaitway.connectors.base import Failure, Place, Query, Rows, Sign
from gaitway.connectors.prometheus import Prometheus
from gaitway.engine import periods, readings
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from tests.metrics import BEGIN, HALF_HOUR, Ask


def rows(result: Any) -> list[tuple[Any, ...]]:
    assert isinstance(result, Rows), result
    return result.rows


def fault(result: Any) -> str:
    assert isinstance(result, Failure), result
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", result.message)


def since(first: str, after: str, every: str = "day", zone: str = "UTC") -> dict[str, Any]:
    return {"since": date.fromisoformat(first), "until": date.fromisoformat(after), "every": every, "zone": zone}


def test_a_level_is_what_it_is_at_the_end_of_each_period(ask: Ask) -> None:
    result = ask("last_over_time(stock[1h])", **since("2025-01-01", "2025-01-04"))
    assert isinstance(result, Rows)
    assert (result.key, result.columns, result.types) == ("kpi", ("period", "value"), ("DATE", "DOUBLE"))
    assert result.rows == [("2025-01-01", 0.0), ("2025-01-02", 1.0), ("2025-01-03", 2.0)]


def test_a_sample_that_is_stale_is_not_taken(ask: Ask) -> None:
    """The newest is 30 minutes old when the day ends, and Prometheus looks back for five."""
    assert fault(ask("stock", **since("2025-01-01", "2025-01-04"))).startswith(
        "The expression gives nothing for any day"
    )


def test_a_count_of_a_day_holds_the_samples_of_that_day(ask: Ask) -> None:
    counted = rows(ask('count_over_time(visits_total{page="a"}[1d])', **since("2025-01-01", "2025-01-04")))
    assert counted == [("2025-01-01", 48.0), ("2025-01-02", 48.0), ("2025-01-03", 48.0)]


@pytest.mark.parametrize("every", list(Cadence))
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_every_period_of_every_calendar_is_met(ask: Ask, every: Cadence, zone: str) -> None:
    """The last sample of a period is the newest before it ends, also in months, and where clocks change."""
    asked = since("2025-02-01", "2026-01-15", every.value, zone)
    got = rows(ask('max(last_over_time(orders_total{page="a"}[6h]))', **asked))
    wanted = []
    for number in range(periods.first_whole(asked["since"], every), periods.index(asked["until"], every)):
        _, end = periods.bounds(number, every, ZoneInfo(zone))
        samples = -(-(end - BEGIN) // HALF_HOUR)  # that lie before the end
        wanted.append((periods.start(number, every).isoformat(), float(samples - 1)))
    assert got == wanted
    assert len(got) > 2


def test_columns_are_named_by_a_label_so_that_a_proportion_has_both(ask: Ask) -> None:
    expression = (
        'label_replace(sum(increase(orders_total[1w])), "column", "successes", "", "") or '
        'label_replace(sum(increase(visits_total[1w])), "column", "trials", "", "")'
    )
    result = ask(expression, **since("2025-03-03", "2025-03-24", "week"))
    assert isinstance(result, Rows)
    read = readings.read(Kind.PROPORTION, Cadence.WEEK, result.columns, result.rows, today=date(2025, 4, 1))
    assert sorted(read) == [date(2025, 3, 3), date(2025, 3, 10), date(2025, 3, 17)]
    assert [successes / trials for successes, trials in read.values()] == pytest.approx([0.25] * 3)


def test_one_series_may_name_its_column(ask: Ask) -> None:
    result = ask(
        'label_replace(sum(count_over_time(orders_total[1d])), "column", "events", "", "")',
        **since("2025-03-03", "2025-03-04"),
    )
    assert isinstance(result, Rows)
    assert (result.columns, result.rows) == (("period", "events"), [("2025-03-03", 96.0)])


def test_columns_may_be_named_by_their_metric(ask: Ask) -> None:
    result = ask('{__name__=~"orders_total|visits_total", page="a"} offset 29m', **since("2025-03-03", "2025-03-04"))
    assert isinstance(result, Rows)
    assert result.columns == ("period", "orders_total", "visits_total")


def test_several_series_are_told_with_their_labels(ask: Ask) -> None:
    message = fault(ask("last_over_time(visits_total[1h])", **since("2025-03-03", "2025-03-04")))
    assert message == (
        'The expression gives 2 series, and a KPI has one: visits_total{page="a"}; visits_total{page="b"}. Add them up, as in '
        'sum(…), or name the column of each: label_replace(…, "column", "successes", "", "").'
    )


@pytest.mark.parametrize("sql", ["0/0", "1/0", "-1/0", "(last_over_time(stock[1h]) > 1) / 0"])
def test_what_is_no_number_is_an_absent_period(ask: Ask, sql: str) -> None:
    assert rows(ask(sql, **since("2025-03-03", "2025-03-06"))) == []


def test_a_period_in_which_one_column_is_absent_is_absent(ask: Ask) -> None:
    expression = (
        'label_replace(sum(last_over_time(stock[1h])) > 1, "column", "successes", "", "") or '
        'label_replace(vector(9), "column", "trials", "", "")'
    )
    got = rows(ask(expression, **since("2025-01-01", "2025-01-05")))
    assert got == [("2025-01-03", 2.0, 9.0), ("2025-01-04", 3.0, 9.0)]


def test_more_points_than_one_answer_holds_are_asked_in_parts(ask: Ask) -> None:
    got = rows(ask("vector(1)", **since("1990-01-01", "2026-03-01")))
    assert len(got) == (date(2026, 3, 1) - date(1990, 1, 1)).days > 11_000
    assert [got[0][0], got[-1][0]] == ["1990-01-01", "2026-02-28"]


def test_without_a_beginning_it_is_the_last_year_and_without_an_end_until_today(ask: Ask) -> None:
    got = rows(ask("vector(1)", until=date(2026, 1, 15), every="week"))
    assert (got[0][0], got[-1][0], len(got)) == ("2025-01-20", "2026-01-05", 51)
    today = rows(ask("vector(1)"))
    assert len(today) == 365
    assert date.fromisoformat(today[-1][0]) >= date(2026, 1, 1) - timedelta(days=1)


ERRORS = {
    "no PromQL": ("sum(", "1:5: parse error: unclosed left parenthesis"),
    "SQL": ("select 1", '1:8: parse error: unexpected number "1"'),
    "no function": ("summ(stock)", '1:1: parse error: unknown function with name "summ"'),
    "a range": ("stock[5m]", 'invalid expression type "range vector" for range query'),
}


@pytest.mark.parametrize(("sql", "words"), ERRORS.values(), ids=ERRORS)
def test_an_error_in_promql_is_told_in_its_own_words_and_place(ask: Ask, sql: str, words: str) -> None:
    message = fault(ask(sql, **since("2025-03-03", "2025-03-06")))
    assert message.startswith("http://HOST/api/v1/query_range: ")
    assert words in message


def test_an_expression_that_gives_nothing_is_told(ask: Ask) -> None:
    result = ask("stok", **since("2025-03-03", "2025-03-17", "week"))
    assert fault(result) == (
        "The expression gives nothing for any week from 2025-03-03 on. Are its names right, and does Prometheus keep its "
        "data that long?"
    )
    assert (
        fault(ask("stock", **since("2025-03-03", "2025-03-04", "week")))
        == "No week lies between 2025-03-03 and 2025-03-04."
    )


def test_a_broken_query_holds_up_no_other(ask: Ask) -> None:
    queries = [
        Query("a", "sum(", "metrics", **since("2025-03-03", "2025-03-04")),
        Query("b", "vector(1)", "metrics", **since("2025-03-03", "2025-03-04")),
        Query("c", "vector(1)", "gone", **since("2025-03-03", "2025-03-04")),
    ]
    results = list(ask.connector.run({"metrics": ask.place}, queries))
    assert [(result.key, type(result)) for result in results] == [("a", Failure), ("b", Rows), ("c", Failure)]
    assert fault(results[2]) == 'Source "gone" is no longer declared.'


def test_a_probe_says_version_and_metrics(ask: Ask) -> None:
    signs: list[Sign] = list(ask.connector.probe("metrics", ask.place))
    assert [(sign.name, sign.fine) for sign in signs] == [("reaches", True), ("version", True), ("sample", True)]
    assert signs[0].says.startswith(f"{ask.place.location.removeprefix('prometheus+')}, where it is 20")
    assert re.fullmatch(r"Prometheus \d+\.\d+\..*", signs[1].says)
    assert signs[2].says == "3 metrics: orders_total, stock, visits_total"


def test_it_serves_addresses_of_prometheus_and_no_others() -> None:
    served = ["prometheus+https://metrics.example:9090/prefix", "prometheus+http://a", "PROMETHEUS+HTTPS://a"]
    assert [isinstance(find(Place(location)), Prometheus) for location in served] == [True] * 3
    assert not any(Prometheus().serves(Place(location)) for location in ["https://a", "prometheus://a", "shop.csv"])
