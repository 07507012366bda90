from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from gaitway.actions import NotAllowed, Refused, invitations, people, tokens
from gaitway.models import Event, Person
from gaitway.queries import invitations as letters
from gaitway.queries import tokens as asked
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


CHOSEN = {"theme": "dark", "density": "roomy", "keys": False, "language": "de"}


def test_only_you_change_how_it_looks_to_you(world: World) -> None:
    with pytest.raises(NotAllowed):
        people.set_display(world.luca, **CHOSEN, by=world.admin, at=AT)
    people.set_display(world.luca, **CHOSEN, by=world.luca, at=AT)
    luca = Person.objects.get(pk=world.luca.pk)
    assert {name: getattr(luca, name) for name in CHOSEN} == CHOSEN


def test_a_language_that_nobody_wrote_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="A language is one of en, de, es, uk, not 'tlh'"):
        people.set_display(world.luca, **CHOSEN | {"language": "tlh"}, by=world.luca, at=AT)
    assert Person.objects.get(pk=world.luca.pk).language == ""


def test_an_address_is_one_person_whatever_its_case(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(email="Sofia@example.com", name="Another", invited_at=AT)


@pytest.fixture
def ines(world: World) -> Person:
    """An administrator who has come in."""
    made = people.invite("ines@example.com", access=Access.ADMINISTRATOR, by=world.admin, at=AT)
    people.join(made, by=made, at=AT)
    return made


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


@pytest.mark.parametrize("mine", [Access.STRATEGIST, Access.MEMBER, Access.GUEST])
@pytest.mark.parametrize("theirs", Access.values)
def test_nobody_but_an_administrator_changes_access(world: World, mine: str, theirs: str) -> None:
    Person.objects.filter(pk=world.theo.pk).update(access=mine)
    theo = fresh(world.theo)
    for other in (world.luca, theo):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            people.set_access(other, theirs, by=theo, at=AT)
    for act in (people.close, people.reopen):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            act(world.luca, by=theo, at=AT)
    assert (fresh(world.luca).access, fresh(theo).access) == (Access.MEMBER, mine)


def test_who_says_to_be_an_administrator_is_looked_up(world: World) -> None:
    world.theo.access = Access.ADMINISTRATOR  # in memory alone
    with pytest.raises(NotAllowed):
        people.set_access(world.luca, Access.GUEST, by=world.theo, at=AT)


def test_access_changes_with_an_event_and_ends_sessions_and_tokens(world: World, ines: Person) -> None:
    _token, text = tokens.make(world.luca, name="x", scopes=["read"], by=world.luca, at=AT)
    before = fresh(world.luca).get_session_auth_hash()
    people.set_access(world.luca, Access.STRATEGIST, by=ines, at=AT)
    luca = fresh(world.luca)
    assert luca.access == Access.STRATEGIST
    assert luca.get_session_auth_hash() != before
    assert asked.alive(text, AT) is None
    event = Event.objects.get(kind="access changed")
    assert (event.by, event.data) == (ines, {"person": "Luca Brandt", "was": "member", "now": "strategist"})


def test_the_same_access_changes_nothing(world: World, ines: Person) -> None:
    people.set_access(world.luca, Access.MEMBER, by=ines, at=AT)
    assert fresh(world.luca).epoch == 0
    assert not Event.objects.filter(kind="access changed").exists()


def test_an_unknown_access_is_refused(world: World, ines: Person) -> None:
    with pytest.raises(Refused, match="'king'"):
        people.set_access(world.luca, "king", by=ines, at=AT)


@pytest.mark.parametrize("act", ["demote", "close"])
def test_the_last_administrator_stays(world: World, ines: Person, act: str) -> None:
    def away(person: Person, by: Person) -> None:
        if act == "close":
            people.close(person, by=by, at=AT)
        else:
            people.set_access(person, Access.MEMBER, by=by, at=AT)

    people.invite("later@example.com", access=Access.ADMINISTRATOR, by=ines, at=AT)  # has not come in: doesn't count
    with pytest.raises(Refused, match="last administrator"):
        away(ines, ines)
    assert fresh(ines).is_administrator
    people.set_access(world.luca, Access.ADMINISTRATOR, by=ines, at=AT)
    people.join(fresh(world.luca), by=world.luca, at=AT)
    away(ines, fresh(world.luca))
    assert not (fresh(ines).is_administrator and fresh(ines).is_active)


def test_parts_of_gaitway_stay_as_they_are(world: World, ines: Person) -> None:
    with pytest.raises(NotAllowed, match="part of Gaitway"):
        people.set_access(people.system(at=AT), Access.GUEST, by=ines, at=AT)


def test_a_closed_account_lets_nobody_in_until_it_is_reopened(world: World, ines: Person) -> None:
    _token, text = tokens.make(world.luca, name="x", scopes=["read"], by=world.luca, at=AT)
    link = invitations.make(world.luca, by=ines, at=AT)
    people.close(world.luca, by=ines, at=AT)
    people.close(world.luca, by=ines, at=AT)  # once more changes nothing
    assert not fresh(world.luca).is_active
    assert asked.alive(text, AT) is None
    people.reopen(world.luca, by=ines, at=AT)
    assert fresh(world.luca).is_active
    assert asked.alive(text, AT) is None  # what has ended stays so
    assert letters.alive(link, AT) is None
    kinds = Event.objects.filter(kind__startswith="account ").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["account closed", "account reopened"]
