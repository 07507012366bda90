"""The Jinja environment of the pages, and what every page has around its content."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

import lucide.jinja
from django.contrib import messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment
from markupsafe import Markup, escape

from gaitway.lib import languages
from gaitway.models import Person
from gaitway.queries.values import Choice

from . import charts, filters, navigation, signin


def environment(**options: Any) -> Environment:
    """`options` are Django's, autoescape among them."""
    options |= {"extensions": ["jinja2.ext.i18n"], "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701  # autoescape=True is in the options
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(_=say, gettext=say, url=url, static=static, icon=icon, option_list=option_list)
    made.globals.update(charts=charts, languages=languages.NAMES)
    made.globals.update(language=get_language, direction=lambda: "rtl" if get_language_bidi() else "ltr")
    made.filters.update(filters.FILTERS)
    return made


def say(message: str, /, **values: object) -> Markup:
    """A message of a page in the reader's language. Jinja's own copies the whole context for each of a thousand calls."""
    return _said(message, get_language()) % values if values else _plain(message, get_language())


@lru_cache(maxsize=8192)
def _said(message: str, _language: str | None) -> Markup:
    return Markup(gettext(message))  # noqa: S704  # the project's own text


@lru_cache(maxsize=8192)
def _plain(message: str, language: str | None) -> Markup:
    return _said(message, language) % {}  # a "%%" is a percent sign, as where there are values


def url(name: str, *args: object) -> str:
    return _url(name, args, get_script_prefix())


@lru_cache(maxsize=8192)
def _url(name: str, args: tuple[object, ...], _prefix: str) -> str:
    return reverse(name, args=args)


def option_list(choices: Sequence[Choice], now: object = None) -> Markup:
    """The options of a select, `now` the chosen one. What may be thousands is escaped at one go."""
    values, labels = (
        str(escape("\0".join(texts))).split("\0")
        for texts in ([each.value for each in choices], [each.label for each in choices])
    )
    made = (
        f'<option value="{value}"{" selected" if each.value == now else ""}>{label}</option>'
        for each, value, label in zip(choices, values, labels, strict=bool(choices))
    )
    return Markup("".join(made))  # noqa: S704  # escaped above


@cache
def icon(name: str, size: int = 16) -> Markup:
    """An icon of the lucide package as SVG, hidden from screen readers: the words beside it say it."""
    return Markup(lucide.jinja.lucide(name, size=size, aria_hidden="true"))  # noqa: S704  # the package's own SVG


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the layout needs besides the page itself."""
    from gaitway.queries import strategies

    viewer = request.user if request.user.is_authenticated else None

    asked = [(name, value) for name, values in request.GET.lists() if name != "page" for value in values]

    def query(**changes: object) -> str:
        kept = [(name, value) for name, value in asked if name not in changes]
        return f"?{urlencode([*kept, *((name, value) for name, value in changes.items() if value not in (None, ''))])}"

    return {
        "viewer": viewer,
        "eyes_of": getattr(request, "eyes_of", None),
        "mark": getattr(request, "mark", ""),
        "held": getattr(request, "held", False),
        "query": query,
        **navigation.around(request, viewer),
        "today": today(),
        "cast": signin.cast() if viewer else [],
        # What is said once is for the page that is opened, not for one that renews its parts (live.js).
        "messages": [] if "Renewal" in request.headers else messages.get_messages(request),
        "inbox_count": _waiting(request, viewer),
        "strategy_name": strategies.title(viewer) if viewer else "",
    }


def _waiting(request: HttpRequest, viewer: Person | None) -> int:
    """As it was when the page was begun; counted anew where something was changed by it."""
    from gaitway.queries import notices

    begun: int | None = getattr(request, "waiting", None)
    return begun if begun is not None else notices.waiting(viewer) if viewer else 0


def today() -> date:
    return timezone.localdate()
