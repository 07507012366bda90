from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, sources
from gaitway.queries import sources as asked

from .viewer import viewer


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "sources.html", {"page": asked.page(viewer(request), timezone.now())})


@require_POST
def pull(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for its KPIs now."""
    person = viewer(request)
    source = asked.find(person, pk)
    try:
        sources.pull(source, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(source)s is being asked.") % {"source": source.key})
    return redirect("sources")


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    source = asked.find(person, pk)
    sources.cancel(source, by=person, at=timezone.now())
    messages.success(request, _("%(source)s is being stopped.") % {"source": source.key})
    return redirect("sources")
