"""Pictures: every page is among them, or on the list of what is no page. Never how they look."""

from __future__ import annotations

import pytest
from django.test import Client

from bench import shots
from tests.world import World

pytestmark = pytest.mark.usefixtures("world")


def test_every_picture_of_a_full_house_is_of_a_page(world: World, client: Client) -> None:
    client.force_login(world.admin)
    found = shots.pages(full=True)
    assert {"portfolio", "initiative", "gate", "kpi", "missing"} <= {shot.name for shot in found}
    answers = {shot.name: client.get(shot.path).status_code for shot in found}
    assert {name for name, status in answers.items() if status == 500} == set()
    assert {name for name, status in answers.items() if status == 404} == {"missing"}


def test_an_empty_house_has_pages_without_things(world: World) -> None:
    assert "portfolio" in {shot.name for shot in shots.pages(full=False)}
    assert "initiative" not in {shot.name for shot in shots.pages(full=False)}


def test_the_docs_show_pages_that_exist() -> None:
    assert set(shots.WIDTHS) >= set(shots.DOCS.values())
