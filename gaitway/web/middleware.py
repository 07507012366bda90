"""What every page has in common: absent and foreign things answer alike, refusals have their status."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from gaitway.actions import NotAllowed, Refused

from .errors import show


class Answers:
    """Exceptions of queries and actions become answers: 404 for what isn't there or isn't yours to see, 403 for what
    you may not do, and for anything else that was refused the page again, with the reason on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
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
            return show(request, 403)
        if isinstance(error, Refused):
            messages.error(request, str(error))
            return redirect(
                request.path if request.resolver_match and request.resolver_match.url_name == "gate" else "portfolio"
            )
        return None
