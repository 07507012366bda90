"""What each key does. The list on the pages shows those for which the page has something; keys.js does them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Key:
    """`press`: the signs, with spaces between them; Mod is Ctrl or ⌘. `needs`: what the page must have for it."""

    press: str
    words: str | Promise
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    words: str | Promise
    keys: tuple[Key, ...]


ROW = "[data-row] "
KEYS = (
    Keys(
        _("Everywhere"),
        (
            Key("Mod K", _("Go to, or do")),
            Key("Mod Z", _("Take the last change back")),
            Key("[", _("Side bar"), "[data-side-toggle]"),
            Key("?", _("This list")),
            Key("Esc", _("Close")),
        ),
    ),
    Keys(
        _("In a list"),
        (
            Key("/", _("Filter"), "[data-filter]"),
            Key("J", _("Next row"), ROW + "[data-open]"),
            Key("K", _("Row before"), ROW + "[data-open]"),
            Key("↵", _("Open"), ROW + "[data-open]"),
            Key("P", _("Look without leaving the list"), "[data-peek]"),
            Key("X", _("Select"), ROW + "[data-select]"),
            Key("E", _("Done"), ROW + "[data-done]"),
            Key("H", _("Later"), ROW + "[data-later]"),
        ),
    ),
    Keys(
        _("On this page"),
        (
            Key("C", _("Create"), '[data-key="c"]'),
            Key("E", _("Edit"), '[data-key="e"]'),
            Key("S", _("State or stage"), '[data-key="s"], [data-row-key="s"]'),
            Key("A", _("Assign"), '[data-key="a"], #together-to'),
            Key("D", _("Decide"), '[data-key="d"]'),
            Key("N", _("Note"), '[data-key="n"]'),
        ),
    ),
)
