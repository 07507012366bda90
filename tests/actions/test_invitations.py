from __future__ import annotations

from datetime import timedelta

import pytest

from gaitway.actions import NotAllowed, Refused, invitations, people
from gaitway.models import Invitation, Person
from gaitway.queries import invitations as asked
from tests.world import AT, World

WORDS = "four words of somebody"


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_a_link_brings_in_once(world: World) -> None:
    text = invitations.make(world.theo, by=world.admin, at=AT)
    came = invitations.accept(text, name="Theo O.", password=WORDS, at=AT)
    theo = fresh(world.theo)
    assert came == theo
    assert (theo.name, theo.check_password(WORDS), theo.joined_at) == ("Theo O.", True, AT)
    with pytest.raises(Refused, match="has been used"):
        invitations.accept(text, password="another four words", at=AT)
    assert fresh(theo).check_password(WORDS)


def test_only_the_hash_is_kept(world: World) -> None:
    text = invitations.make(world.theo, by=world.admin, at=AT)
    row = Invitation.objects.values().get()
    assert text not in str(row)
    assert len(row["digest"]) == 64


def test_a_link_is_over_after_a_week_and_when_a_newer_one_is_made(world: World) -> None:
    ines = administrator(world)
    first = invitations.make(world.theo, by=ines, at=AT)
    assert asked.alive(first, AT + timedelta(days=7) - timedelta(seconds=1)) is not None
    assert asked.alive(first, AT + timedelta(days=7)) is None
    second = invitations.make(world.theo, by=ines, at=AT)
    assert asked.alive(first, AT) is None
    assert asked.alive(second, AT) is not None


def administrator(world: World) -> Person:
    ines = people.invite("ines@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    people.join(ines, by=ines, at=AT)
    return ines


def test_others_make_no_links(world: World) -> None:
    with pytest.raises(NotAllowed):
        invitations.make(world.theo, by=world.luca, at=AT)
    with pytest.raises(NotAllowed):
        invitations.make(None, by=administrator(world), at=AT)


def test_nobody_takes_over_who_has_come_in(world: World) -> None:
    """An administrator's link for somebody with a second factor would go past it."""
    people.join(world.theo, by=world.theo, at=AT)
    with pytest.raises(Refused, match="has signed in already"):
        invitations.make(fresh(world.theo), by=administrator(world), at=AT)
    assert invitations.make(fresh(world.theo), by=world.admin, at=AT)  # the terminal holds the data anyway


def test_a_known_password_stays(world: World) -> None:
    world.theo.set_password(WORDS)
    world.theo.save()
    text = invitations.make(world.theo, by=world.admin, at=AT)
    invitations.accept(text, name="Somebody", password="another four words", at=AT)
    theo = fresh(world.theo)
    assert (theo.name, theo.check_password(WORDS)) == ("Theo Okafor", True)


def test_without_a_password_the_link_isnt_used_up(world: World) -> None:
    text = invitations.make(world.theo, by=world.admin, at=AT)
    with pytest.raises(Refused, match="Choose a password"):
        invitations.accept(text, name="Theo", at=AT)
    assert asked.alive(text, AT) is not None
    assert fresh(world.theo).joined_at is None


def test_the_first_administrator_comes_by_the_terminal(world: World) -> None:
    one, two = (invitations.make(None, by=world.admin, at=AT + timedelta(minutes=n)) for n in (0, 0))
    assert asked.alive(one, AT) is None  # the newer took its place
    came = invitations.accept(two, email="Ines@Example.com", name="Ines Roth", password=WORDS, at=AT)
    assert (came.email, came.name, came.access) == ("ines@example.com", "Ines Roth", Person.Access.ADMINISTRATOR)
    assert asked.first_is_there()
    three = invitations.make(None, by=world.admin, at=AT)
    with pytest.raises(Refused, match="There is an administrator by now"):
        invitations.accept(three, email="x@example.com", name="X", password=WORDS, at=AT)
    assert not Person.objects.filter(email="x@example.com").exists()


def test_who_was_invited_as_a_member_may_become_the_first_administrator(world: World) -> None:
    text = invitations.make(None, by=world.admin, at=AT)
    came = invitations.accept(text, email="theo@example.com", name="Theo", password=WORDS, at=AT)
    assert (came, came.pk) == (fresh(world.theo), world.theo.pk)
    assert fresh(world.theo).is_administrator


@pytest.mark.parametrize("email", ["terminal@system.invalid", "closed@example.com", "known@example.com"])
def test_a_taken_address_is_no_way_to_become_it(world: World, email: str) -> None:
    people.invite("closed@example.com", by=world.admin, at=AT)
    Person.objects.filter(email="closed@example.com").update(is_active=False)
    known = people.invite("known@example.com", by=world.admin, at=AT)
    known.set_password(WORDS)
    known.save()
    text = invitations.make(None, by=world.admin, at=AT)
    with pytest.raises(Refused, match="taken"):
        invitations.accept(text, email=email, name="X", password="another four words", at=AT)
    assert asked.alive(text, AT) is not None


def test_a_closed_account_gets_no_link(world: World) -> None:
    text = invitations.make(world.theo, by=world.admin, at=AT)
    Person.objects.filter(pk=world.theo.pk).update(is_active=False)
    assert asked.alive(text, AT) is None
    with pytest.raises(Refused, match="is closed"):
        invitations.make(fresh(world.theo), by=world.admin, at=AT)
