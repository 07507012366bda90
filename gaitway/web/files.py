"""Files and links of an initiative itself; those of a task are on its page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from gaitway.actions import NotAllowed, Refused, files
from gaitway.models import File, Initiative, Person
from gaitway.queries import initiatives as asked
from gaitway.queries import preferences

from .environment import today
from .viewer import viewer


@require_POST
def initiative_files(request: HttpRequest, key: str) -> HttpResponse:
    sent = [each for each in request.FILES.getlist("file") if isinstance(each, UploadedFile)]

    def act(initiative: Initiative, by: Person, at: datetime) -> None:
        if not sent:
            raise Refused(_("Choose a file."))
        for each in sent:
            if (each.size or 0) > File.MOST:  # not read to the end
                said = _("%(name)s is larger than %(most)s MB: put it elsewhere, and add a link to it.")
                raise Refused(said % {"name": each.name, "most": File.MOST // 2**20})
            files.add(initiative, each.name or "", each.read(), by=by, at=at)

    return _answer(request, key, act)


@require_POST
def initiative_links(request: HttpRequest, key: str) -> HttpResponse:
    url, title = request.POST.get("url", ""), request.POST.get("title", "")
    return _answer(request, key, lambda initiative, by, at: files.link(initiative, url, title, by=by, at=at))


def _answer(request: HttpRequest, key: str, act: Callable[[Initiative, Person, datetime], object]) -> HttpResponse:
    """Does it, and shows the page again: with what was typed and what is wrong, where it was refused."""
    person = viewer(request)
    try:
        act(asked.find(person, key), person, timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        context = {
            "page": asked.page(person, key, today()), "follows": preferences.state(person, key),
            "refused": str(error), "typed": request.POST,
        }  # fmt: skip
        return render(request, "initiative.html", context, status=422)
    return redirect(reverse("initiative", args=[key]) + "#attached")
