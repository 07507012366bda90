"""Sessions that ran out are swept, and passkeys get names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gaitway.actions import NotAllowed, Refused, accounts
from gaitway.models import Event, Person
from gaitway.models.visible import who_see
from gaitway.work import loop
from tests.web.insiders import is_in, sign_in
from tests.world import World


@pytest.fixture
def passkey(luca: Person) -> Authenticator:
    made: Authenticator = Authenticator.objects.create(user=luca, type="webauthn", data={"name": "Old"})
    return made


def test_the_worker_sweeps_sessions_that_ran_out(luca: Person) -> None:
    here, gone = sign_in("luca@example.com"), sign_in("luca@example.com")
    key, at = gone.cookies["sessionid"].value, timezone.now()
    Session.objects.filter(session_key=key).update(expire_date=at - timedelta(seconds=1))
    UserSession.objects.filter(session_key=key).update(last_seen_at=at - timedelta(days=2))
    loop.ask_for_due(at)
    left = [here.cookies["sessionid"].value]
    assert list(Session.objects.values_list("session_key", flat=True)) == left
    assert list(UserSession.objects.values_list("session_key", flat=True)) == left
    assert is_in(here)


def test_a_passkey_gets_a_name_and_nothing_ends(luca: Person, passkey: Authenticator) -> None:
    browser = Client()
    browser.force_login(luca)
    path = reverse("mfa_edit_webauthn", args=[passkey.pk])
    assert 'value="Old"' in browser.get(path).content.decode()
    empty = browser.post(path, {"name": " "})
    assert (empty.status_code, "Say which device it is." in empty.content.decode()) == (422, True)
    assert browser.post(path, {"name": "  Telephone   of Luca "}).status_code == 302
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Telephone of Luca"}
    assert is_in(browser)
    assert Event.objects.filter(kind=Event.Kind.SIGN_IN, data__what="passkey named").count() == 1
    browser.post(path, {"name": "Telephone of Luca"})
    assert Event.objects.filter(data__what="passkey named").count() == 1


def test_nobody_names_the_passkey_of_somebody_else(luca: Person, ines: Person, passkey: Authenticator) -> None:
    browser: Client = sign_in("ines@example.com")
    assert browser.post(reverse("mfa_edit_webauthn", args=[passkey.pk]), {"name": "x"}).status_code == 404
    with pytest.raises(NotAllowed):
        accounts.name_passkey(luca, passkey.pk, "x", by=ines, at=timezone.now())
    with pytest.raises(Refused):
        accounts.name_passkey(luca, passkey.pk, "x" * 101, by=luca, at=timezone.now())


def test_one_query_says_the_same_as_asking_person_by_person(world: World) -> None:
    """Of everybody, of both initiatives: the rule stands in two forms, and they agree."""
    for initiative in (world.norway, world.iceland):
        everybody = list(Person.objects.all())
        one_by_one = [
            each for each in everybody if type(initiative).objects.visible_to(each).filter(pk=initiative.pk).exists()
        ]
        assert who_see(initiative, everybody) == one_by_one
    assert world.nadia not in who_see(world.norway, Person.objects.all())
