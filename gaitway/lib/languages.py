"""The languages that Gaitway speaks. To add one: docs/languages.md."""

from __future__ import annotations

# By their codes, each in its own name, as people look for it.
NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "uk": "Українська"}


def of_the_house(code: str) -> str:
    """What is spoken where nobody has chosen. Raises ValueError for one that isn't spoken."""
    if code not in NAMES:
        raise ValueError(f"GAITWAY_LANGUAGE is one of {', '.join(NAMES)}: not {code!r}.")
    return code
