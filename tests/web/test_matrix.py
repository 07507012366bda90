"""Who may reach what: every address × every actor × every verb, read from the URL resolver, so that a new address
without a line here fails. A foreign thing answers like an absent one, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from gaitway.actions import (
    invitations,
)
from gaitway.models import (
    Decision,
    Person,
)
from gaitway.web import signin
from gaitway.web.live import hub
from tests.web.arguments import argument
from tests.web.furnished import furnish
from tests.web.rows import ACTORS, AWAY, GONE, NO, OK, SIGN_IN, TABLE, WRONG_VERB
from tests.world import World

NAMES = [pattern.name for pattern in get_resolver().url_patterns]


@pytest.fixture
def house(world: World) -> World:
    return furnish(world)


def client(actor: str) -> Client:
    made = Client()
    if actor != "anonymous":
        email = {"admin": "root@example.com"}.get(actor, f"{actor}@example.com")
        made.force_login(Person.objects.get(email=email))
    return made


def answer(response: object) -> object:
    if response.headers.get("Content-Type") == "text/event-stream":  # type: ignore[attr-defined]
        for each in hub.listeners:
            each.tell(over=True)  # it would go on
        assert b"".join(response).startswith(b"retry:")  # type: ignore[call-overload]
    status, target = response.status_code, response.headers.get("Location", "")  # type: ignore[attr-defined]
    return SIGN_IN if status == AWAY and target.startswith("/login/?next=") else status


@pytest.mark.django_db
def test_every_address_has_its_row() -> None:
    assert sorted(NAMES) == sorted(TABLE)


@dataclass(frozen=True)
class Asked:
    """One address, asked by one actor with one verb."""

    name: str
    actor: str
    verb: str

    def answered(self, world: World, which: str) -> tuple[object, bytes]:
        """What happens is undone again: the next one finds the same house. What breaks is an answer too."""
        path = reverse(self.name, args=argument(world, self.name, which))
        point = transaction.savepoint()
        try:
            browser = client(self.actor)
            form = TABLE[self.name].form(world) if self.verb == "post" else {}
            response = getattr(browser, self.verb)(path, form)
            return answer(response), b"" if response.streaming else bare(response.content)
        except Exception as error:
            return type(error).__name__, b""
        finally:
            transaction.savepoint_rollback(point)

    def faults(self, world: World) -> Iterator[str]:
        """What is answered otherwise than the table says, and what was named that may not be."""
        row = TABLE[self.name]
        answers = {"get": row.get, "post": row.post, "put": (WRONG_VERB,) * len(ACTORS)}  # which no page takes
        wanted = answers[self.verb][ACTORS.index(self.actor)]
        own, page = self.answered(world, "own")
        if own != wanted:
            yield f"{self}: {own} instead of {wanted}"
        if any(word in page for word in HIDDEN.get(self.actor, ())):
            yield f"{self}: names what is hidden"
        if not row.foreign:
            return
        foreign, absent = self.answered(world, "foreign"), self.answered(world, "absent")
        if self.actor in OUTSIDE and foreign != absent:
            yield f"{self}: what is foreign answers {foreign[0]}, what isn't there {absent[0]}, or in other words"
        if self.actor not in OUTSIDE and foreign[0] == GONE:
            yield f"{self}: what is theirs is gone"
        if absent[0] not in (GONE, SIGN_IN, WRONG_VERB):
            yield f"{self}: what isn't there answers {absent[0]}"


# Who isn't in the circle of what is restricted, though members see the rest; and what no page tells them.
OUTSIDE = ("anonymous", "removed", "nadia", "ines", "theo", "luca")
HIDDEN = {"nadia": (b"Norway", b"Orders"), **dict.fromkeys(("ines", "theo", "luca"), (b"Iceland", b"Secret"))}


def matrix(world: World, names: Collection[str] = NAMES) -> Iterator[str]:
    """The faults of the whole table, or of these rows."""
    for name in names:
        for actor in ACTORS:
            for verb in ("get", "post", "put"):
                yield from Asked(name, actor, verb).faults(world)


@pytest.mark.slow  # every address for everyone
@pytest.mark.parametrize("name", NAMES)
def test_the_matrix(house: World, name: str) -> None:
    assert list(matrix(house, [name])) == []


def bare(page: bytes) -> bytes:
    """Without what differs from one answer to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)


@pytest.mark.parametrize("actor", ["nadia", "theo", "luca"])
@pytest.mark.parametrize("name", ["portfolio", "feed", "kpis", "inbox", "sources", "decisions"])
def test_lists_never_name_what_is_restricted(house: World, actor: str, name: str) -> None:
    assert b"Iceland" not in client(actor).get(reverse(name)).content


def test_nadia_sees_nothing(house: World) -> None:
    for name in ("portfolio", "feed", "kpis", "inbox", "sources", "decisions"):
        page = client("nadia").get(reverse(name)).content
        assert b"Norway" not in page
        assert b"Orders" not in page


@pytest.mark.parametrize("who", ["theo", "luca"])
def test_who_may_not_decide_is_refused(house: World, who: str) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client(who).post(reverse("gate", args=["north/norway/crawl"]), form)
    assert response.status_code == NO
    assert not Decision.objects.filter(choice="go").exists()


def test_the_sponsor_decides_on_the_page(house: World) -> None:
    form = {"choice": "go", "reason": "Because", "moves": house.norway.moves}
    response = client("sofia").post(reverse("gate", args=["north/norway/crawl"]), form)
    assert (response.status_code, response.headers["Location"]) == (302, "/initiatives/north/norway/")
    assert Decision.objects.get(choice="go").by == house.sofia


def test_a_link_signs_in_once(house: World) -> None:
    path = signin.link(invitations.make(house.theo, by=house.admin, at=timezone.now()))
    browser = Client()
    assert browser.get(path).status_code == OK
    assert browser.post(path, {"name": "Theo", "password": "four words of Theo"}).status_code == AWAY
    assert browser.get("/").status_code == OK
    assert Client().get(path).status_code == GONE


def test_a_form_without_its_token_is_refused(house: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.sofia)
    assert browser.post(reverse("display"), {"theme": "dark"}).status_code == NO
