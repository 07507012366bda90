from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import notices
from gaitway.queries import notices as asked

from .viewer import viewer


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    return render(request, "inbox.html", {"page": asked.inbox(viewer(request), request.GET.get("tab", "needs"))})


@require_POST
def notice_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    notice = asked.find(person, pk)
    notices.done(notice, by=person, at=timezone.now())
    tab = "follow" if notice.level == notice.Level.FOLLOW else "needs"
    response = redirect("inbox")
    response["Location"] += f"?tab={tab}"
    return response
