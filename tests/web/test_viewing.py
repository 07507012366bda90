"""Seeing the pages as somebody else: theirs to the byte of what is seen, for reading alone, and recorded."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from gaitway.actions import people, tokens
from gaitway.models import Event, Person, Token
from tests.world import AT, World

LEAVES = {"view_as_end", "logout"}


@pytest.fixture
def root(world: World) -> Person:
    return people.invite("root@example.com", name="Ada Root", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)


@pytest.fixture
def browser(root: Person) -> Client:
    made = Client()
    made.force_login(root)
    return made


def begin(browser: Client, person: Person) -> object:
    return browser.post(reverse("view_as"), {"person": person.pk})


def told() -> list[tuple[str, bool]]:
    rows = Event.objects.filter(kind=Event.Kind.VIEWED_AS).order_by("pk")
    return [(row.data["name"], row.data["begun"]) for row in rows]


def test_the_pages_are_the_other_ones(world: World, browser: Client) -> None:
    assert b"Iceland" in browser.get("/").content
    begin(browser, world.theo)
    page = browser.get("/").content.decode()
    assert "Iceland" not in page
    assert "You see the pages as Theo Okafor does. Nothing can be changed here." in page
    assert browser.get(reverse("initiative", args=["north/iceland"])).status_code == 404
    assert browser.get(reverse("initiative", args=["north/norway"])).status_code == 200
    begun = browser.post(reverse("view_as_end"))
    assert begun.status_code == 302
    page = browser.get("/").content.decode()
    assert "Iceland" in page
    assert "You see the pages as" not in page
    assert told() == [("Theo Okafor", True), ("Theo Okafor", False)]


@pytest.mark.parametrize("name", sorted({pattern.name for pattern in get_resolver().url_patterns} - LEAVES))
def test_nothing_can_be_posted(world: World, browser: Client, name: str) -> None:
    begin(browser, world.sofia)
    pattern = next(each for each in get_resolver().url_patterns if each.name == name)
    of_a_stage = name in ("gate", "approve", "trigger")
    values = {
        "key": "north/norway/crawl" if of_a_stage else "north/norway",
        "pk": 1,
        "token": "x",
        "form": "csv",
        "stage": "crawl",
    }
    if name == "board_limits":
        values["key"] = "north"
    if name == "account_reset_password_from_key":
        values["key"] = "x"
    values |= {"provider_id": "x", "organization_slug": "x", "uidb36": "1"}
    fields = {*pattern.pattern.converters, *getattr(pattern.pattern.regex, "groupindex", {})}
    args = {field: values[field] for field in fields}
    for verb in ("post", "put", "patch", "delete"):
        answer = getattr(browser, verb)(reverse(name, kwargs=args))
        assert answer.status_code == 403, (verb, name)


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/tokens", "/api/v1/initiatives"])
def test_the_api_isnt_part_of_it(world: World, browser: Client, root: Person, path: str) -> None:
    begin(browser, world.sofia)
    assert browser.get(path).status_code == 403
    assert browser.post(path, "{}", content_type="application/json").status_code == 403
    text = tokens.make(root, name="x", scopes=["read"], by=root, at=AT)[1]
    Token.objects.update(expires_at="2099-01-01T00:00Z")
    assert browser.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).json()["name"] == "Ada Root"


@pytest.mark.parametrize("name", ["tokens", "away"])
def test_what_is_nobody_elses_business_stays_closed(world: World, browser: Client, name: str) -> None:
    other = people.invite("other@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    begin(browser, other)
    assert browser.get("/").status_code == 200
    assert browser.get(reverse(name)).status_code == 403


@pytest.mark.parametrize("who", ["theo", "luca", "sofia", "nadia"])
def test_only_administrators(world: World, who: str) -> None:
    browser = Client()
    browser.force_login(getattr(world, who))
    assert begin(browser, world.luca).status_code == 403  # type: ignore[attr-defined]  # an answer
    assert told() == []


def test_not_oneself_nor_who_cannot_sign_in(world: World, browser: Client, root: Person) -> None:
    Person.objects.filter(pk=world.theo.pk).update(is_active=False)
    for person in (root, world.theo, world.admin):
        begin(browser, person)
    assert told() == []
    assert b"Iceland" in browser.get("/").content


def test_it_ends_with_the_right_to_it_and_with_the_session(world: World, browser: Client, root: Person) -> None:
    begin(browser, world.theo)
    Person.objects.filter(pk=root.pk).update(access=Person.Access.GUEST)
    page = browser.get("/").content.decode()
    assert "You see the pages as" not in page
    assert "Norway" not in page
    Person.objects.filter(pk=root.pk).update(access=Person.Access.ADMINISTRATOR)
    assert "You see the pages as" not in browser.get("/").content.decode()
    begin(browser, world.luca)
    browser.post(reverse("logout"))
    assert told()[-1] == ("Luca Brandt", False)
    browser.force_login(root)
    assert "You see the pages as" not in browser.get("/").content.decode()


def test_another_session_keeps_its_own_eyes(world: World, browser: Client, root: Person) -> None:
    begin(browser, world.theo)
    other = Client()
    other.force_login(root)
    assert b"Iceland" in other.get("/").content


def test_the_list_of_people_is_offered_to_administrators_alone(world: World, browser: Client) -> None:
    assert b"View as" in browser.get(reverse("permissions")).content
    member = Client()
    member.force_login(world.sofia)
    page = member.get(reverse("permissions")).content.decode()
    assert "View as" not in page
    assert "Decide at a gate" in page
