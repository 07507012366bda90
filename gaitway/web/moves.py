"""Moving a gate: what it touches is shown before it is saved."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gaitway.actions import Conflict, Refused, stages
from gaitway.actions.stages import Replanned
from gaitway.engine.plans import Rest
from gaitway.lib import days
from gaitway.models import Stage
from gaitway.queries.roadmap import moving as asked
from gaitway.queries.roadmap.window import Zoom, nudged
from gaitway.queries.stages import begun
from gaitway.queries.words.formats import day

from . import undo
from .environment import today
from .roadmap import back_to
from .viewer import viewer


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, key: str) -> HttpResponse:
    """GET shows what `to` would touch, or `step` steps of the zoom `z`. POST saves what had been `shown`."""
    person, posted = viewer(request), request.method == "POST"
    said = request.POST if posted else request.GET
    rest = Rest(said["rest"]) if said.get("rest") in list(Rest) else Rest.SHIFT
    stage = asked.find(person, key)
    errors: dict[str, str] = {}
    wanted = _day(said.get("to", ""), errors) or _stepped(said.get("step", ""), said.get("z", ""), stage.ends)
    if posted and not said.get("look"):
        reason = said.get("reason", "").strip()
        if wanted is None:
            errors.setdefault("to", _("Say on which day the stage shall end."))
        elif said.get("shown") != f"{wanted}/{rest}":
            errors["shown"] = _("This is what it touches now. Look at it, then move the gate.")
        elif not reason and begun(stage):
            errors["reason"] = _("The stage has begun: a new end needs its reason.")
        else:
            try:
                was = days.parse(said["was"]) if said.get("was") else None
                made = stages.replan(
                    stage, ends=wanted, reason=reason, rest=rest, was=was, by=person, at=timezone.now()
                )
            except Conflict as error:
                errors["form"] = str(error)
            except Refused as error:
                if type(error) is not Refused:
                    raise
                errors["to"] = str(error)
            else:
                return _done(request, stage, made, wanted)
    page = asked.page(person, key, wanted, rest, today())
    context = {"page": page, "errors": errors, "reason": said.get("reason", ""), "back": back_to(request)}
    return render(request, "gate_move.html", context, status=422 if errors and posted else 200)


def _done(request: HttpRequest, stage: Stage, made: Replanned, wanted: date) -> HttpResponse:
    if not made.after:
        messages.info(request, _("Nothing was changed."))
        return redirect(back_to(request))
    said = _("Gate moved to %(day)s.") % {"day": day(wanted)}
    undo.offer(request, said, "gate moved", initiative=stage.initiative_id, made=made.as_json())
    return redirect(back_to(request))


def _day(text: str, errors: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return days.parse(text.strip())
    except ValueError:
        errors["to"] = _("Write a date like 2026-03-31.")
        return None


def _stepped(step: str, zoom: str, ends: date | None) -> date | None:
    if step not in ("-1", "1") or ends is None or zoom not in list(Zoom):
        return None
    return nudged(Zoom(zoom), ends, int(step))
