"""A small change comes with the way back: a message with a button, which JavaScript makes a toast, and Ctrl+Z."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gaitway.actions import Refused, undo
from gaitway.models import Undo

from .viewer import viewer, wants_json

TAG = "undo:"  # of a message that has the number of its Undo
TOAST = "toast"  # of one that goes by itself


def offer(request: HttpRequest, words: str, kind: str, **data: Any) -> Undo:
    """Says what was done, with the way back. `kind`: one of actions.undo.INVERSES; `data`: what its inverse needs.
    To a script that asked for JSON nothing is said: its answer may carry the number."""
    made = undo.offer(words, kind, data, by=viewer(request), at=timezone.now())
    if not wants_json(request):
        messages.success(request, words, extra_tags=f"{TAG}{made.pk}")
    return made


@require_POST
def take_back(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One change, or the newest that can still be taken back."""
    person, at = viewer(request), timezone.now()
    if pk is None:
        last = undo.newest(by=person, at=at)
        pk = last.pk if last else None
    done, said = False, _("There is nothing to take back.")
    if pk is not None:
        try:
            taken = undo.take_back(pk, by=person, at=at)
            done, said = True, _("Taken back: %(words)s") % {"words": taken.words}
        except Refused as error:
            said = str(error)
    if done:
        messages.success(request, said, extra_tags=TOAST)
    if wants_json(request):
        return JsonResponse({"done": done, "says": said})
    if not done:
        messages.error(request, said)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "portfolio")
