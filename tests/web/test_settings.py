from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from gaitway.models import Person
from gaitway.web.environment_settings import ENVIRONMENT
from gaitway.web.settings import PARTS
from tests.world import World

DOCS = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")


def browser(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_the_page_and_the_docs_list_the_same_variables() -> None:
    assert list(ENVIRONMENT) == re.findall(r"^\| `(GAITWAY_\w+)` \|", DOCS, re.MULTILINE)


def test_every_setting_has_its_sentence_its_default_and_its_place() -> None:
    for part in PARTS:
        for each in part.settings:
            assert str(each.sentence).endswith(".")
            assert str(each.default)
            assert bool(each.name) != bool(each.place)


def test_what_is_dangerous_stands_last() -> None:
    assert [part.key for part in PARTS][-1] == "danger"


def test_a_word_finds_its_setting_and_where_it_is_set(world: World) -> None:
    page = browser(world.theo).get("/settings/?q=DIGEST").content.decode()
    assert f'href="{reverse("preferences")}"' in page
    assert "Second factor" not in page
    assert "No setting says this" in browser(world.theo).get("/settings/?q=zzz").content.decode()


def test_the_environment_is_for_administrators_and_without_its_secrets(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GAITWAY_METRICS_TOKEN", "never-to-be-seen")
    assert "GAITWAY_" not in browser(world.sofia).get("/settings/").content.decode()
    Person.objects.filter(pk=world.luca.pk).update(access="administrator")
    page = browser(world.luca).get("/settings/").content.decode()
    assert page.count("<b>set</b>") >= 2
    assert "GAITWAY_METRICS_TOKEN" in page
    assert "never-to-be-seen" not in page


def test_a_guest_sees_their_own_alone(world: World) -> None:
    page = browser(world.nadia).get("/settings/").content.decode()
    assert "Single-letter keys" in page
    assert "strategy file" not in page
