from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from gaitway.queries import search as asked
from gaitway.queries.search import Hit

from .navigation import exists
from .viewer import viewer


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "1")
    page = asked.search(
        viewer(request), request.GET.get("q", ""), request.GET.get("in", ""),
        int(number) if number.isdecimal() and len(number) < 5 else 1,
    )  # fmt: skip
    return render(request, "search.html", {"page": page, "address": address})


def address(hit: Hit) -> str:
    """Where a hit leads. What has no page of its own yet is shown where it belongs."""
    kind, key = hit.target.kind, hit.target.key
    if kind == "view":
        name, _, query = str(key).partition("?")
        return f"{reverse(name)}?{query}" if exists(name) else reverse("portfolio")
    if kind == "person":
        return f"{reverse('portfolio')}?{urlencode({'q': hit.name})}"
    if kind == "objective":
        named = f"{reverse('objectives')}#{key}" if exists("objectives") else ""
        return named or f"{reverse('portfolio')}?group=objective"
    if not exists(kind) and hit.home:
        kind, key = hit.home.kind, hit.home.key
    return reverse(kind, args=[key] if key else [])
