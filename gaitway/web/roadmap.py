"""What happens when, and what moves if this slips?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import Refused
from gaitway.actions import roadmap as actions
from gaitway.queries import initiatives as initiatives_asked
from gaitway.queries import rights
from gaitway.queries import roadmap as asked

from . import undo, views
from .environment import today
from .timeline import Drawings
from .viewer import viewer

PART = "roadmap"  # the id of what a zoom or a filter swaps


@require_safe
def roadmap(request: HttpRequest) -> HttpResponse:
    """A script that asks for the part alone gets it with the first line and the zoom that its filters keep."""
    alone = request.headers.get("HX-Target") == PART
    bar = views.bar(request, "roadmap")
    if not alone and (opened := views.opened(request, bar)) is not None:
        return opened
    filters = asked.filters(request.GET)
    window = asked.Window.of(request.GET.get("z", ""), request.GET.get("from", ""), today())
    number = request.GET.get("page", "1")
    size = int(number) if number.isdecimal() and len(number) < 9 else 1
    page = asked.page(viewer(request), filters, window, today(), size)
    template = "parts/roadmap_swap.html" if alone else "roadmap.html"
    context = {"page": page, "draw": Drawings(window, today()), "views": bar}
    return render(request, template, context)


@require_safe
def row(request: HttpRequest, key: str) -> HttpResponse:
    """One initiative: its gates, milestones, what it needs, its place. On the roadmap it comes as a sheet."""
    person = viewer(request)
    found = asked.one(person, key, today())
    initiative = initiatives_asked.find(person, key)
    window = asked.Window.of(request.GET.get("z", ""), request.GET.get("from", ""), today())
    context = {
        "row": found,
        "draw": Drawings(window, today()),
        "may_move": rights.may_decide(person, initiative),
        "may_edit": rights.works_in(person, initiative),
        "may_arrange": rights.may_arrange(person),
        "needs": initiative.needs.visible_to(person).select_related("strategy"),
        "needed_by": initiative.needed_by.visible_to(person).current().select_related("strategy"),
        "back": back_to(request),
    }
    return render(request, "roadmap_row.html", context)


@require_POST
def order(request: HttpRequest, key: str) -> HttpResponse:
    """Behind `after`, an initiative of the same strategy, or with `step` one place up (-1) or down (1)."""
    person = viewer(request)
    initiative = initiatives_asked.find(person, key)
    seen = list(type(initiative).objects.visible_to(person).current().filter(strategy=initiative.strategy_id))
    at, others = seen.index(initiative), [each for each in seen if each != initiative]
    step, name = request.POST.get("step", ""), request.POST.get("after", "")
    if step in ("-1", "1"):
        place = min(max(at + int(step), 0), len(others))
        after = others[place - 1] if place else None
    elif name:
        after = next((each for each in others if each.key == name.rpartition("/")[2]), None)
        if after is None:
            raise Refused(_("There is no initiative %(name)s to put it behind.") % {"name": name})
    else:
        after = None
    actions.place(initiative, after, by=person, at=timezone.now())
    former = seen[at - 1] if at else None
    if former != after:
        said = _("%(name)s has a new place.") % {"name": initiative.name}
        undo.offer(request, said, "placed", initiative=initiative.pk, before=former.pk if former else None,
                   after=after.pk if after else None)  # fmt: skip
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return redirect(back_to(request))


def back_to(request: HttpRequest) -> str:
    """Where a form of a sheet leads: to the page below it, else to the roadmap."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, None) else reverse("roadmap")
