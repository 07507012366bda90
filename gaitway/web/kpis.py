from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import kpis as asked

from .environment import today
from .viewer import viewer


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    return render(request, "kpis.html", {"page": asked.library(viewer(request), request.GET, today())})


@require_safe
def kpi(request: HttpRequest, key: str) -> HttpResponse:
    return render(request, "kpi.html", {"page": asked.page(viewer(request), key, today())})
