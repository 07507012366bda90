"""Who does what: one is accountable, and where nobody is, the page says so and how to mend it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from gaitway.actions import people, roles
from gaitway.models import Area, Person, Role, Task
from gaitway.queries import initiatives
from gaitway.queries import roles as asked
from tests.world import AT, TODAY, World

NAMES = ("accountable", "responsible", "consulted", "informed")


def lines(world: World, key: str = "north/norway") -> list[asked.Line]:
    return initiatives.page(world.sofia, key, TODAY).who


def said(line: asked.Line) -> tuple[object, ...]:
    who = [line.accountable] if line.accountable else []
    return tuple(sorted(person.name.split()[0] for person in found) for found in (
        who, line.responsible, line.consulted, line.informed))  # fmt: skip


@pytest.fixture
def ines(world: World) -> Person:
    return people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)


def test_it_follows_from_the_roles_and_the_tasks(world: World, ines: Person) -> None:
    roles.give(ines, "consulted", world.norway, by=world.luca, at=AT)
    roles.give(world.nadia, "viewer", Area.objects.get(name="Norway"), by=world.admin, at=AT)
    initiative, task = lines(world)
    assert (initiative.what, *said(initiative)) == ("Norway", ["Sofia"], ["Luca", "Theo"], ["Ines"], ["Nadia"])
    assert (task.what, *said(task)) == ("Translate the catalogue", ["Luca"], ["Theo"], ["Ines"], ["Nadia"])
    assert initiative.fault == task.fault == ""


def test_a_task_may_have_somebody_of_its_own_and_leaves_when_it_is_done(world: World) -> None:
    Task.objects.update(accountable=world.sofia)
    assert said(lines(world)[1])[0] == ["Sofia"]
    Task.objects.update(done_on=date(2026, 3, 1), state="done")
    assert len(lines(world)) == 1


def test_the_area_stands_behind_the_initiative(world: World, ines: Person) -> None:
    norway = Area.objects.get(name="Norway")
    roles.give(ines, "sponsor", norway, by=world.admin, at=AT)
    assert said(lines(world)[0])[0] == ["Sofia"]
    Role.objects.filter(initiative=world.norway, role="sponsor").delete()
    assert said(lines(world)[0])[0] == ["Ines"]


def test_nobody_is_said_with_the_fix(world: World) -> None:
    Role.objects.filter(initiative=world.norway, role__in=["sponsor", "lead"]).delete()
    initiative, task = lines(world)
    assert initiative.accountable is task.accountable is None
    assert initiative.fault == "Nobody is accountable for Norway: give it a sponsor."
    assert task.fault == (
        "Nobody is accountable for “Translate the catalogue”: give the task somebody, or the initiative a lead."
    )


@pytest.mark.parametrize("kind", ["sponsor", "lead"])
@pytest.mark.parametrize("where", ["initiative", "area"])
def test_two_cannot_be_accountable(world: World, ines: Person, where: str, kind: str) -> None:
    place = {"initiative": world.norway, "area": Area.objects.get(name="Norway")}[where]
    Role.objects.get_or_create(**{where: place}, role=kind, defaults={"person": world.sofia})
    with pytest.raises(IntegrityError), transaction.atomic():
        Role.objects.create(**{where: place}, role=kind, person=ines)


def test_the_page_offers_what_the_viewer_may_give(world: World) -> None:
    def offered(who: Person) -> list[str]:
        return [kind for kind, _ in asked.page(who, initiatives.find(who, "north/norway")).may_give]

    assert offered(world.sofia) == ["sponsor", "lead", "contributor", "consulted", "viewer"]
    assert offered(world.luca) == ["lead", "contributor", "consulted", "viewer"]
    assert offered(world.theo) == []
