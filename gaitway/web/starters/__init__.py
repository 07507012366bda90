"""Patterns to begin with: parts of strategy files, in the reader's language, with their dates from a day on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

import yaml
from django.utils.translation import gettext

FOLDER = Path(__file__).parent
WEEKS = (0, 2, 3, 4, 5, 6, 8, 10, 12, 38, 90)  # that the patterns name
SPOKEN = {"title", "about", "name", "hypothesis", "unit", "checklist"}  # the fields that people read


@cache
def patterns() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def pattern(name: str, me: str, day: date) -> dict[str, Any]:
    """As a part of a strategy file, with its `title` and `about`; `me` is the e-mail of whose tasks these are."""
    days = {f"d{weeks}": (day + timedelta(weeks=weeks)).isoformat() for weeks in WEEKS}
    text = Template((FOLDER / f"{name}.yaml").read_text("utf-8")).substitute(me=me, **days)
    found: dict[str, Any] = _worded(yaml.safe_load(text), gettext)
    return found


def texts() -> Iterator[tuple[str, str]]:
    """Each text of the patterns with the file that says it, for the catalogues."""
    for path in sorted(FOLDER.glob("*.yaml")):
        met: list[str] = []

        def keep(text: str, met: list[str] = met) -> str:
            met.append(text)
            return text

        _worded(yaml.safe_load(path.read_text("utf-8")), keep)
        yield from ((text, path.name) for text in met)


def _worded(part: Any, word: Callable[[str], str], spoken: bool = False) -> Any:
    if isinstance(part, dict):
        return {key: _worded(value, word, key in SPOKEN) for key, value in part.items()}
    if isinstance(part, list):
        return [_worded(value, word, spoken) for value in part]
    return word(part) if spoken and isinstance(part, str) else part
