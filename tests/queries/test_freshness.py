"""When the next value is owed, by whom, and when nothing is fresh any more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from gaitway.actions import kpis, observations, people
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Notice
from gaitway.queries import freshness, notices
from gaitway.work import loop
from tests.world import AT, TODAY, World


def test_a_value_by_hand_is_owed_by_its_owner_and_a_pulled_one_by_its_source(world: World) -> None:
    world.conversion.owner = world.theo
    by_hand = freshness.due(world.conversion, date(2026, 2, 27), TODAY)
    assert (by_hand.first, by_hand.on, by_hand.owed) == (date(2026, 2, 28), date(2026, 3, 1), True)
    assert (by_hand.person, by_hand.source, by_hand.missing) == (world.theo, "", 2)
    pulled = freshness.due(world.orders, date(2026, 2, 22), TODAY)
    assert (pulled.first, pulled.last, pulled.on) == (date(2026, 2, 23), date(2026, 3, 1), date(2026, 3, 3))
    assert (pulled.owed, pulled.person, pulled.source, pulled.missing) == (False, None, "shop", 1)


def test_the_days_until_a_value_is_owed_can_be_declared(world: World) -> None:
    world.orders.due_after = 0
    assert freshness.due(world.orders, date(2026, 2, 22), TODAY).owed
    world.orders.due_after = 30
    assert freshness.due(world.orders, date(2026, 2, 22), TODAY).on == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("newest", "wanted"), [(None, "none"), (date(2026, 2, 26), "fresh"), (date(2026, 2, 25), "stale")]
)
def test_it_turns_to_no_fresh_data_by_itself(newest: date | None, wanted: str) -> None:
    assert freshness.state(newest, Cadence.DAY, TODAY) == wanted


def owe(world: World) -> None:
    Kpi.objects.filter(pk=world.conversion.pk).update(owner=world.theo)


def test_the_owner_is_told_once_a_period_until_the_value_is_there(world: World) -> None:
    owe(world)
    system = people.system(at=AT)
    later = AT + timedelta(days=1)
    assert [kpis.remind(by=system, at=at) for at in (AT, AT, later)] == [1, 0, 1]
    loop.drain("w", lambda: later, tick=False)
    line, before = notices.inbox(world.theo).notices
    assert before.title == "Conversion: Gaitway waits for the value of Conversion up to 28 Feb"
    assert line.target is not None
    assert (line.target.kind, line.target.key) == ("kpi", "north/conversion")
    assert line.title == "Conversion: Gaitway waits for the value of Conversion up to 1 Mar"
    assert notices.inbox(world.luca).notices == []
    observations.record(world.conversion, {TODAY: (3.0, 90.0)}, by=world.theo, at=later)
    kpis.remind(by=system, at=later)
    assert not Notice.objects.filter(done_at=None, level=Notice.Level.NEEDS_ME).exists()


def test_who_may_not_see_a_kpi_is_not_told(world: World) -> None:
    Kpi.objects.filter(pk=world.conversion.pk).update(owner=world.nadia)
    later = AT + timedelta(days=1)
    assert kpis.remind(by=people.system(at=AT), at=later) == 1
    loop.drain("w", lambda: later, tick=False)
    assert not Notice.objects.filter(person=world.nadia).exists()


def test_reminding_costs_the_same_however_many_kpis(world: World, django_assert_num_queries: object) -> None:
    owe(world)
    system = people.system(at=AT)
    later = AT + timedelta(days=1)
    kpis.remind(by=system, at=later)
    for n in range(20):
        Kpi.objects.create(strategy=world.strategy, key=f"k{n}", name=f"K{n}", kind="level", cadence="day", owner=world.theo,
                           source=None)  # fmt: skip
    kpis.remind(by=system, at=later)
    turn = connection.vendor == "postgresql"  # asks for its turn
    with django_assert_num_queries(6 + turn):  # type: ignore[operator]  # the transaction's two and four
        kpis.remind(by=system, at=later)
