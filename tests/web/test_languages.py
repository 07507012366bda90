"""Pages in the language of their reader."""

from __future__ import annotations

import time_machine
from django.test import Client
from django.urls import reverse

from gaitway.models import Person
from tests import pseudo
from tests.web.test_matrix import NAMES, argument, house
from tests.world import AT, World

__all__ = ["house"]


def test_no_page_says_a_word_that_is_in_no_catalogue(house: World) -> None:
    Person.objects.update(language=pseudo.CODE)
    written = pseudo.data()
    found: dict[str, set[str]] = {}
    with pseudo.spoken(), time_machine.travel(AT, tick=False):
        for name in NAMES:
            for who in ("sofia", "root"):
                browser = Client(headers={"accept-language": pseudo.CODE})
                browser.force_login(Person.objects.get(email=f"{who}@example.com"))
                page = browser.get(reverse(name, args=argument(house, name, "own")))
                if (
                    page.status_code in (200, 404, 403)
                    and "text/html" in page.headers.get("Content-Type", "")
                    and not page.streaming
                ):
                    for words in pseudo.left(page.content.decode(), written):
                        found.setdefault(words, set()).add(name)
    for words, names in found.items():
        print(repr(words), sorted(names)[:6])
    assert not found
