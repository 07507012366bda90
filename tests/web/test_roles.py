"""Who does what, and who stands in, on the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from gaitway.actions import delegations, people
from gaitway.models import Decision, Delegation, Person, Role
from tests.world import AT, World

NORWAY = "north/norway"


@pytest.fixture
def ines(world: World) -> Person:
    return people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)


def client(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def text(browser: Client, name: str, *args: object) -> str:
    return browser.get(reverse(name, args=args)).content.decode()


def test_the_table_stands_on_the_initiative(world: World) -> None:
    page = text(client(world.theo), "initiative", NORWAY)
    assert "Who does what" in page
    assert "<b>Sofia Marino</b>" in page


def test_a_lead_gives_a_role_and_the_page_shows_it(world: World, ines: Person) -> None:
    browser = client(world.luca)
    answer = browser.post(reverse("roles", args=[NORWAY]), {"person": ines.pk, "role": "consulted"})
    assert answer.status_code == 302
    assert Role.objects.get(person=ines).role == "consulted"
    page = text(browser, "roles", NORWAY)
    assert "Sofia Marino is accountable for Norway and decides at its gates." in page
    assert "Take back the role of consulted from Ines Roth" in page
    assert "Take back the role of sponsor from Sofia Marino" not in page  # above Luca's own
    browser.post(reverse("role_take", args=[NORWAY]), {"person": ines.pk, "role": "consulted"})
    assert not Role.objects.filter(person=ines).exists()


def test_what_is_refused_stands_on_the_page(world: World, ines: Person) -> None:
    browser = client(world.luca)
    last = browser.post(reverse("role_take", args=[NORWAY]), {"person": world.luca.pk, "role": "lead"})
    assert last.status_code == 422
    assert "Norway would have no lead any more. Give the role to somebody else instead." in last.content.decode()
    above = browser.post(reverse("roles", args=[NORWAY]), {"person": ines.pk, "role": "sponsor"})
    assert above.status_code == 403
    nobody = browser.post(reverse("roles", args=[NORWAY]), {"person": "999999", "role": "viewer"})
    assert "Choose one of these people." in nobody.content.decode()


def test_somebody_stands_in_and_decides(world: World, ines: Person) -> None:
    today = timezone.localdate()
    form = {"to": ines.pk, "starts": today.isoformat(), "ends": (today + timedelta(days=3)).isoformat()}
    assert client(world.sofia).post(reverse("away"), {**form, "reason": "Holiday"}).status_code == 302
    browser = client(ines)
    page = text(browser, "away")
    assert "Ines Roth stands in for Sofia Marino until" in page
    assert "Holiday" in page
    assert browser.get(reverse("initiative", args=["north/iceland"])).status_code == 200
    decided = {"choice": "hold", "reason": "Wait", "moves": world.norway.moves}
    assert browser.post(reverse("gate", args=["north/norway/crawl"]), decided).status_code == 302
    assert Decision.objects.get().by == ines
    assert "on behalf of Sofia Marino decided to stay in Crawl" in text(browser, "feed")
    client(world.sofia).post(reverse("away_end", args=[Delegation.objects.get().pk]))
    assert browser.get(reverse("initiative", args=["north/iceland"])).status_code == 404


def test_only_an_administrator_names_somebody_for_another(world: World, ines: Person) -> None:
    today = timezone.localdate().isoformat()
    form = {"person": world.sofia.pk, "to": ines.pk, "starts": today, "ends": today}
    assert client(world.luca).post(reverse("away"), form).status_code == 403
    root = people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    assert client(root).post(reverse("away"), form).status_code == 302
    assert Delegation.objects.get().person == world.sofia


def test_what_cannot_be_stands_on_the_page(world: World) -> None:
    form = {"to": world.luca.pk, "starts": "2020-01-01", "ends": "2020-01-02"}
    answer = client(world.sofia).post(reverse("away"), form)
    assert answer.status_code == 422
    assert "The first day, 2020-01-01, is over: begin today or later." in answer.content.decode()


def test_a_third_one_reads_nothing_of_it(world: World, ines: Person) -> None:
    today = timezone.localdate()
    delegations.make(
        world.sofia, ines, starts=today, ends=today, reason="Surgery", by=world.sofia, at=timezone.now(), today=today
    )
    for who in (world.luca, world.theo, world.nadia):
        assert "Surgery" not in text(client(who), "away")
        assert "Surgery" not in text(client(who), "feed")
