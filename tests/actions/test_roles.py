"""Roles are given and taken by one action: nobody gives more than they hold, and no initiative is left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gaitway.actions import NotAllowed, Refused, gates, people, roles, strategies
from gaitway.lib import strategyfile
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Area, Event, Initiative, Kpi, Person, Role, Task
from gaitway.queries import rights
from gaitway.queries import strategies as asked
from tests.world import AT, STRATEGY, TODAY, World, document

Kind = Role.Kind


@pytest.fixture
def ines(world: World) -> Person:
    return people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)


def who_is(place: Initiative | Area) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for role in place.roles.select_related("person").order_by("person__email"):
        found.setdefault(role.role, []).append(role.person.email.partition("@")[0])
    return found


# Who may give which role in Norway: Sofia sponsors, Luca leads, Theo is on the team, Nadia is nobody.
MAY = {
    "admin": set(Kind.values),
    "sofia": set(Kind.values),
    "luca": {"lead", "contributor", "consulted", "viewer"},
    "theo": set(),
    "nadia": set(),
}


SAID = {"contributor": "team member"}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("who", MAY)
def test_nobody_gives_more_than_they_hold(world: World, ines: Person, who: str, kind: str) -> None:
    by = getattr(world, who)
    if kind in MAY[who]:
        roles.give(ines, kind, world.norway, by=by, at=AT)
        assert "ines" in who_is(world.norway)[kind]
    else:
        before = who_is(world.norway)
        with pytest.raises(NotAllowed, match=f"can say who is {SAID.get(kind, kind)} of Norway"):
            roles.give(ines, kind, world.norway, by=by, at=AT)
        assert who_is(world.norway) == before


def test_a_role_in_an_initiative_gives_none_elsewhere(world: World, ines: Person) -> None:
    with pytest.raises(NotAllowed):
        roles.give(ines, "viewer", world.iceland, by=world.luca, at=AT)
    for by in (world.sofia, world.luca):
        with pytest.raises(NotAllowed, match="can say who is viewer in Norway"):
            roles.give(ines, "viewer", Area.objects.get(name="Norway"), by=by, at=AT)


def test_a_sponsor_hands_over(world: World, ines: Person) -> None:
    roles.give(ines, "sponsor", world.norway, by=world.sofia, at=AT)
    assert who_is(world.norway)["sponsor"] == ["ines"]
    taken, given = Event.objects.filter(kind__startswith="role").order_by("pk")
    assert (taken.kind, taken.data["name"], taken.data["before"], taken.data["after"]) == (
        "role taken", "Sofia Marino", ["sponsor"], [],
    )  # fmt: skip
    assert (given.kind, given.data["person"], given.data["before"], given.data["after"], given.by) == (
        "role given", ines.pk, [], ["sponsor"], world.sofia,
    )  # fmt: skip
    assert not rights.may_decide(world.sofia, world.norway)


def test_giving_twice_changes_nothing(world: World, ines: Person) -> None:
    for _ in range(2):
        roles.give(ines, "consulted", world.norway, by=world.luca, at=AT)
    assert Event.objects.filter(kind=Event.Kind.ROLE_GIVEN).count() == 1


@pytest.mark.parametrize("kind", ["sponsor", "lead"])
def test_the_last_one_stays(world: World, kind: str) -> None:
    holder = {"sponsor": world.sofia, "lead": world.luca}[kind]
    with pytest.raises(Refused, match=f"Norway would have no {kind} any more. Give the role to somebody else instead."):
        roles.take(holder, kind, world.norway, by=world.admin, at=AT)
    assert not Event.objects.filter(kind=Event.Kind.ROLE_TAKEN).exists()


def test_where_the_area_has_one_the_initiative_may_lose_its_own(world: World, ines: Person) -> None:
    norway = Area.objects.get(name="Norway")
    roles.give(ines, "sponsor", norway, by=world.admin, at=AT)
    roles.take(world.sofia, "sponsor", world.norway, by=world.admin, at=AT)
    with pytest.raises(Refused, match="Norway would have no sponsor any more"):
        roles.take(ines, "sponsor", norway, by=world.admin, at=AT)


def test_what_is_no_role_and_who_can_have_none(world: World, ines: Person) -> None:
    with pytest.raises(Refused, match="A role is one of sponsor, lead, contributor, consulted, viewer, not 'boss'"):
        roles.give(ines, "boss", world.norway, by=world.admin, at=AT)
    with pytest.raises(Refused, match="only people who may sign in can"):
        roles.give(world.admin, "viewer", world.norway, by=world.sofia, at=AT)
    Person.objects.filter(pk=ines.pk).update(is_active=False)
    ines.refresh_from_db()
    with pytest.raises(Refused, match="only people who may sign in can"):
        roles.give(ines, "viewer", world.norway, by=world.sofia, at=AT)


def test_taking_what_nobody_has_changes_nothing(world: World, ines: Person) -> None:
    roles.take(ines, "viewer", world.norway, by=world.sofia, at=AT)
    assert not Event.objects.filter(kind=Event.Kind.ROLE_TAKEN).exists()


RIGHTS: dict[str, tuple[Callable[[Person, World], bool], set[str]]] = {
    "sees what is restricted": (
        lambda person, world: Initiative.objects.visible_to(person).filter(pk=world.iceland.pk).exists(),
        set(Kind.values),
    ),
    "decides": (lambda person, world: rights.may_decide(person, world.iceland), {"sponsor"}),
    "works in it": (lambda person, world: rights.works_in(person, world.iceland), {"sponsor", "lead", "contributor"}),
    "records": (
        lambda person, world: rights.recordable(person, Kpi.objects.filter(key="conversion")).exists(),
        {"sponsor", "lead"},
    ),
    "approves as lead": (lambda person, world: rights.may_approve(person, world.iceland, "lead"), {"lead"}),
    "gives roles": (lambda person, world: rights.may_assign(person, "viewer", world.iceland), {"sponsor", "lead"}),
}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("right", RIGHTS)
def test_a_role_in_the_area_is_worth_what_one_in_the_initiative_is(
    world: World, ines: Person, right: str, kind: str
) -> None:
    asks, holders = RIGHTS[right]
    assert not asks(ines, world)
    for place in (Area.objects.get(name="Iceland"), world.iceland):
        roles.give(ines, kind, place, by=world.admin, at=AT)
        assert asks(ines, world) == (kind in holders)
        Role.objects.filter(person=ines).delete()
    roles.give(ines, kind, Area.objects.get(name="Norway"), by=world.admin, at=AT)
    if right != "records":  # the plan of Norway reads it too
        assert not asks(ines, world)


def test_what_has_no_area_is_nobodys_by_its_area(world: World, ines: Person) -> None:
    roles.give(ines, "sponsor", Area.objects.get(name="Iceland"), by=world.admin, at=AT)
    Initiative.objects.update(area=None)
    world.iceland.refresh_from_db()
    assert not rights.may_decide(ines, world.iceland)
    assert not Initiative.objects.visible_to(ines).filter(pk=world.iceland.pk).exists()


def test_an_approval_heeds_the_role_in_the_area(world: World, ines: Person) -> None:
    with pytest.raises(NotAllowed, match="Only the lead of Norway"):
        gates.approve(world.crawl, "lead", by=ines, at=AT, on=TODAY)
    roles.give(ines, "lead", Area.objects.get(name="Norway"), by=world.admin, at=AT)
    assert gates.approve(world.crawl, "lead", by=ines, at=AT, on=TODAY).by == ines


def test_who_sees_the_roles_themselves(world: World, ines: Person) -> None:
    roles.give(ines, "viewer", Area.objects.get(name="Norway"), by=world.admin, at=AT)
    assert Role.objects.visible_to(world.theo).filter(area__isnull=False).exists()
    assert not Role.objects.visible_to(world.theo).filter(initiative=world.iceland).exists()
    assert not Role.objects.visible_to(world.nadia).exists()


# The strategy file.

AREAS = STRATEGY.replace(
    "objectives:",
    "areas:\n  Iceland: {sponsor: ada@example.com, team: [theo@example.com], consulted: [ines@example.com]}\nobjectives:",
    1,
).replace(
    "team: [theo@example.com]\n",
    "team: [theo@example.com]\n        consulted: [ines@example.com]\n        viewers: [ada@example.com]\n",
)
AREAS = AREAS.replace("estimate: 5d}", "estimate: 5d, accountable: sofia@example.com}")


def apply(text: str, world: World, *, prune: bool = False) -> strategies.Plan:
    return strategies.apply(document(text), by=world.admin, at=AT, today=TODAY, prune=prune)


def test_the_file_gives_them_and_the_export_is_the_same(world: World) -> None:
    apply(AREAS, world)
    assert who_is(Area.objects.get(name="Iceland")) == {
        "sponsor": ["ada"], "contributor": ["theo"], "consulted": ["ines"],
    }  # fmt: skip
    assert who_is(world.norway) == {
        "sponsor": ["sofia"], "lead": ["luca"], "contributor": ["theo"], "consulted": ["ines"], "viewer": ["ada"],
    }  # fmt: skip
    assert Task.objects.get().accountable == world.sofia
    exported = strategyfile.write(asked.as_file(world.strategy))
    again = apply(exported, world)
    assert (again.changes, again.removals) == ((), ())
    assert "ada@example.com" in asked.as_file(world.strategy).people


def test_the_plan_shows_what_changes_and_pruning_takes_the_area_out(world: World) -> None:
    apply(AREAS, world)
    changed = apply(AREAS.replace("sponsor: ada@", "sponsor: sofia@"), world)
    assert [(change.thing, list(change.fields)) for change in changed.changes] == [(("area", "Iceland"), ["sponsor"])]
    told = Event.objects.filter(data__area="Iceland").order_by("pk").values_list("kind", "data__name")
    assert list(told) == [("role taken", "Ada"), ("role given", "Sofia Marino")]
    kept = apply(STRATEGY, world)
    assert [change.thing for change in kept.removals] == [("area", "Iceland")]
    assert who_is(Area.objects.get(name="Iceland"))["sponsor"] == ["sofia"]
    apply(STRATEGY, world, prune=True)
    assert who_is(Area.objects.get(name="Iceland")) == {}


def test_an_area_that_nothing_is_in_is_a_fault(world: World) -> None:
    text = AREAS.replace("  Iceland: {sponsor", "  Icelnd: {sponsor")
    with pytest.raises(StrategyFileError, match="no KPI is in the area 'Icelnd', did you mean 'Iceland'"):
        apply(text, world)
