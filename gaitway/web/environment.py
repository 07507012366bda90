"""The Jinja environment of the pages, and what every page has around its content."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import lucide.jinja
from django.contrib import messages
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment
from markupsafe import Markup

from gaitway.lib import languages
from gaitway.models import Person

from . import charts, filters, navigation, signin


def environment(**options: Any) -> Environment:
    """`options` are Django's, autoescape among them."""
    options |= {"extensions": ["jinja2.ext.i18n"], "trim_blocks": True, "lstrip_blocks": True}
    made = Environment(**options)  # noqa: S701  # autoescape=True is in the options
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.globals.update(url=url, static=static, icon=icon, charts=charts, languages=languages.NAMES)
    made.globals.update(language=get_language, direction=lambda: "rtl" if get_language_bidi() else "ltr")
    made.filters.update(filters.FILTERS)
    return made


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)


@cache
def icon(name: str, size: int = 16) -> Markup:
    """An icon of the lucide package as SVG, hidden from screen readers: the words beside it say it."""
    return Markup(lucide.jinja.lucide(name, size=size, aria_hidden="true"))  # noqa: S704  # the package's own SVG


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the layout needs besides the page itself."""
    from gaitway.queries import strategies

    viewer = request.user if request.user.is_authenticated else None

    def query(**changes: object) -> str:
        params = request.GET.copy()
        for name in ("page", *changes):
            params.pop(name, None)
        for name, value in changes.items():
            if value not in (None, ""):
                params[name] = str(value)
        return f"?{params.urlencode()}"

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
