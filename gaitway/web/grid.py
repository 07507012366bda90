"""Numbers by hand, as in a spreadsheet: a cell, a pasted block, or the whole page where there is no JavaScript."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Conflict, Refused, entries
from gaitway.actions.entries import Entry
from gaitway.models import Kpi, Person
from gaitway.queries import cells
from gaitway.queries import grid as asked
from gaitway.queries.grid import Judged, name_of
from gaitway.queries.words import cells as words

from .environment import today
from .viewer import viewer, wants_json

PREFIX = "c:"  # of the fields that are cells


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: HttpRequest) -> HttpResponse:
    """Posting saves each cell that is fine, and says why of the others."""
    person = viewer(request)
    if request.method != "POST":
        undo = request.session.pop("entered", [])
        return render(request, "grid.html", {"page": asked.page(person, request.GET, today()), "undo": undo})
    typed = [(name.removeprefix(PREFIX), text) for name, text in request.POST.items() if name.startswith(PREFIX)]
    judged = asked.judge(person, [(name, str(text)) for name, text in typed], request.POST.getlist("sure"), today())
    done = _save(person, judged)
    saved = [each["name"] for each in done if each["state"] == "saved"]
    if wants_json(request):
        return JsonResponse({"cells": done})
    if saved:
        request.session["entered"] = saved
        messages.success(
            request, ngettext("%(n)s number saved.", "%(n)s numbers saved.", len(saved)) % {"n": len(saved)}
        )
    wrong = {
        (each.kpi.pk, each.day): (each.text, answer["state"], answer["says"])
        for each, answer in zip(judged, done, strict=True)
        if answer["state"] in ("error", "doubt", "conflict")
    }
    if not wrong:
        if not saved:
            messages.info(request, _("Nothing was changed."))
        return redirect(request.get_full_path())
    context = {"page": asked.page(person, request.GET, today(), wrong), "undo": saved, "wrong": len(wrong)}
    request.session.pop("entered", None)
    return render(request, "grid.html", context, status=422)


@require_POST
def grid_undo(request: HttpRequest) -> HttpResponse:
    """Takes the cells of the last save back: what stood there before stands there again."""
    person, names = viewer(request), request.POST.getlist("cell")
    back, said = asked.revisions(person, names), ""
    for kpi, revisions in back.items():
        try:
            entries.take_back(kpi, revisions, by=person, at=timezone.now())
        except Conflict as error:
            said = str(error)
    if wants_json(request):
        if said:
            return JsonResponse({"says": said}, status=409)
        return JsonResponse({"cells": _now([(kpi, day) for kpi, days in back.items() for day in days])})
    if said:
        messages.error(request, said)
    elif names:
        messages.success(request, _("Taken back: the former numbers stand again."))
    there = request.POST.get("next", "")
    return redirect(there if url_has_allowed_host_and_scheme(there, None) else "grid")


def _save(person: Person, judged: Sequence[Judged]) -> list[dict[str, str]]:
    """One answer a cell, in their order."""
    ready: dict[Kpi, dict[date, Entry]] = defaultdict(dict)
    for each in judged:
        if each.state == "ready":
            ready[each.kpi][each.day] = Entry(each.numbers, each.seen)
    refused: dict[int, str] = {}
    late: set[tuple[int, date]] = set()
    for kpi, found in ready.items():
        try:
            days = entries.enter(kpi, found, by=person, at=timezone.now(), today=today())
            late |= {(kpi.pk, day) for day in days}
        except Refused as error:
            refused[kpi.pk] = str(error)
    known = asked.newest([each.kpi for each in judged], {each.day for each in judged})
    answers = []
    for each in judged:
        place = each.kpi.pk, each.day
        here = known.get(place, asked.Known(0, None, ""))
        stands = cells.write(here.numbers, each.kpi, cells.decimal())
        answer = {"was": name_of(*place, each.seen), "name": name_of(*place, here.revision)}
        if each.state in ("error", "doubt"):
            answer |= {"name": answer["was"], "state": each.state, "text": each.text, "says": each.says}
        elif each.state == "ready" and each.kpi.pk in refused:
            answer |= {"name": answer["was"], "state": "error", "text": each.text, "says": refused[each.kpi.pk]}
        elif place in late:
            answer |= {"state": "conflict", "text": each.text, "says": words.conflict(here.by, stands)}
        else:
            changed = each.state == "ready" and here.revision != each.seen
            answer |= {"state": "saved" if changed else "same", "text": stands, "says": each.says}
        answers.append(answer)
    return answers


def _now(places: Sequence[tuple[Kpi, date]]) -> list[dict[str, str]]:
    known, mark = asked.newest([kpi for kpi, _day in places], {day for _kpi, day in places}), cells.decimal()
    found = []
    for kpi, day in places:
        here = known[kpi.pk, day]
        name = name_of(kpi.pk, day, here.revision)
        found.append({"name": name, "state": "same", "text": cells.write(here.numbers, kpi, mark), "says": ""})
    return found
