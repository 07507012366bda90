"""A screen on a wall: who may make one, and what whoever passes may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from gaitway.actions import NotAllowed, Refused, screens, views
from gaitway.models import Person, Screen
from tests.world import World


def hang(world: World, **said: object) -> str:
    cache.clear()
    at = timezone.now()
    picked = [views.save(name=name, page="portfolio", query=query, scope="mine", by=world.admin, at=at)
              for name, query in (("All of it", ""), ("Only walking", "stage=walk"))]  # fmt: skip
    _screen, token = screens.make(name="Hall", views=picked, by=world.admin, at=at, **said)
    return f"/tv/{token}/"


def test_a_wall_shows_neither_names_nor_what_is_restricted(world: World) -> None:
    answer = Client().get(hang(world))
    page = answer.content.decode()
    assert "Norway" in page
    assert "All of it" in page
    assert "1/2" in page
    assert "Iceland" not in page
    assert "Luca" not in page
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_a_wall_shows_them_where_its_maker_said_so(world: World) -> None:
    page = Client().get(hang(world, names=True, restricted=True)).content.decode()
    assert "Iceland" in page
    assert "Luca" in page


def test_it_turns_around(world: World) -> None:
    path = hang(world)
    assert "Nothing matches this view." in Client().get(f"{path}?n=2").content.decode()
    assert "All of it" in Client().get(f"{path}?n=3").content.decode()


def test_it_ends(world: World) -> None:
    path = hang(world)
    person = Screen.objects.get().person
    Person.objects.filter(pk=person.pk).update(access="member")  # who may no longer see everything shows nothing
    assert Client().get(path).status_code == 404
    Person.objects.filter(pk=person.pk).update(access="administrator")
    Screen.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    Screen.objects.update(expires_at=timezone.now() + timedelta(days=1))
    screens.end(Screen.objects.get(), by=world.admin, at=timezone.now())
    assert Client().get(path).status_code == 404


def test_guessing_is_slowed_down(world: World) -> None:
    cache.clear()
    answers = [Client().get(f"/tv/guess{number}/").status_code for number in range(32)]
    assert (answers[0], answers[-1]) == (404, 429)


def test_the_token_is_not_kept(world: World) -> None:
    path = hang(world)
    assert Screen.objects.get().digest not in path
    assert len(Screen.objects.get().digest) == 64


def test_who_may_and_what_can_not_be(world: World) -> None:
    with pytest.raises(NotAllowed):
        screens.make(name="Hall", views=[], by=world.sofia, at=timezone.now())
    for said, words in (
        ({"name": ""}, "a name"),
        ({"name": "x", "seconds": 1}, "seconds"),
        ({"name": "x", "days": 0}, "days"),
    ):
        with pytest.raises(Refused, match=words):
            screens.make(**{"views": [], **said}, by=world.admin, at=timezone.now())
