"""While somebody is away: the other one decides and approves, sees no more than that, and only while it runs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gaitway import notices
from gaitway.actions import NotAllowed, Refused, decisions, delegations, gates, people, roles
from gaitway.actions import events as happened
from gaitway.models import Area, Delegation, Event, Initiative, Kpi, Notice, Person, Task
from gaitway.queries import events, live, rights
from gaitway.queries import notices as inbox
from tests.world import AT, TODAY, World

DAY = timedelta(days=1)
FIRST, LAST = TODAY, TODAY + 6 * DAY


@pytest.fixture
def ines(world: World) -> Person:
    return people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)


def away(person: Person, to: Person, **changes: object) -> Delegation:
    values = {"starts": FIRST, "ends": LAST, "by": person, "at": AT, "today": TODAY, **changes}
    return delegations.make(person, to, **values)  # type: ignore[arg-type]  # as each test needs them


def on(person: Person, day: date) -> Person:
    found = Person.objects.get(pk=person.pk)
    found.day = day
    return found


@pytest.mark.parametrize(
    ("day", "holds"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)], ids=str
)
def test_from_the_first_day_to_the_last_and_no_longer(world: World, ines: Person, day: date, holds: bool) -> None:
    away(world.sofia, ines)
    looks = on(ines, day)
    assert rights.may_decide(looks, world.iceland) is holds
    assert rights.acting_for(looks, world.iceland, day) == (world.sofia if holds else None)
    assert Initiative.objects.visible_to(looks).filter(key="iceland").exists() is holds
    assert Task.objects.visible_to(looks).exists()  # as a member sees Norway anyhow
    assert live.standing([ines.pk], day)[ines.pk][1] == (
        False,
        frozenset({(world.norway.pk, None), (world.iceland.pk, None)} if holds else ()),
    )


def test_who_is_let_in_without_a_day_stands_in_for_nobody(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    assert ines.day is None
    assert not rights.may_decide(ines, world.iceland)
    assert not Initiative.objects.visible_to(ines).filter(key="iceland").exists()


def test_a_guest_sees_those_initiatives_and_no_others(world: World) -> None:
    away(world.luca, world.nadia)
    looks = on(world.nadia, FIRST)
    assert [each.key for each in Initiative.objects.visible_to(looks)] == ["norway"]
    assert {kpi.key for kpi in Kpi.objects.visible_to(looks)} == {"orders", "conversion"}
    assert not rights.may_decide(looks, world.norway)  # Luca leads, he doesn't decide
    assert rights.may_approve(looks, world.norway, "lead")


def test_only_deciding_and_approving_are_handed_on(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    looks = on(ines, FIRST)
    assert not rights.works_in(looks, world.norway)
    assert not rights.may_record(looks, world.orders)
    assert not rights.may_assign(looks, "viewer", world.norway)


def test_what_an_administrator_sees_is_not_handed_on(world: World, ines: Person) -> None:
    root = people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    away(root, ines)
    looks = on(ines, FIRST)
    assert not Initiative.objects.visible_to(looks).filter(key="iceland").exists()
    assert not rights.may_decide(looks, world.norway)


def test_a_decision_says_on_whose_behalf(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    decisions.decide(world.crawl, "hold", reason="Wait", by=on(ines, FIRST), at=AT, effective_on=TODAY)
    event = Event.objects.get(kind=Event.Kind.DECISION)
    assert (event.by, event.behalf) == (ines, world.sofia)
    (item,) = events.items([event])
    assert item.text == "on behalf of Sofia Marino decided to stay in Crawl:"
    decisions.decide(world.crawl, "hold", reason="Wait", by=on(world.sofia, FIRST), at=AT, effective_on=TODAY)
    assert "on_behalf" not in Event.objects.filter(kind=Event.Kind.DECISION).first().data  # type: ignore[union-attr]


def test_an_approval_says_so_too(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    with pytest.raises(NotAllowed):
        gates.approve(world.crawl, "lead", by=on(ines, FIRST), at=AT, on=TODAY)
    gates.approve(world.crawl, "sponsor", by=on(ines, FIRST), at=AT, on=TODAY)
    assert Event.objects.get(kind=Event.Kind.APPROVAL).data["on_behalf"] == "Sofia Marino"


def test_an_administrator_decides_in_their_own_name(world: World) -> None:
    root = people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    away(world.sofia, root)
    assert rights.on_behalf(on(root, FIRST), world.norway) is None


def test_roles_in_the_area_are_stood_in_for(world: World, ines: Person) -> None:
    ada = people.invite("ada@example.com", by=world.admin, at=AT)
    roles.give(ada, "sponsor", Area.objects.get(name="Iceland"), by=world.admin, at=AT)
    away(ada, ines)
    assert rights.acting_for(ines, world.iceland, FIRST) == ada
    assert rights.acting_for(ines, world.norway, FIRST) is None


def test_what_needs_the_absent_needs_the_other_too(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    event = happened.record(
        Event.Kind.OVERDUE, by=people.system(at=AT), at=AT, initiative=world.norway, data={"stage": "crawl"}
    )
    notices.tell(event, at=AT)
    needed = Notice.objects.filter(event=event, level=Notice.Level.NEEDS_ME)
    assert {notice.person for notice in needed} == {world.sofia, ines}
    notices.tell(event, at=AT)
    assert needed.count() == 2


def test_a_notice_of_what_is_restricted_goes_with_the_delegation(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    Initiative.objects.filter(pk=world.norway.pk).update(restricted=True)
    event = happened.record(
        Event.Kind.OVERDUE, by=people.system(at=AT), at=AT, initiative=world.norway, data={"stage": "crawl"}
    )
    notices.tell(event, at=AT)
    assert inbox.inbox(on(ines, LAST)).needs == 1
    assert inbox.inbox(on(ines, LAST + DAY)).needs == 0


@pytest.mark.parametrize("early", [True, False])
def test_what_waited_for_the_other_one_waits_no_more(world: World, ines: Person, early: bool) -> None:
    made = away(world.sofia, ines)
    event = happened.record(
        Event.Kind.OVERDUE, by=people.system(at=AT), at=AT, initiative=world.norway, data={"stage": "crawl"}
    )
    notices.tell(event, at=AT)
    delegations.close(by=world.admin, at=AT, today=LAST)
    assert inbox.waiting(ines) == 1
    if early:
        delegations.end(made, by=world.sofia, at=AT)
    else:
        delegations.close(by=world.admin, at=AT, today=LAST + DAY)
    assert (inbox.waiting(ines), inbox.waiting(world.sofia)) == (0, 1)


def test_the_other_one_is_told_but_not_why(world: World, ines: Person) -> None:
    away(world.sofia, ines, reason="Surgery")
    event = Event.objects.get(kind=Event.Kind.DELEGATED)
    (notice,) = notices.tell(event, at=AT)
    assert notice.person == ines
    assert "Surgery" not in str(event.data)
    assert not Delegation.objects.visible_to(world.theo).exists()
    assert Delegation.objects.visible_to(ines).get().reason == "Surgery"


REFUSED = {
    "oneself": ({"to": "sofia"}, "Nobody stands in for themselves"),
    "days that are over": ({"starts": TODAY - DAY}, "The first day, 2026-03-01, is over"),
    "the last before the first": ({"ends": TODAY - DAY}, "The last day, 2026-03-01, is before the first, 2026-03-02"),
    "too long": ({"ends": TODAY + 400 * DAY}, "That is longer than 366 days"),
    "a part of Gaitway": ({"to": "admin"}, "Terminal can't sign in"),
}


@pytest.mark.parametrize(("changes", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(world: World, changes: dict[str, object], words: str) -> None:
    to = getattr(world, str(changes.pop("to", "luca")))
    with pytest.raises(Refused, match=words):
        away(world.sofia, to, **changes)
    assert not Delegation.objects.exists()


def test_nobody_else_says_it(world: World, ines: Person) -> None:
    with pytest.raises(NotAllowed):
        away(world.sofia, ines, by=world.luca)
    assert away(world.sofia, ines, by=world.admin).by == world.admin


@pytest.mark.parametrize(
    ("starts", "ends", "meets"),
    [(0, 6, True), (-0, 0, True), (6, 9, True), (7, 9, False)],
)
def test_no_overlap(world: World, ines: Person, starts: int, ends: int, meets: bool) -> None:
    away(world.sofia, world.luca)
    days = {"starts": FIRST + starts * DAY, "ends": FIRST + ends * DAY}
    if meets:
        with pytest.raises(
            Refused, match="Luca Brandt stands in for Sofia Marino from 2026-03-02 to 2026-03-08 already"
        ):
            away(world.sofia, ines, **days)
    else:
        away(world.sofia, ines, **days)


def test_no_chains(world: World, ines: Person) -> None:
    away(world.sofia, world.luca)
    with pytest.raises(Refused, match=r"Luca Brandt stands in for Sofia Marino from .*: end that first"):
        away(world.luca, ines)
    with pytest.raises(Refused, match="Sofia Marino is away from 2026-03-02 to 2026-03-08: choose somebody else"):
        away(ines, world.sofia)
    Delegation.objects.create(person=world.luca, to=ines, starts=FIRST, ends=LAST, by=world.luca, at=AT)
    assert rights.acting_for(ines, world.norway, FIRST) is None
    assert rights.acting_for(ines, world.norway, FIRST, "lead") == world.luca


@pytest.mark.parametrize("who", ["sofia", "luca", "admin"])
def test_either_of_the_two_ends_it_early(world: World, who: str) -> None:
    made = away(world.sofia, world.luca)
    for _ in range(2):
        delegations.end(made, by=getattr(world, who), at=AT)
    assert rights.acting_for(world.luca, world.norway, FIRST) is None
    assert Event.objects.filter(kind=Event.Kind.DELEGATION_ENDED).count() == 1
    away(world.sofia, world.theo)


def test_nobody_else_ends_it(world: World) -> None:
    made = away(world.sofia, world.luca)
    with pytest.raises(NotAllowed):
        delegations.end(made, by=world.theo, at=AT)


def test_who_was_removed_hands_nothing_on_and_takes_nothing(world: World, ines: Person) -> None:
    away(world.sofia, ines)
    Person.objects.filter(pk=world.sofia.pk).update(is_active=False)
    assert rights.acting_for(ines, world.norway, FIRST) is None
    Person.objects.update(is_active=True)
    Person.objects.filter(pk=ines.pk).update(is_active=False)
    assert not rights.may_decide(on(ines, FIRST), world.norway)
