from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import initiatives as asked

from .environment import today
from .viewer import viewer


@require_safe
def initiative(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "initiative.html", {"page": asked.page(viewer(request), key, today())})
