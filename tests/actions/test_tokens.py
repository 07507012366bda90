"""A token is shown once, lives for a while, and dies with its person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from gaitway.actions import NotAllowed, Refused, tokens
from gaitway.models import Person, Token
from gaitway.queries import tokens as asked
from tests.world import AT, World


def make(person: Person, **more: object) -> tuple[Token, str]:
    given = {"name": "export", "scopes": ["read"], "by": person, "at": AT, **more}
    return tokens.make(person, **given)  # type: ignore[arg-type]  # as each test says


def test_only_its_hash_is_kept(world: World):
    row, text = make(world.luca)
    assert text.startswith("gaitway_")
    assert len(text) == 8 + 43
    kept = Token.objects.values().get()
    assert text not in str(kept)
    assert (row.hint, row.expires_at) == (text[:12], AT + timedelta(days=90))
    assert asked.alive(text, AT) == row
    assert asked.alive(text + "x", AT) is None


def test_it_dies_by_its_day_its_end_and_its_person(world: World):
    row, text = make(world.luca, days=1)
    assert asked.alive(text, AT + timedelta(days=1)) is None
    assert [line.state for line in asked.listed(world.luca, AT + timedelta(days=1))] == ["expired"]
    Person.objects.filter(pk=world.luca.pk).update(is_active=False)
    assert asked.alive(text, AT) is None
    Person.objects.filter(pk=world.luca.pk).update(is_active=True)
    assert asked.alive(text, AT) == row
    tokens.end(row, by=world.luca, at=AT)
    assert asked.alive(text, AT) is None


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"name": "x" * 101}, {"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 367}]
)
def test_what_is_no_token(world: World, wrong: dict[str, object]):
    with pytest.raises(Refused):
        make(world.luca, **wrong)
    assert not Token.objects.exists()


def test_nobody_makes_one_for_another(world: World):
    root = Person.objects.create(email="root@example.com", name="Root", access="administrator", invited_at=AT)
    for person, by in ((world.luca, root), (world.admin, world.admin)):
        with pytest.raises(NotAllowed):
            make(person, by=by)


def test_who_sees_and_ends_which(world: World):
    row, _text = make(world.luca)
    assert [asked.listed(person, AT) for person in (world.theo, world.sofia, world.nadia)] == [[], [], []]
    assert [line.pk for line in asked.listed(world.admin, AT)] == [row.pk]
    with pytest.raises(NotAllowed):
        tokens.end(row, by=world.theo, at=AT)
    tokens.end(row, by=world.admin, at=AT)
    assert Token.objects.get().ended_at == AT


def test_its_use_is_noted_at_most_once_a_minute(world: World):
    row, _text = make(world.luca)
    seen = []
    for seconds in (0, 59, 61):
        tokens.used(row, at=AT + timedelta(seconds=seconds))
        row.refresh_from_db()
        seen.append((row.used_at - AT).seconds)
    assert seen == [0, 0, 61]


def test_who_guesses_is_told_to_wait(world: World, client):
    cache.clear()
    answers = [client.get("/api/v1/me", headers={"Authorization": f"Bearer x{i}"}).status_code for i in range(32)]
    assert answers == [401] * 30 + [429] * 2
    _row, text = tokens.make(world.luca, name="x", scopes=["read"], by=world.luca, at=AT + timedelta(days=300))
    Token.objects.update(expires_at=AT + timedelta(days=36500))
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status_code == 200
    cache.clear()


def test_the_page_shows_a_token_once(world: World, client):
    client.force_login(world.luca)
    sent = {"name": "Nightly export", "scopes": ["read", "record"], "days": "30"}
    made = client.post("/me/tokens/", sent).content.decode()
    text = made.partition('id="made">')[2].partition("<")[0]
    assert Token.objects.get().digest == asked.digest(text)
    later = client.get("/me/tokens/").content.decode()
    assert text not in later
    assert "Nightly export" in later
    assert client.post("/me/tokens/", {**sent, "days": "400"}).status_code == 422
    client.post(f"/me/tokens/{Token.objects.get().pk}/end/")
    assert Token.objects.get().ended_at is not None
