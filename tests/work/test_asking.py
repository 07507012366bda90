"""Which periods a source is asked for, and in which words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gaitway.actions import observations
from gaitway.models import Definition, Event, Job, Kpi, Observation, Pull
from gaitway.work import asking
from gaitway.work.asking import Span
from gaitway.work.pull import pull
from tests.world import AT, STRATEGY, World, build

DECLARED = STRATEGY.replace(
    "    sql: select period, events from shop\n",
    "    measure: {what: sum, of: n, time: day}\n    since: 2026-01-05\n    lookback: 2\n",
)


def clock() -> datetime:
    return AT


@pytest.fixture
def declared(db: object, tmp_path: Path) -> World:
    return build(tmp_path, DECLARED)


def sold(folder: Path, **weeks: int) -> None:
    rows = "".join(f"2026-{day[1:3]}-{day[3:]},{n}\n" for day, n in weeks.items())
    (folder / "orders.csv").write_text("day,n\n" + rows)


def known(kpi: Kpi) -> dict[str, list[float | None]]:
    found: dict[str, list[float | None]] = {}
    for period, events in (
        Observation.objects.filter(kpi=kpi).order_by("period", "revision").values_list("period", "events")
    ):
        found.setdefault(period.isoformat(), []).append(events)
    return found


def test_the_first_pull_asks_for_everything_from_its_first_day_on(declared: World) -> None:
    assert asking.span(declared.orders, AT) == Span(date(2026, 1, 5), date(2026, 3, 2))


def test_a_later_pull_asks_for_what_is_new_and_its_lookback(declared: World) -> None:
    observations.record(declared.orders, {date(2026, 1, 26): (5.0, 1.0)}, by=declared.admin, at=AT)
    assert asking.span(declared.orders, AT) == Span(date(2026, 1, 19), date(2026, 3, 2))


def test_a_person_asks_for_a_range(declared: World) -> None:
    asked = asking.span(declared.orders, AT, since=date(2026, 1, 15), until=date(2026, 2, 4))
    assert asked == Span(date(2026, 1, 12), date(2026, 2, 2))


def test_today_is_where_the_strategy_is(db: object, tmp_path: Path) -> None:
    text = DECLARED.replace("period: 2026", "calendar: {zone: Pacific/Auckland}, period: 2026")
    world = build(tmp_path, text)
    sunday_evening = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)  # already Monday there
    assert asking.span(world.orders, sunday_evening).until == date(2026, 3, 2)


def test_late_data_within_the_lookback_becomes_a_revision_and_older_numbers_stay(
    declared: World, tmp_path: Path
) -> None:
    sold(tmp_path, _0105=3, _0112=4, _0119=5)
    list(pull([declared.orders], by=declared.admin, clock=clock))
    sold(tmp_path, _0105=99, _0112=4, _0119=6, _0126=7)
    list(pull([declared.orders], by=declared.admin, clock=lambda: AT + timedelta(hours=1)))
    assert known(declared.orders) == {"2026-01-05": [3], "2026-01-12": [4], "2026-01-19": [5, 6], "2026-01-26": [7]}
    newest = Pull.objects.filter(kpi=declared.orders).first()
    assert newest is not None
    assert (newest.since, newest.rows, newest.new, newest.revised) == (date(2026, 1, 12), 3, 1, 1)
    assert Observation.objects.filter(pull=newest).count() == 2


def test_a_range_is_filled_and_nothing_outside_of_it_is_touched(declared: World, tmp_path: Path) -> None:
    sold(tmp_path, _0105=3, _0112=4, _0119=5)
    list(pull([declared.orders], by=declared.admin, clock=clock))
    sold(tmp_path, _0105=30, _0119=50)
    asked = {"since": date(2026, 1, 12), "until": date(2026, 1, 25)}
    list(pull([declared.orders], by=declared.admin, clock=lambda: AT + timedelta(hours=1), **asked))
    assert known(declared.orders) == {"2026-01-05": [3], "2026-01-12": [4, None], "2026-01-19": [5, 50]}


def test_the_words_in_which_the_source_was_asked_are_kept(declared: World, tmp_path: Path) -> None:
    sold(tmp_path, _0105=3)
    list(pull([declared.orders], by=declared.admin, clock=clock))
    asked = Kpi.objects.get(pk=declared.orders.pk).asked
    assert "SUM(CAST(counted AS DOUBLE)) AS events" in asked
    assert "\"day\" >= TIMESTAMP '2026-01-05 00:00:00'" in asked


FILLED = {
    "a place": ("where d >= :since and d < :until", "where d >= DATE '2026-01-05' and d < DATE '2026-03-02'"),
    "a cast": ("select a::since, ':since', \":until\"", "select a::since, ':since', \":until\""),
    "a comment": ("select 1 -- :since\n, :until", "select 1 -- :since\n, DATE '2026-03-02'"),
    "a longer word": (":sincerely", ":sincerely"),
}


@pytest.mark.parametrize(("sql", "wanted"), FILLED.values(), ids=FILLED)
def test_only_places_are_filled_in(sql: str, wanted: str) -> None:
    assert asking.filled(sql, Span(date(2026, 1, 5), date(2026, 3, 2))) == wanted


def test_a_definition_that_changes_what_is_counted_is_a_new_version_and_told(declared: World, tmp_path: Path) -> None:
    from gaitway.actions import strategies
    from tests.world import TODAY, document

    def apply(text: str) -> None:
        strategies.apply(document(text, tmp_path), by=declared.admin, at=AT, today=TODAY)

    apply(DECLARED)
    apply(DECLARED.replace("target: 10\n    source", "target: 12\n    source"))
    assert not Job.objects.filter(kind=Job.Kind.PULL).exists()
    apply(DECLARED.replace("target: 10\n    source", "target: 12\n    source").replace("of: n", "of: m"))
    assert Job.objects.get(kind=Job.Kind.PULL).payload == {"source": declared.orders.source_id}
    rows = Definition.objects.filter(kpi=declared.orders).values_list("version", "changed", "counts_anew")
    assert list(rows) == [(1, [], False), (2, ["target"], False), (3, ["measure"], True)]
    told = (
        Event.objects.filter(kind=Event.Kind.DEFINED).order_by("pk").values_list("data__version", "data__counts_anew")
    )
    assert list(told) == [(2, False), (3, True)]


@pytest.mark.parametrize(("old", "new", "says"), [
    ("kind: count", "kind: level", "orders has numbers as a count"),
    ("every: week", "every: day", "orders has a number for each week"),
    ("period: 2026", "calendar: {week_start: sunday}, period: 2026", "the calendar can't be changed any more"),
])  # fmt: skip
def test_numbers_that_are_kept_keep_their_meaning(
    declared: World, tmp_path: Path, old: str, new: str, says: str
) -> None:
    from gaitway.actions import strategies
    from gaitway.lib.strategyfile import StrategyFileError
    from tests.world import document

    observations.record(declared.orders, {date(2026, 1, 26): (5.0, 1.0)}, by=declared.admin, at=AT)
    text = DECLARED.replace(old, new, 1)
    assert text != DECLARED
    with pytest.raises(StrategyFileError) as refused:
        strategies.plan(document(text, tmp_path))
    assert says in str(refused.value)
