from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.queries import portfolio as asked

from . import views
from .environment import today
from .viewer import viewer


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    if (opened := views.opened(request, "portfolio")) is not None:
        return opened
    filters = asked.Filters.of(request.GET)
    number = request.GET.get("page", "1")
    page = asked.portfolio(
        viewer(request), filters, today(), int(number) if number.isdecimal() and len(number) < 9 else 1
    )
    return render(request, "portfolio.html", {"page": page, "views": views.bar(request, "portfolio")})
