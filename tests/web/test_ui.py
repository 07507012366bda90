"""The style guide shows every part of the pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gaitway.models import Person
from gaitway.web import sheet
from tests.world import World


def classes(css: str) -> set[str]:
    """Those that the selectors of a sheet name."""
    bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", css, flags=re.DOTALL)
    return {name for selector in re.findall(r"([^{};]+){", bare) for name in re.findall(r"\.([a-z][\w-]*)", selector)}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["components", "evidence"])
def test_every_class_of_the_parts_is_shown(world: World, name: str) -> None:
    Person.objects.filter(pk=world.sofia.pk).update(access="strategist")
    client = Client()
    client.force_login(Person.objects.get(pk=world.sofia.pk))
    guide = client.get("/ui/").content.decode().partition('class="guide"')[2]
    shown = {word for text in re.findall(r'class="([^"]*)"', guide) for word in text.split()}
    wanted = classes((sheet.PARTS / f"{name}.css").read_text("utf-8"))
    assert len(wanted) > 30
    assert wanted - shown == set()
