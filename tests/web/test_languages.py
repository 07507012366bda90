"""Pages and mails in the language of who reads them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from gaitway.actions import events
from gaitway.models import Event, Person
from gaitway.notices import sending
from gaitway.queries import messages
from gaitway.queries.words import speaking
from tests import pseudo
from tests.web.norway import text
from tests.web.test_matrix import NAMES, argument, house
from tests.world import AT, World

__all__ = ["house"]
SHEETS = Path(settings.STATICFILES_DIRS[0]) / "gaitway" / "css"
# Marks, names of products and forms of files, the languages in their own names, and a head of the example of a table.
NAMES_OF_THINGS = {
    "Margin",
    "https",
    "Gaitway",
    "CSV",
    "JSON",
    "Slack",
    "Teams",
    "English",
    "Deutsch",
    "Español",
    "Українська",
    "oidc",
    "csv",
}

# A stream; samples for those who build pages; and patterns, whose English becomes the words of a strategy.
OTHERWISE = ("live", "ui", "start")


def browser(person: Person, language: str = "", asks: str = "") -> Client:
    Person.objects.filter(pk=person.pk).update(language=language)
    person.refresh_from_db()
    made = Client(headers={"accept-language": asks} if asks else None)
    made.force_login(person)
    return made


@pytest.mark.slow
def test_no_page_says_a_word_that_is_in_no_catalogue(house: World) -> None:
    """In a language in which every text of a catalogue stands in brackets, nothing else stands outside them but data."""
    written, found = pseudo.data(), set()
    with pseudo.spoken(), time_machine.travel(AT, tick=False):
        for who in ("sofia", "root"):
            reader = browser(Person.objects.get(email=f"{who}@example.com"), pseudo.CODE)
            for name in (each for each in NAMES if each not in OTHERWISE):
                page = reader.get(reverse(name, args=argument(house, name, "own")))
                if not page.streaming and page.headers.get("Content-Type", "").startswith("text/html"):
                    left = pseudo.left(page.content.decode(), written)
                    found |= {(name, words) for words in left if not named(words)}
    assert sorted(found) == []


def named(words: str) -> bool:
    return set(pseudo.WORD.findall(words)) <= NAMES_OF_THINGS or re.fullmatch(r"[A-ZА-Я]{2}", words) is not None


@pytest.mark.parametrize(
    ("chosen", "asks", "language", "title"),
    [
        ("", "", "en", "Portfolio"),
        ("", "uk,en;q=0.5", "uk", "Портфель"),
        ("", "fr", "en", "Portfolio"),
        ("es", "uk", "es", "Cartera"),
        ("de", "", "de", "Portfolio"),
    ],
)
def test_a_page_is_in_the_language_that_was_chosen_or_asked_for(
    world: World, chosen: str, asks: str, language: str, title: str
) -> None:
    page = browser(world.theo, chosen, asks).get("/")
    assert f'<html lang="{language}" dir="ltr"' in page.content.decode()
    assert f"<h1>{title}</h1>" in page.content.decode()
    assert page.headers["Content-Language"] == language


def test_the_language_is_chosen_in_the_display_form(world: World) -> None:
    reader = browser(world.theo)
    assert reader.post("/me/display/", {"language": "uk", "next": "/kpis/"}).headers["Location"] == "/kpis/"
    assert '<option value="uk" lang="uk" selected>Українська</option>' in reader.get("/").content.decode()
    reader.post("/me/display/", {"language": "tlh"})
    reader.post("/me/display/", {"theme": "dark"})
    world.theo.refresh_from_db()
    assert (world.theo.language, world.theo.theme) == ("uk", "dark")
    reader.post("/me/display/", {"language": ""})
    world.theo.refresh_from_db()
    assert world.theo.language == ""


def test_what_is_refused_is_said_in_the_readers_language(world: World) -> None:
    reader = browser(world.sofia, "de")
    page = reader.post("/gates/north/norway/crawl/", {"choice": "go", "reason": " ", "moves": "1"})
    assert page.status_code == 422
    wrong = reader.post("/triggers/north/norway/crawl/", {"trigger": "ordres >= 6", "stop": "", "reason": "x"})
    if wrong.status_code == 404:  # the address of the page is its own
        wrong = reader.post(reverse("trigger", args=["north/norway/crawl"]), {"trigger": "ordres >= 6", "reason": "x"})
    assert "den KPI 'ordres' gibt es nicht" in text(wrong.content)


def test_programs_are_answered_in_english_unless_they_ask(world: World) -> None:
    reader = browser(world.theo, "uk")
    assert reader.get("/api/v1/me").json()["language"] == "uk"
    plain = reader.get("/api/v1/people", {"nothing": "x"})
    assert plain.headers["Content-Language"] == "en"


def test_who_looks_through_other_eyes_reads_in_their_own_language(house: World) -> None:
    root = Person.objects.get(email="root@example.com")
    Person.objects.filter(pk=house.theo.pk).update(language="uk")
    reader = browser(root, "es")
    reader.post(reverse("view_as"), {"person": house.theo.pk})
    assert '<html lang="es"' in reader.get("/").content.decode()


def test_the_gaits_are_called_as_the_language_calls_them_and_kept_as_written(world: World) -> None:
    with speaking.to(Person(language="uk")):
        assert [rung.name for rung in world.strategy.ladder.rungs] == ["Повзання", "Хода", "Біг"]
        assert [rung.name for rung in world.strategy.declared.rungs] == ["Crawl", "Walk", "Run"]
    world.strategy.stages = [{"key": "crawl", "name": "Probe"}, {"key": "walk", "name": "Walk"}]
    with speaking.to(Person(language="uk")):
        assert [rung.name for rung in world.strategy.ladder.rungs] == ["Probe", "Walk"]


def test_an_event_is_kept_without_words_and_said_to_each_in_their_own(world: World) -> None:
    event = events.record(
        Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "Translate"}
    )
    said = {}
    for language in ("", "de", "es", "uk"):
        with speaking.to(Person(language=language)):
            said[language] = messages.of(event).title
    assert said == {
        "": "Norway: Luca Brandt finished “Translate”",
        "de": "Norway: Luca Brandt hat „Translate“ erledigt",
        "es": "Norway: Luca Brandt terminó «Translate»",
        "uk": "Norway: Luca Brandt завершує «Translate»",
    }


def test_a_mail_is_in_the_language_of_who_gets_it(house: World) -> None:
    from gaitway.actions import channels

    Person.objects.filter(pk=house.luca.pk).update(language="uk")
    house.luca.refresh_from_db()
    sending.try_out(channels.email(at=AT), house.luca, at=AT)
    made = mail.outbox[-1]
    assert made.subject == "Це перевірка"
    assert '<html lang="uk" dir="ltr">' in made.alternatives[0][0]
    assert "Відкрити: " in made.body


def test_no_sheet_names_a_side() -> None:
    """Logical properties alone, so that a language that is written from the right needs nothing."""
    sided = re.compile(
        r"(?:(?:margin|padding|border|scroll-margin)-(?:left|right)|(?<![\w-])(?:left|right))\s*:"
        r"|(?:text-align|float|clear):\s*(?:left|right)|border-(?:top|bottom)-(?:left|right)-radius"
    )
    found = [
        f"{sheet.name}: {match.group()}"
        for sheet in SHEETS.glob("*.css")
        for match in sided.finditer(sheet.read_text("utf-8"))
    ]
    assert found == []
