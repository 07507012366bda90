from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from gaitway.actions import bulk as actions
from gaitway.actions import people
from gaitway.models import Initiative, Person
from gaitway.queries import editing, initiatives
from gaitway.queries import portfolio as asked
from gaitway.queries.words import places

from . import undo, views
from .environment import today
from .exporting import attachment
from .viewer import viewer


@require_safe
def portfolio(request: HttpRequest) -> HttpResponse:
    bar = views.bar(request, "portfolio")
    if (opened := views.opened(request, bar)) is not None:
        return opened
    person, number = viewer(request), request.GET.get("page", "1")
    filters = asked.Filters.of(request.GET)
    page = asked.portfolio(person, filters, today(), int(number) if number.isdecimal() and len(number) < 9 else 1)
    may_begin, may_review = editing.may_begin(person)
    return render(request, "portfolio.html", {
        "page": page, "views": bar, "peek": _peek(request, person),
        "columns": asked.columns(request.GET.get("columns", "") or person.columns), "all_columns": (*asked.COLUMNS, *asked.MORE),
        "may_begin": may_begin, "may_review": may_review,
    })  # fmt: skip


def _peek(request: HttpRequest, person: Person) -> initiatives.InitiativePage | None:
    """What isn't there, or not the viewer's to see, is simply not open."""
    key = request.GET.get("peek", "")
    try:
        return initiatives.page(person, key, today()) if key else None
    except Initiative.DoesNotExist:
        return None


@require_POST
def choose_columns(request: HttpRequest) -> HttpResponse:
    """The viewer's own, of every look at the portfolio; none: those of the house again."""
    person = viewer(request)
    kept = asked.kept_columns(request.POST.getlist("column"))
    before = person.columns
    people.set_columns(person, kept, by=person, at=timezone.now())
    if before != kept:
        undo.offer(request, _("Your columns are kept."), "columns", before=before, after=kept)
    return _back(request)


@require_safe
def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """The list as its filters leave it, or what was selected of it (`x`)."""
    keys = set(request.GET.getlist("x")[: actions.MOST])
    rows = asked.rows_of(viewer(request), asked.Filters.of(request.GET), today(), keys)
    return attachment("portfolio", form, HEAD, _lines(rows))


HEAD = (
    "initiative_id", "name", "state", "outlook", "stage", "objective", "area", "sponsor", "lead", "kpi", "now", "target",
    "met", "criteria", "gate_due", "checked", "tasks", "tasks_done",
)  # fmt: skip


def _lines(rows: list[asked.Row]) -> Iterator[dict[str, object]]:
    for row in rows:
        values = (
            row.key, row.name, row.state, row.outlook, row.stage_name, row.objective, row.area,
            row.sponsor.name if row.sponsor else "", row.lead.name if row.lead else "", row.kpi.name if row.kpi else "",
            row.now, row.target, row.met, row.total, row.gate_due and row.gate_due.isoformat(),
            row.checked and row.checked.isoformat(), row.tasks, row.tasks_done,
        )  # fmt: skip
        yield dict(zip(HEAD, values, strict=True))


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Does one thing (`do`) with each of the selected initiatives (`x`), each by itself, and says of each how it went."""
    person, keys = viewer(request), request.POST.getlist("x")[: actions.MOST]
    if not keys:
        messages.error(request, _("Nothing was selected: tick initiatives first, or press x on a row."))
        return _back(request)
    to = Person.objects.visible_to(person).filter(pk=request.POST.get("to") or 0, is_active=True).first()
    done = actions.do(request.POST.get("do", ""), keys, by=person, at=timezone.now(), to=to)
    return render(request, "bulk.html", {"done": done, "back": _next(request), "state_of": places.state})


def _next(request: HttpRequest) -> str:
    back = request.POST.get("next", "")
    return back if url_has_allowed_host_and_scheme(back, None) else reverse("portfolio")


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(_next(request))
