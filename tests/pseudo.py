"""A language in which every text of the catalogue stands in ⟦brackets⟧, to see what stands in none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.utils.translation import trans_real

CODE = "xx"
WORD = re.compile(r"[^\W\d_]{2,}")
SPOKEN = (
    "aria-label",
    "title",
    "placeholder",
    "alt",
    "data-failed",
    "data-lost",
)  # attributes that people hear or read
CODES = ("code", "kbd", "pre", "textarea", "style", "script", "samp")  # what is written for programs, or by people
VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")


class Brackets:
    """What Django asks of a catalogue."""

    def gettext(self, text: str) -> str:
        text = text.rpartition("\x04")[2]
        return f"⟦{text}⟧" if text else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)

    def to_language(self) -> str:
        return CODE

    def language(self) -> str:
        return CODE


@contextmanager
def spoken() -> Iterator[None]:
    trans_real._translations[CODE] = Brackets()
    try:
        yield
    finally:
        del trans_real._translations[CODE]


class Page(HTMLParser):
    """The texts of a page, and of the attributes that are read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.texts += [given[name] or "" for name in SPOKEN if name in given]
        if tag not in VOID:
            self.open.append("code" if "translate" in given else tag)
        else:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if not set(self.open) & set(CODES):
            self.texts.append(data)


def data() -> list[str]:
    """Everything that people wrote, the longest first: names, reasons, addresses."""
    found: set[str] = set()
    for model in apps.get_app_config("gaitway").get_models():
        fields = [f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField | JSONField)]
        for row in model._default_manager.values_list(*fields) if fields else ():
            found.update(text for value in row for text in _texts(value))
    return sorted((text for text in found if WORD.search(text)), key=len, reverse=True)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def left(html: str, written: list[str]) -> list[str]:
    """What stands outside the brackets and is no data."""
    text = "\n".join(Page(html).texts)
    before = None
    while before != text:  # brackets stand inside brackets
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    found = []
    for line in text.splitlines():
        rest = line
        for each in written:
            if each in rest:
                rest = rest.replace(each, " ")
        if WORD.search(rest):
            found.append(" ".join(rest.split()))
    return found
