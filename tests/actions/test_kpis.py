"""Limits are re-set by those who answer for a KPI, for a reason, and everyone who sees the KPI can read it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from gaitway.actions import NotAllowed, Refused, kpis, observations
from gaitway.models import Event, Kpi, LimitReset, Person, Stage
from gaitway.queries import events
from gaitway.queries.words import happenings
from tests.world import AT, World

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]


@pytest.fixture
def orders(world: World) -> Kpi:
    observations.record(world.orders, dict.fromkeys(WEEKS, (5.0, 1.0)), by=world.admin, at=AT)
    Kpi.objects.filter(pk=world.orders.pk).update(owner=world.luca)
    return Kpi.objects.select_related("strategy").get(pk=world.orders.pk)


def reset(kpi: Kpi, by: Person, period: date = WEEKS[3], reason: str = "New prices") -> LimitReset:
    return kpis.reset_limits(kpi, period, reason, by=by, at=AT)


@pytest.mark.parametrize("who", ["luca", "admin", "strategist"])
def test_its_owner_strategists_and_administrators_do(world: World, orders: Kpi, who: str) -> None:
    Person.objects.filter(pk=world.theo.pk).update(access="strategist")
    person = Person.objects.get(pk=world.theo.pk) if who == "strategist" else getattr(world, who)
    reset(orders, person)
    made = LimitReset.objects.get()
    assert (made.kpi, made.period, made.reason, made.by, made.at) == (orders, WEEKS[3], "New prices", person, AT)


@pytest.mark.parametrize("who", ["sofia", "theo", "nadia"])
def test_nobody_else_does(world: World, orders: Kpi, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only the owner of Orders per week, a strategist or an administrator"):
        reset(orders, getattr(world, who))
    assert not LimitReset.objects.exists()


def test_an_owner_who_left_does_not(world: World, orders: Kpi) -> None:
    Person.objects.filter(pk=world.luca.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        reset(orders, Person.objects.get(pk=world.luca.pk))


def test_any_day_means_the_period_that_holds_it(world: World, orders: Kpi) -> None:
    assert reset(orders, world.luca, WEEKS[3] + timedelta(days=6)).period == WEEKS[3]


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_without_a_reason_nothing_is_reset(world: World, orders: Kpi, reason: str) -> None:
    with pytest.raises(Refused, match="needs its reason"):
        reset(orders, world.luca, reason=reason)
    assert not LimitReset.objects.exists()


@pytest.mark.parametrize(
    ("period", "message"),
    [
        (WEEKS[0] + timedelta(days=2), "first number on 2026-01-05: re-set its limits from a later period on"),
        (date(26, 1, 5), "first number on 2026-01-05"),
        (date(2026, 3, 9), "The period from 2026-03-09 has not begun"),
    ],
)
def test_a_reset_lies_in_the_history(world: World, orders: Kpi, period: date, message: str) -> None:
    with pytest.raises(Refused, match=message):
        reset(orders, world.luca, period)
    assert not LimitReset.objects.exists()


def test_the_present_period_may_begin_with_new_limits(world: World, orders: Kpi) -> None:
    assert reset(orders, world.luca, AT.date()).period == date(2026, 3, 2)


def test_without_a_number_there_are_no_limits(world: World) -> None:
    with pytest.raises(Refused, match="Conversion has no number yet"):
        reset(world.conversion, world.admin)


def test_a_period_is_reset_once_and_keeps_its_reason(world: World, orders: Kpi) -> None:
    reset(orders, world.luca)
    with pytest.raises(Refused, match="re-set from 2026-01-26 on already: New prices"):
        reset(orders, world.luca, WEEKS[3] + timedelta(days=1), "Another reason")
    assert LimitReset.objects.get().reason == "New prices"
    assert Event.objects.filter(kind="limits re-set").count() == 1


@pytest.mark.parametrize("wrong", [{"period": WEEKS[3]}, {"reason": ""}])
def test_the_database_keeps_the_rules(world: World, orders: Kpi, wrong: dict[str, object]) -> None:
    reset(orders, world.luca)
    fields = {"kpi": orders, "period": WEEKS[4], "reason": "x", "by": world.luca, "at": AT} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        LimitReset.objects.create(**fields)


def test_the_feed_tells_it_with_the_reason(world: World, orders: Kpi) -> None:
    reset(orders, world.luca)
    event = Event.objects.get(kind="limits re-set")
    said = happenings.said(event)
    assert said.text.startswith("re-set the limits of Orders per week from 26 Jan")
    assert said.quote == "New prices"
    (told,) = [item for day in events.feed(world.theo).days for item in day.items if item.kind == event.kind]
    assert (told.actor, told.quote) == (world.luca, "New prices")
    assert not Event.objects.visible_to(world.nadia).exists()


def test_of_a_kpi_that_only_a_restricted_initiative_reads_only_its_people_are_told(world: World, orders: Kpi) -> None:
    for stage in Stage.objects.filter(initiative=world.norway):
        stage.kpis.remove(orders)
    Stage.objects.get(initiative=world.iceland).kpis.add(orders)
    made = reset(orders, world.admin)
    event = Event.objects.get(kind="limits re-set")
    for person, sees in ((world.sofia, True), (world.admin, True), (world.luca, False), (world.nadia, False)):
        assert Event.objects.visible_to(person).filter(pk=event.pk).exists() == sees
        assert LimitReset.objects.visible_to(person).filter(pk=made.pk).exists() == sees
