from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, initiatives
from gaitway.queries import history as asked
from gaitway.queries.history import Sought

from .viewer import viewer


@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    page = asked.page(viewer(request), key, Sought.of(request.GET.dict()))
    return render(request, "history.html", {"page": page})


@require_POST
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Brings the fields that one change wrote back to what they were before it."""
    person = viewer(request)
    number = request.POST.get("event", "")
    event = asked.find(person, key, int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0)
    try:
        made = initiatives.restore(event, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Restored.") if made else _("It is so already."))
    return redirect("history", key=key)
