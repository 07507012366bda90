from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, notices
from gaitway.lib import days
from gaitway.queries import notices as asked
from gaitway.queries.words import formats

from . import undo
from .environment import today
from .viewer import viewer


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    page = asked.inbox(viewer(request), request.GET.get("tab", "needs"), request.GET.get("before", ""))
    return render(
        request, "inbox.html", {"page": page, "tomorrow": today() + timedelta(days=1), "monday": _monday(today())}
    )


@require_POST
def notice_done(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    notice = asked.find(person, pk)
    notices.done(notice, by=person, at=timezone.now())
    if notice.done_at is None:
        undo.offer(request, _("The notice is done."), "notices closed", notices=[pk])
    return _back(notice.level == notice.Level.FOLLOW)


@require_POST
def notice_later(request: HttpRequest, pk: int) -> HttpResponse:
    """`until`: a day by a button, or `day` as it was entered."""
    person = viewer(request)
    notice = asked.find(person, pk)
    try:
        day = days.parse(request.POST.get("until") or request.POST.get("day", ""))
    except ValueError:
        messages.error(request, _("Later is a day, such as %(day)s.") % {"day": today() + timedelta(days=1)})
        return _back(notice.level == notice.Level.FOLLOW)
    try:
        notices.later(notice, until=asked.morning(day), by=person, at=timezone.now())
        undo.offer(request, _("It comes back on %(day)s.") % {"day": formats.day(day)}, "notices closed", notices=[pk])
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    return _back(notice.level == notice.Level.FOLLOW)


@require_POST
def notices_done(request: HttpRequest) -> HttpResponse:
    """All that one follows."""
    closed = notices.all_done(by=viewer(request), at=timezone.now())
    said = ngettext("%(n)s notice is done.", "%(n)s notices are done.", len(closed)) % {"n": len(closed)}
    undo.offer(request, said, "notices closed", notices=closed)
    return _back(True)


def _back(follow: bool) -> HttpResponse:
    response = redirect("inbox")
    response["Location"] += f"?tab={'follow' if follow else 'needs'}"
    return response


def _monday(day: date) -> date:
    """The next one."""
    return day + timedelta(days=7 - day.weekday())
