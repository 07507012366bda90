from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import events as asked

from .viewer import viewer


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return render(request, "feed.html", {"page": asked.feed(viewer(request), request.GET.get("before", ""))})
