from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from gaitway.actions import NotAllowed, Refused, accounts, people, tokens
from gaitway.models import Event, Person
from gaitway.queries import tokens as asked
from tests.world import AT, World

WORDS = "four words of somebody"


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def session(person: Person) -> UserSession:
    store = SessionStore()
    store.create()
    row: UserSession = UserSession.objects.create(
        user=person, session_key=store.session_key, ip="127.0.0.1", user_agent="x"
    )
    return row


@pytest.fixture
def text(world: World) -> str:
    """A token of Theo's, who is signed in twice."""
    session(world.theo), session(world.theo)
    return tokens.make(world.theo, name="x", scopes=["act"], by=world.theo, at=AT)[1]


@pytest.mark.parametrize("what", ["app on", "app off", "passkey on", "passkey off", "codes", "joined", "left"])
def test_a_change_of_a_factor_ends_all_that_was_signed_in(world: World, text: str, what: str) -> None:
    before = world.theo.get_session_auth_hash()
    accounts.changed(world.theo, what, by=world.theo, at=AT)
    assert fresh(world.theo).get_session_auth_hash() not in (before, "")
    assert world.theo.get_session_auth_hash() == fresh(world.theo).get_session_auth_hash()  # so that one may go on
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
    assert asked.alive(text, AT) is None
    assert Event.objects.get(kind="sign-in changed").data == {"what": what}


def test_a_new_password_ends_all_that_was_signed_in(world: World, text: str) -> None:
    accounts.set_password(world.theo, WORDS, by=world.theo, at=AT)
    assert fresh(world.theo).check_password(WORDS)
    assert not Session.objects.exists()
    assert asked.alive(text, AT) is None
    event = Event.objects.get(kind="sign-in changed")
    assert event.data == {"what": "password"}
    assert WORDS not in str(event.data)


def test_nobody_changes_how_others_sign_in(world: World) -> None:
    for by in (world.luca, world.admin):
        with pytest.raises(NotAllowed):
            accounts.set_password(world.theo, WORDS, by=by, at=AT)
        with pytest.raises(NotAllowed):
            accounts.changed(world.theo, "app off", by=by, at=AT)
    assert not fresh(world.theo).has_usable_password()


def test_sessions_end_by_oneself_and_by_administrators(world: World, text: str) -> None:
    with pytest.raises(NotAllowed):
        accounts.end_sessions(world.theo, by=world.luca, at=AT)
    assert Session.objects.count() == 2
    accounts.end_sessions(world.theo, by=world.admin, at=AT)
    assert not Session.objects.exists()
    assert asked.alive(text, AT) is None


def test_one_session_of_ones_own_ends(world: World) -> None:
    mine, other, sofias = session(world.theo), session(world.theo), session(world.sofia)
    accounts.end_session(world.theo, other.pk, by=world.theo, at=AT)
    assert set(UserSession.objects.all()) == {mine, sofias}
    with pytest.raises(UserSession.DoesNotExist):
        accounts.end_session(world.theo, sofias.pk, by=world.theo, at=AT)


def test_the_only_way_in_stays(world: World) -> None:
    link = SocialAccount.objects.create(user=world.theo, provider="oidc", uid="1")
    with pytest.raises(Refused, match="only way in"):
        accounts.leave(world.theo, link.pk, by=world.theo, at=AT)
    with pytest.raises(SocialAccount.DoesNotExist):
        accounts.leave(world.luca, link.pk, by=world.luca, at=AT)
    accounts.set_password(world.theo, WORDS, by=world.theo, at=AT)
    accounts.leave(world.theo, link.pk, by=world.theo, at=AT)
    assert not SocialAccount.objects.exists()


def test_only_oneself_and_administrators_see_that_a_sign_in_changed(world: World) -> None:
    accounts.set_password(world.theo, WORDS, by=world.theo, at=AT)
    ines = people.invite("ines@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    rows = Event.objects.filter(kind="sign-in changed")
    seen = {person.name: rows.visible_to(person).exists() for person in (world.theo, ines, world.luca, world.nadia)}
    assert seen == {"Theo Okafor": True, "Ines": True, "Luca Brandt": False, "Nadia Haddad": False}


def test_a_session_is_of_a_password_and_an_epoch(world: World) -> None:
    theo = world.theo
    hashes = {theo.get_session_auth_hash()}
    theo.epoch += 1
    hashes.add(theo.get_session_auth_hash())
    theo.set_password(WORDS)
    hashes.add(theo.get_session_auth_hash())
    assert len(hashes) == 3
