"""Roles in whole areas, on the page and in the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gaitway.actions import people
from gaitway.models import Area, Event, Person, Role
from tests.api.conftest import Caller, read, token
from tests.world import AT, World


@pytest.fixture
def root(world: World) -> Client:
    made = Client()
    made.force_login(people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT))
    return made


def norway() -> Area:
    return Area.objects.get(name="Norway")


def test_a_role_is_given_and_taken(world: World, root: Client) -> None:
    said = {"area": norway().pk, "person": world.theo.pk, "role": "lead"}
    assert "Nobody has a role in a whole one." in root.get(reverse("areas")).content.decode()
    assert root.post(reverse("areas"), said).status_code == 302
    page = root.get(reverse("areas")).content.decode()
    assert "Take back the role of lead in Norway from Theo Okafor" in page
    assert "1 role holds in every initiative of its area." in page
    assert root.post(reverse("area_take", args=[norway().pk]), said).status_code == 302
    assert not Role.objects.exclude(area=None).exists()
    kinds = Event.objects.filter(data__area="Norway").order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["role given", "role taken"]


def test_what_is_missing_stands_under_its_field(root: Client) -> None:
    answer = root.post(reverse("areas"), {"role": "lead"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose the area." in page
    assert "Choose who." in page


def test_who_may_not_give_roles_there_learns_nothing(world: World) -> None:
    browser = Client()
    browser.force_login(world.sofia)
    assert browser.get(reverse("areas")).status_code == 404
    assert browser.post(reverse("area_take", args=[norway().pk])).status_code == 404


def test_it_costs_as_many_queries_with_many_areas(
    world: World, root: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        area = Area.objects.create(name=f"A {number}")
        Role.objects.create(area=area, person=world.theo, role="viewer")
    with django_assert_max_num_queries(14):
        assert b"A 19" in root.get(reverse("areas")).content


def test_the_api_says_and_does_the_same(world: World, root: Client) -> None:
    call = Caller(token(Person.objects.get(email="root@example.com")))
    path = f"areas/{norway().pk}/roles"
    given = call("POST", path, {"person": "theo@example.com", "role": "consulted"})
    (area,) = [each for each in read(given) if each["name"] == "Norway"]
    assert area["roles"] == [
        {
            "person": {"person_id": world.theo.pk, "name": "Theo Okafor", "email": "theo@example.com"},
            "role": "consulted",
        }
    ]
    assert area["initiatives"] == 1
    call("POST", f"{path}/take", {"person": "theo@example.com", "role": "consulted"})
    assert all(each["roles"] == [] for each in read(call("GET", "areas")))
