"""Calm pages for what went wrong."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from gaitway.lib import storage

PASSING = (429, 500, 503, 507)  # what may be over in a minute


def show(request: HttpRequest, status: int) -> HttpResponse:
    page = {"status": status, "again": status in PASSING and request.method in ("GET", "HEAD")}
    return HttpResponse(render_to_string("error.html", page), status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    return show(request, 403)


def many(request: HttpRequest) -> HttpResponse:
    """Too many tries: allauth calls it."""
    return show(request, 429)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or of the database that we stand on."""
    status = storage.trouble(sys.exc_info()[1]) or 500
    answer = show(request, status)
    if status == storage.AWAY:
        answer.headers["Retry-After"] = "5"
    return answer


def bad(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show(request, 400)
