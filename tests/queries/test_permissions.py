"""The table of permissions is what the rights themselves answer, for each right and each role."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from gaitway.actions import (
    NotAllowed,
    Refused,
    boards,
    checkins,
    comments,
    decisions,
    gates,
    initiatives,
    kpis,
    meetings,
    milestones,
    people,
    roadmap,
    roles,
    screens,
    stages,
    tasks,
    tokens,
    viewing,
)
from gaitway.actions import delegations as delegating
from gaitway.actions import sources as pulling
from gaitway.actions import strategies as applying
from gaitway.engine.stages import Move
from gaitway.models import Area, ChecklistItem, Event, Initiative, Kpi, Objective, Person, Role, Source, Task
from gaitway.queries import permissions, rights
from gaitway.queries.permissions import TABLE, Column, May
from tests.world import AT, TODAY, World, document

Asked = Callable[[Person, World], object]
SECOND = timedelta(seconds=1)


def does(action: Callable[[], object]) -> bool:
    """Whether it isn't refused to this person; what else it answers is no question of rights."""
    try:
        action()
    except NotAllowed:
        return False
    except Refused:
        return True
    return True


def somebody(world: World) -> Person:
    return people.invite("somebody@example.com", by=world.admin, at=AT)


def apply(person: Person, _world: World) -> object:
    return applying.apply(document(), by=person, at=AT, today=TODAY)


def give(role: str, area: bool = False) -> Asked:
    def asked(person: Person, world: World) -> object:
        place = Area.objects.get(name="Norway") if area else world.norway
        return roles.give(somebody(world), role, place, by=person, at=AT)

    return asked


def delegate(person: Person, absent: Person, to: Person) -> object:
    days = {"starts": TODAY, "ends": TODAY, "today": TODAY}
    return delegating.make(absent, to, **days, by=person, at=AT)


def end_token(person: Person, world: World) -> object:
    mine = tokens.make(world.sofia, name="x", scopes=["read"], by=world.sofia, at=AT)[0]
    return tokens.end(mine, by=person, at=AT)


# What each right is asked by: the query that shows it, or the action itself.
SEEN: dict[May, Asked] = {
    May.SEE: lambda person, world: Initiative.objects.visible_to(person).filter(pk=world.norway.pk).exists(),
    May.SEE_RESTRICTED: lambda person, world: Initiative.objects.visible_to(person).filter(key="norway").exists(),
    May.SEE_KPI: lambda person, world: Kpi.objects.visible_to(person).filter(pk=world.orders.pk).exists(),
    May.FEED: lambda person, world: Event.objects.visible_to(person).filter(initiative=None).exists(),
    May.RECORD: lambda person, world: rights.may_record(person, world.orders),
}
DONE: dict[May, Asked] = {
    May.TICK: lambda person, world: (
        gates.check(ChecklistItem.objects.get(), by=person, at=AT, on=TODAY),
        tasks.complete(Task.objects.get(), by=person, at=AT, on=TODAY),
    ),
    May.CHECK_IN: lambda person, world: checkins.record(world.norway, outlook="on track", on=TODAY, by=person, at=AT),
    May.TASKS: lambda person, world: tasks.add(world.crawl, "Print the boxes", by=person, at=AT),
    May.COMMENT: lambda person, world: comments.add(Task.objects.get(), "Well done", by=person, at=AT),
    May.MODERATE: lambda person, world: comments.remove(
        comments.add(Task.objects.get(), "Well done", by=world.theo, at=AT), by=person, at=AT
    ),
    May.LIMITS: lambda person, world: boards.set_limits(world.strategy, {"doing": 5}, by=person, at=AT),
    May.RESET_LIMITS: lambda person, world: kpis.reset_limits(
        world.orders, period=TODAY, reason="New", by=person, at=AT
    ),
    May.DECIDE: lambda person, world: decisions.decide(
        world.crawl, "hold", reason="Wait", by=person, at=AT, effective_on=TODAY
    ),
    May.APPROVE: lambda person, world: gates.approve(world.crawl, "sponsor", by=person, at=AT, on=TODAY),
    May.STEER: lambda person, world: stages.steer(
        world.norway, Move.PAUSE, reason="", by=person, at=AT, effective_on=TODAY
    ),
    May.REPLAN: lambda person, world: stages.replan(
        world.crawl, ends=TODAY + 30 * 86400 * SECOND, reason="Later", by=person, at=AT
    ),
    May.MILESTONES: lambda person, world: milestones.add(world.norway, "Fair", TODAY, by=person, at=AT),
    May.ADD: lambda person, world: initiatives.add(Objective.objects.get(), "Sweden", by=person, at=AT, today=TODAY),
    May.CHANGE: lambda person, world: initiatives.change(world.norway, {"name": "Norge"}, by=person, at=AT),
    May.RESTRICT: lambda person, world: initiatives.change(world.norway, {"restricted": True}, by=person, at=AT),
    May.RETIRE: lambda person, world: initiatives.retire(world.norway, reason="Over", by=person, at=AT),
    May.REVIEW: lambda person, world: meetings.start(world.strategy, by=person, at=AT, today=TODAY),
    May.PLAN: apply,
    May.ARRANGE: lambda person, world: roadmap.place(world.norway, world.iceland, by=person, at=AT),
    May.PULL: lambda person, world: pulling.pull(Source.objects.get(), by=person, at=AT),
    May.ROLES: give("viewer"),
    May.SPONSOR: give("sponsor"),
    May.AREAS: give("viewer", area=True),
    May.INVITE: lambda person, world: people.invite("new@example.com", access="guest", by=person, at=AT),
    May.INVITE_ADMINISTRATOR: lambda person, world: people.invite(
        "new@example.com", access="administrator", by=person, at=AT
    ),
    May.DELEGATE: lambda person, world: delegate(person, person, world.luca),
    May.DELEGATE_FOR_OTHERS: lambda person, world: delegate(person, world.sofia, world.luca),
    May.TOKENS: lambda person, world: tokens.make(
        person, name="x", scopes=["read"], by=person, at=datetime(2026, 3, 2, tzinfo=UTC)
    ),
    May.END_TOKENS: end_token,
    May.VIEW_AS: lambda person, world: viewing.begin(world.sofia, by=person, at=AT),
    May.SCREENS: lambda person, world: screens.make(name="Hall", views=[], by=person, at=AT),
}
BY_ACCESS = {Column.ADMINISTRATOR, Column.STRATEGIST, Column.MEMBER, Column.GUEST}


def who_asks(world: World, column: Column, where: str) -> Person:
    """A new person of this access, or a member with this role and nothing else."""
    access = column.value if column in BY_ACCESS else Person.Access.MEMBER
    person = people.invite("asks@example.com", access=access, by=world.admin, at=AT)
    if column not in BY_ACCESS:
        place = {"area": Area.objects.get(name="Norway"), "initiative": world.norway}[where]
        Role.objects.filter(role=column.value, **{where: place}).delete()
        roles.give(person, column.value, place, by=world.admin, at=AT)
    return person


def test_every_right_is_asked_once() -> None:
    assert sorted([*SEEN, *DONE]) == sorted(May) == sorted(TABLE)


@pytest.mark.parametrize("where", ["initiative", "area"])
@pytest.mark.parametrize("column", Column)
def test_the_table_is_what_the_rights_answer(world: World, column: Column, where: str) -> None:
    if where == "area" and column in BY_ACCESS:
        pytest.skip("access has no place")
    person = who_asks(world, column, where)
    answers = {}
    for may in May:
        point = transaction.savepoint()
        Initiative.objects.filter(pk=world.norway.pk).update(restricted=may is May.SEE_RESTRICTED)
        asked = SEEN.get(may)
        answers[may] = bool(asked(person, world)) if asked else does(lambda may=may: DONE[may](person, world))
        transaction.savepoint_rollback(point)
        world.norway.refresh_from_db()
    assert answers == {may: column in TABLE[may] for may in May}


@pytest.mark.parametrize("may", DONE)
def test_who_was_removed_may_nothing(world: World, may: May) -> None:
    """Whatever they were: planted as administrator and sponsor at once."""
    person = who_asks(world, Column.SPONSOR, "initiative")
    Person.objects.filter(pk=person.pk).update(access="administrator", is_active=False)
    person.refresh_from_db()
    assert not does(lambda: DONE[may](person, world))


def test_every_right_is_in_the_words_once_and_every_column_has_its_name() -> None:
    rows = [row for group in permissions.groups() for row in group.rows]
    assert [row.key for row in rows] == [may.value for may in May]
    assert [key for key, _name in permissions.columns()] == [column.value for column in Column]
    assert all(row.words and len(row.who) == len(Column) for row in rows)
