"""What every page has in common: absent and foreign things answer alike, refusals have their status."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django.utils import timezone, translation

from gaitway.actions import NotAllowed, Refused, people
from gaitway.models import Person
from gaitway.queries import live

from .errors import show
from .viewer import viewer

log = logging.getLogger("gaitway.access")
NOTED = 600  # seconds between two notes that somebody was here
LONGEST = 30 * 86_400  # seconds of a session, however much somebody is here


class Compressed(GZipMiddleware):
    """Everything but the stream of changes, whose events would wait in the compressor for more."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.headers.get("Content-Type") == "text/event-stream":
            return response
        return super().process_response(request, response)


class Seen:
    """Notes every ten minutes that a person was here, in sessions that began on the page for signing in, and ends those
    that began too long ago."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        if request.user.is_authenticated and (last := request.session.get("seen")) and at.timestamp() - last > NOTED:
            if at.timestamp() - request.session.setdefault("began", last) > LONGEST:
                logout(request)
                return redirect("account_login")
            request.session["seen"] = int(at.timestamp())
            people.seen(viewer(request), session=request.session.session_key, at=at)
        return self.get_response(request)


class Speaking:
    """Pages in the language that the reader chose; where they chose none, as their browser asks, which Django's middleware
    has seen to. Who looks through somebody else's eyes reads in their own language, and programs in the one they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = getattr(request, "eyes_of", None) or request.user
        if isinstance(reader, Person) and reader.language and not request.path_info.startswith("/api/"):
            translation.activate(reader.language)
        return self.get_response(request)


VERBS = ("GET", "HEAD", "POST")  # that any page takes


class Answers:
    """Exceptions of queries and actions become answers: 404 for what isn't there or isn't yours to see, 403 for what
    you may not do, and for anything else that was refused the page again, with the reason on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.method not in VERBS and getattr(request, "urlconf", None) is None
        ):  # the API has addresses of its own
            return HttpResponseNotAllowed(VERBS)
        if request.method == "GET" and request.user.is_authenticated and not request.path.startswith("/live/"):
            # Before the page is made: what comes later is news to it.
            mark, waiting, held, pinned = live.start(viewer(request))
            request.mark, request.waiting = ".".join(map(str, mark)), waiting  # type: ignore[attr-defined]  # for the layout
            request.held, request.pinned = held, pinned  # type: ignore[attr-defined]  # the same
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ObjectDoesNotExist):
            return show(request, 404)
        if isinstance(error, NotAllowed):
            log.info("Person %s was refused: %s %s", request.user.pk, request.method, request.path)
            return show(request, 403)
        if isinstance(error, Refused):
            messages.error(request, str(error))
            return redirect(
                request.path if request.resolver_match and request.resolver_match.url_name == "gate" else "portfolio"
            )
        return None
