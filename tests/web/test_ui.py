"""The style guide shows every part of the pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client, RequestFactory

from gaitway.models import Person
from gaitway.web import errors, sheet
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/?q=zzz&state=off_track", ["zzz", "off track"]),
        ("/kpis/?q=zzz&show=stale", ["zzz", "No fresh data"]),
        ("/roadmap/?q=zzz", ["zzz"]),
        ("/board/?q=zzz&owner=nobody", ["zzz", "Nobody yet"]),
        ("/decisions/?text=zzz&against=1", ["zzz", "Against the evidence"]),
    ],
)
def test_filters_that_hide_everything_are_named_and_can_be_cleared(world: World, path: str, named: list[str]) -> None:
    client = Client()
    client.force_login(world.sofia)
    said = client.get(path).content.decode().partition('<ul class="active-filters"')[2].partition("</a>")[0]
    assert re.findall(r"<b>(.*?)</b>", said) == named
    assert f'href="{path.partition("?")[0]}"' in said


@pytest.mark.parametrize(("status", "verb", "again"), [(500, "get", True), (500, "post", False), (404, "get", False)])
def test_an_error_offers_what_may_help(status: int, verb: str, again: bool) -> None:
    page = errors.show(getattr(RequestFactory(), verb)("/board/"), status).content.decode()
    assert ("Try again" in page, 'action="/search/"' in page) == (again, status == 404)
