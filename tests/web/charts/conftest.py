"""Values that the drawings read, and the drawing as a tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest


@dataclass(frozen=True)
class Reading:
    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Move:
    day: date
    label: str


class Drawing:
    """An SVG text, parsed: `Drawing(text).all("path", "line")` finds the elements of a class."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = ElementTree.fromstring(text)

    def all(self, tag: str, kind: str | None = None) -> list[dict[str, str]]:
        return [dict(node.attrib) for node in self.root.iter(tag) if kind is None or node.get("class") == kind]

    def one(self, tag: str, kind: str | None = None) -> dict[str, str]:
        (found,) = self.all(tag, kind)
        return found

    def words(self, kind: str | None = None) -> list[str]:
        return [node.text or "" for node in self.root.iter("text") if kind is None or node.get("class") == kind]


def weekly(*values: float | None, around: float | None = None) -> list[Reading]:
    """Weeks from Monday, 5 January 2026; `around` gives each value that much room on both sides."""
    start = date(2026, 1, 5)
    return [
        Reading(
            start + timedelta(weeks=index),
            value,
            None if value is None or around is None else value - around,
            None if value is None or around is None else value + around,
        )
        for index, value in enumerate(values)
    ]


@pytest.fixture(params=["</title><script>alert(1)</script>", '" onload="alert(1)', "a & b < c"])
def hostile(request: pytest.FixtureRequest) -> str:
    return request.param
