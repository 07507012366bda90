from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import initiatives as asked
from gaitway.queries import preferences

from .environment import today
from .viewer import viewer


@require_safe
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    page = asked.page(person, key, today())
    return render(request, "initiative.html", {"page": page, "follows": preferences.state(person, key)})
