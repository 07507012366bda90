"""The invented transactions: the same every time, whole, and with the stories that the demo tells."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from gaitway.demo.demand import DAYS
from gaitway.demo.tables import HELPDESK_ENDS
from gaitway.demo.transactions import build

TODAY = date(2026, 3, 18)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(tmp_path_factory.mktemp("brimwell"), TODAY)


@pytest.fixture(scope="module")
def world(files: dict[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in files.items():
            connection.execute(f"create view {name} as select * from '{path}'")
        yield connection


def one(world: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    (row,) = world.sql(sql).fetchall()
    return row


def ago(days: int) -> str:
    return f"date '{TODAY - timedelta(days=days)}'"


def orders_a_week(world: duckdb.DuckDBPyConnection, market: str, oldest: int, newest: int) -> float:
    """Between so many days ago, both included."""
    (count,) = one(
        world,
        f"select count(*) from orders where market = '{market}' "
        f"and ordered_at::date between {ago(oldest)} and {ago(newest)}",
    )
    return count / (oldest - newest + 1) * 7


def share_returned(world: duckdb.DuckDBPyConnection, market: str, oldest: int, newest: int) -> float:
    (share,) = one(
        world,
        f"select avg(returned::int) from orders where market = '{market}' "
        f"and ordered_at::date between {ago(oldest)} and {ago(newest)}",
    )
    return share


def trial_share(world: duckdb.DuckDBPyConnection, market: str) -> float:
    return one(world, f"select sum(trials) / sum(visitors) from traffic where market = '{market}'")[0]


def test_the_same_seed_and_day_give_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    again = build(tmp_path / "again", TODAY)
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }


def test_another_seed_gives_other_orders(files: dict[str, Path], tmp_path: Path) -> None:
    other = build(tmp_path, TODAY, seed=21)
    assert other["orders"].read_bytes() != files["orders"].read_bytes()
    assert other["stations"].read_bytes() == files["stations"].read_bytes()


def test_a_leap_day_is_a_day_like_any_other(tmp_path: Path) -> None:
    path = build(tmp_path, date(2028, 2, 29))["deliveries"]
    ((first, last, days),) = duckdb.sql(f"select min(day), max(day), count(distinct day) from '{path}'").fetchall()
    assert (first, last, days) == (date(2026, 3, 2), date(2028, 2, 29), DAYS)


def test_two_years_up_to_today(world: duckdb.DuckDBPyConnection) -> None:
    first, last, days = one(
        world, "select min(ordered_at)::date, max(ordered_at)::date, count(distinct ordered_at::date) from orders"
    )
    assert (first, last, days) == (TODAY - timedelta(days=DAYS - 1), TODAY, DAYS)


def test_the_world_has_a_size_that_a_laptop_likes(world: duckdb.DuckDBPyConnection, files: dict[str, Path]) -> None:
    assert 60_000 < one(world, "select count(*) from orders")[0] < 80_000
    assert one(world, "select count(distinct market) from orders")[0] == 10
    assert sum(path.stat().st_size for path in files.values()) < 3_000_000


def test_nothing_is_missing_except_what_the_meters_would_say(
    world: duckdb.DuckDBPyConnection, files: dict[str, Path]
) -> None:
    missing = {}
    for name in files:
        for column in world.table(name).columns:
            gaps = one(world, f"select count(*) from {name} where {column} is null or {column}::text = 'nan'")[0]
            if gaps:
                missing[name, column] = gaps
    assert missing == {("stations", "litres"): one(world, "select count(*) from stations")[0]}


def test_every_order_has_its_own_number_and_one_first_order_a_customer(
    world: duckdb.DuckDBPyConnection,
) -> None:
    orders, numbers, customers, firsts = one(
        world,
        "select count(*), count(distinct order_id), count(distinct customer), count(*) filter (where first_order) "
        "from orders",
    )
    assert orders == numbers
    assert customers == firsts
    assert one(world, "select sum(new_customers) from costs")[0] == firsts
    assert one(world, "select sum(parcels) from deliveries")[0] == orders


def test_numbers_are_possible(world: duckdb.DuckDBPyConnection) -> None:
    assert one(world, "select count(*) from traffic where trials > visitors or trials < 0")[0] == 0
    assert one(world, "select count(*) from deliveries where late > parcels or late < 0 or breakages < 0")[0] == 0
    assert one(world, "select min(amount) > 0, max(amount) < 2000 from orders") == (True, True)
    assert one(world, "select min(marketing) >= 0, min(service_hours) >= 0 from costs") == (True, True)


def test_mondays_are_busier_than_saturdays(world: duckdb.DuckDBPyConnection) -> None:
    monday, saturday = one(
        world,
        "select count(*) filter (where isodow(ordered_at) = 1), count(*) filter (where isodow(ordered_at) = 6) "
        "from orders",
    )
    assert monday > 1.2 * saturday


def test_belgium_grows_steadily(world: duckdb.DuckDBPyConnection) -> None:
    quarters = [orders_a_week(world, "Belgium", oldest, oldest - 91) for oldest in (550, 410, 270, 130, 91)]
    assert quarters == sorted(quarters)
    assert quarters[-1] > 4 * quarters[0]


def test_spain_is_bad_and_ends(world: duckdb.DuckDBPyConnection) -> None:
    assert trial_share(world, "Spain") < 0.4 * trial_share(world, "Belgium")
    assert share_returned(world, "Spain", 330, 250) > 0.08
    assert orders_a_week(world, "Spain", 240, 0) == 0


def test_france_starts_with_luck_and_fades(world: duckdb.DuckDBPyConnection) -> None:
    assert orders_a_week(world, "France", 240, 150) > 4 * orders_a_week(world, "France", 56, 0)


def test_swedish_glass_breaks_in_the_frost_and_is_mended(world: duckdb.DuckDBPyConnection) -> None:
    before, frost, after = (share_returned(world, "Sweden", *days) for days in ((260, 140), (90, 46), (37, 0)))
    assert frost > 2 * before
    assert after < frost / 2


def test_the_new_carrier_is_late_less_often(world: duckdb.DuckDBPyConnection) -> None:
    old, new = one(
        world,
        f"select sum(late) filter (where day < {ago(621)}) / sum(parcels) filter (where day < {ago(621)}), "
        f"sum(late) filter (where day > {ago(90)}) / sum(parcels) filter (where day > {ago(90)}) from deliveries",
    )
    assert old > 0.11
    assert new < 0.06


def test_portugal_is_too_small_to_tell(world: duckdb.DuckDBPyConnection) -> None:
    assert one(world, "select sum(visitors) from traffic where market = 'Portugal'")[0] < 1_200


def test_the_helpdesk_went_silent(world: duckdb.DuckDBPyConnection) -> None:
    newest = one(world, "select max(opened_at)::date from tickets")[0]
    assert 0 <= (TODAY - newest).days - HELPDESK_ENDS <= 3
