from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gaitway.actions import NotAllowed, people
from gaitway.models import Event, Person
from tests.world import AT, World

Access = Person.Access


def test_somebody_new_has_no_password_and_a_name(world: World) -> None:
    person = people.invite(" Ines.Roth@Example.com ", by=world.admin, at=AT)
    assert (person.email, person.name, person.access) == ("ines.roth@example.com", "Ines Roth", Access.MEMBER)
    assert not person.has_usable_password()
    assert Event.objects.filter(kind="person invited", data__person="Ines Roth").count() == 1


def test_who_is_known_stays_as_they_are(world: World) -> None:
    events = Event.objects.count()
    same = people.invite("NADIA@example.com", name="Somebody", access=Access.ADMINISTRATOR, by=world.admin, at=AT)
    assert (same, same.name, same.access) == (world.nadia, "Nadia Haddad", Access.GUEST)
    assert Event.objects.count() == events


@pytest.mark.parametrize("mine", Access.values)
@pytest.mark.parametrize("theirs", Access.values)
def test_nobody_grants_more_than_they_have(world: World, mine: str, theirs: str) -> None:
    world.theo.access = mine
    inviting = mine in (Access.ADMINISTRATOR, Access.STRATEGIST)
    if inviting and Access.values.index(theirs) >= Access.values.index(mine):  # from the most to the least
        assert people.invite("ines@example.com", access=theirs, by=world.theo, at=AT).access == theirs
    else:
        with pytest.raises(NotAllowed, match="strategists and administrators invite, none above themselves"):
            people.invite("ines@example.com", access=theirs, by=world.theo, at=AT)
        assert not Person.objects.filter(email="ines@example.com").exists()


def test_gaitway_acts_under_names_that_nobody_signs_in_with(db: object) -> None:
    for make in (people.system, people.terminal):
        person = make(at=AT)
        assert make(at=AT) == person
        assert person.is_system
        assert not person.has_usable_password()
        assert not person.check_password("!")


def test_the_first_sign_in_is_remembered(world: World) -> None:
    people.join(world.luca, by=world.luca, at=AT)
    people.join(world.luca, by=world.luca, at=AT.replace(year=2027))
    assert Person.objects.get(pk=world.luca.pk).joined_at == AT


def test_only_you_change_how_it_looks_to_you(world: World) -> None:
    with pytest.raises(NotAllowed):
        people.set_display(world.luca, theme="dark", density="roomy", keys=False, by=world.admin, at=AT)
    people.set_display(world.luca, theme="dark", density="roomy", keys=False, by=world.luca, at=AT)
    luca = Person.objects.get(pk=world.luca.pk)
    assert (luca.theme, luca.density, luca.keys) == ("dark", "roomy", False)


def test_an_address_is_one_person_whatever_its_case(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Sofia@example.com", name="Another", invited_at=AT)
