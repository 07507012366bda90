"""Who says how it goes, what is kept, and who is asked and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection

from gaitway import notices
from gaitway.actions import Conflict, NotAllowed, Refused, checkins, entries, people
from gaitway.actions.checkins import Incomplete
from gaitway.actions.entries import Entry
from gaitway.models import CheckIn, Event, Initiative, Job, Kpi, Notice, Observation, Person, Role, Stage
from tests.world import AT, TODAY, World

DAY = timedelta(days=1)
FINE: Mapping[str, object] = {"outlook": "on track", "on": TODAY, "at": AT}
WEEK = date(2026, 2, 23)


@pytest.fixture(autouse=True)
def weekly(world: World) -> None:
    Stage.objects.filter(initiative=world.norway).update(check_in="week")


def told(world: World) -> None:
    """Every event that people are told of, as the worker does."""
    for job in Job.objects.filter(kind=Job.Kind.TELL):
        notices.tell(Event.objects.select_related("initiative").get(pk=job.payload["event"]), at=AT)


def levels(kind: str) -> dict[str, str]:
    return {notice.person.email.partition("@")[0]: notice.level for notice in Notice.objects.filter(event__kind=kind)}


def by_hand(world: World) -> Kpi:
    """Sofia and Luca enter the orders of Norway themselves."""
    Kpi.objects.filter(pk=world.orders.pk).update(source=None, sql="")
    return Kpi.objects.get(pk=world.orders.pk)


def test_what_is_said_is_kept_with_its_stage_and_the_day_of_its_gate(world: World) -> None:
    made = checkins.record(world.norway, successes=" Forty orders. ", next="Bergen", by=world.luca, **FINE)
    kept = CheckIn.objects.get()
    assert kept == made
    assert (kept.outlook, kept.successes, kept.difficulties, kept.next) == ("on track", "Forty orders.", "", "Bergen")
    assert (kept.stage, kept.gate_due, kept.by, kept.on, kept.at) == (
        world.crawl,
        date(2026, 3, 29),
        world.luca,
        TODAY,
        AT,
    )
    event = Event.objects.get(kind=Event.Kind.CHECK_IN)
    assert event.initiative == world.norway
    assert (event.data["outlook"], event.data["successes"]) == ("on track", "Forty orders.")


def test_nothing_of_it_is_ever_changed(world: World) -> None:
    checkins.record(world.norway, by=world.luca, **FINE)
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("update gaitway_checkin set outlook = 'off track'")


@pytest.mark.parametrize("who", ["sofia", "luca", "theo", "admin"])
def test_who_works_in_it_may_check_in(world: World, who: str) -> None:
    assert checkins.record(world.norway, by=getattr(world, who), **FINE).by == getattr(world, who)


def test_others_may_not(world: World) -> None:
    ines = people.invite("ines@example.com", by=world.admin, at=AT)
    for somebody in (world.nadia, ines):
        with pytest.raises(NotAllowed):
            checkins.record(world.norway, by=somebody, **FINE)
    with pytest.raises(NotAllowed):
        checkins.record(world.iceland, by=world.luca, **FINE)
    assert not CheckIn.objects.exists()


def test_twice_with_one_key_is_once(world: World) -> None:
    first = checkins.record(world.norway, key="a1", by=world.luca, **FINE)
    again = checkins.record(world.norway, key="a1", by=world.luca, **{**FINE, "outlook": "off track"})
    assert again == first
    assert Event.objects.filter(kind=Event.Kind.CHECK_IN).count() == 1
    assert checkins.record(world.norway, key="a1", by=world.theo, **FINE) != first  # everybody has keys of their own
    with pytest.raises(Refused, match="another initiative"):
        checkins.record(world.iceland, key="a1", by=world.sofia, **FINE) and checkins.record(
            world.norway, key="a1", by=world.sofia, **FINE
        )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"outlook": "green"}, "outlook"),
        ({"outlook": "at risk"}, "difficulties"),
        ({"outlook": "off track", "successes": "Some", "next": "More"}, "difficulties"),
        ({"successes": "x" * 5001}, "successes"),
        ({"on": TODAY + DAY}, "on"),
        ({"on": TODAY - 32 * DAY}, "on"),
        ({"key": "x" * 65}, "key"),
    ],
)
def test_what_is_incomplete_is_refused_with_its_field(world: World, given: dict[str, object], field: str) -> None:
    with pytest.raises(Incomplete) as refused:
        checkins.record(world.norway, by=world.luca, **{**FINE, **given})
    assert refused.value.field == field
    assert not CheckIn.objects.exists()


def test_what_is_over_needs_no_check_in(world: World) -> None:
    Initiative.objects.filter(pk=world.norway.pk).update(state="stopped")
    with pytest.raises(Refused, match="Norway is stopped"):
        checkins.record(world.norway, by=world.luca, **FINE)


def test_numbers_come_with_it(world: World) -> None:
    orders = by_hand(world)
    numbers = {orders: {WEEK: Entry((7.0, 1.0), 0)}}
    checkins.record(world.norway, numbers=numbers, by=world.luca, **FINE)
    kept = Observation.objects.get()
    assert (kept.kpi, kept.period, kept.events, kept.by) == (orders, WEEK, 7.0, world.luca)


def test_with_a_number_that_somebody_else_wrote_nothing_is_kept(world: World) -> None:
    orders = by_hand(world)
    entries.enter(orders, {WEEK: Entry((9.0, 1.0), 0)}, by=world.sofia, at=AT, today=TODAY)
    with pytest.raises(Conflict, match="Orders per week"):
        checkins.record(world.norway, numbers={orders: {WEEK: Entry((7.0, 1.0), 0)}}, by=world.luca, **FINE)
    with pytest.raises(NotAllowed):  # Theo is on the team, and enters no numbers
        checkins.record(world.norway, numbers={orders: {WEEK: Entry((7.0, 1.0), 1)}}, by=world.theo, **FINE)
    assert not CheckIn.objects.exists()
    assert Observation.objects.get().events == 9.0


def test_sponsor_and_lead_are_told_and_the_sponsor_is_asked_for_help(world: World) -> None:
    checkins.record(world.norway, by=world.theo, **FINE)
    told(world)
    assert levels("check-in") == {"sofia": "follow", "luca": "follow"}
    checkins.record(world.norway, by=world.luca, **{**FINE, "outlook": "at risk"}, help="Call the carrier")
    told(world)
    needed = Notice.objects.get(event__kind="check-in", level="needs me")
    assert (needed.person, needed.stage, needed.done_at) == (world.sofia, None, None)


def test_the_lead_is_asked_once_a_due_day_and_no_more_when_somebody_has_spoken(world: World) -> None:
    Initiative.objects.filter(pk=world.norway.pk).update(stage_since=date(2026, 2, 23))  # the first is due today
    system = people.system(at=AT)
    assert checkins.remind(by=system, at=AT - DAY) == 0
    assert checkins.remind(by=system, at=AT) == 1
    assert checkins.remind(by=system, at=AT) == 0
    assert checkins.remind(by=system, at=AT + 8 * DAY) == 0  # no second time for what is still open
    told(world)
    assert levels("check-in due") == {"luca": "needs me"}
    checkins.record(world.norway, by=world.theo, **FINE)
    assert Notice.objects.get(event__kind="check-in due").done_at == AT
    assert checkins.remind(by=system, at=AT + 7 * DAY) == 1  # the next due day


def test_another_lead_is_asked_in_the_place_of_the_first(world: World) -> None:
    Initiative.objects.filter(pk=world.norway.pk).update(stage_since=date(2026, 2, 23))
    system = people.system(at=AT)
    checkins.remind(by=system, at=AT)
    told(world)
    Role.objects.filter(initiative=world.norway, role="lead").update(person=world.theo)
    assert checkins.remind(by=system, at=AT + DAY) == 1
    assert Notice.objects.get(event__kind="check-in due", person=world.luca).done_at == AT + DAY


@pytest.mark.parametrize("change", [{"state": "paused"}, {"state": "proposed"}, {"retired_at": AT}])
def test_nobody_is_asked_where_nothing_runs(world: World, change: dict[str, object]) -> None:
    Initiative.objects.filter(pk=world.norway.pk).update(stage_since=date(2026, 1, 5), **change)
    assert checkins.remind(by=people.system(at=AT), at=AT) == 0


def test_nobody_is_asked_where_the_stage_says_never(world: World) -> None:
    Stage.objects.filter(initiative=world.norway).update(check_in="never")
    assert checkins.remind(by=people.system(at=AT), at=AT) == 0


def test_a_call_for_help_says_so_in_the_inbox(world: World) -> None:
    from gaitway.queries import notices as inbox

    with time_machine.travel(AT):
        checkins.record(world.norway, by=world.luca, **{**FINE, "outlook": "off track"}, help="Call the carrier")
        told(world)
        page = inbox.inbox(Person.objects.get(pk=world.sofia.pk))
    assert [(line.title, line.body) for line in page.notices] == [
        ("Norway: Luca Brandt checked in, off track", "Help needed: Call the carrier")
    ]
