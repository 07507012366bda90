"""How it goes: said at a desk, or on a telephone one initiative after the other, also where there is no network."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gaitway.actions import Conflict, NotAllowed, Refused
from gaitway.actions import checkins as actions
from gaitway.actions.entries import Entry
from gaitway.models import CheckIn, Initiative, Kpi, Person
from gaitway.queries import cards, grid, rights
from gaitway.queries import checkins as asked
from gaitway.queries.words import checkins as words

from .environment import today
from .viewer import viewer, wants_json

PREFIX = "c:"  # of the fields that are numbers, as in the grid
WORKER = Path(__file__).parent / "static" / "gaitway" / "js" / "checkin-worker.js"
Outlook = CheckIn.Outlook


class CheckInForm(forms.Form):
    """`said` is the one text of a telephone: what goes well, or what doesn't, as the outlook says."""

    outlook = forms.ChoiceField(
        choices=Outlook.choices,
        error_messages={
            "required": gettext_lazy("Choose one."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    said = forms.CharField(required=False)
    successes = forms.CharField(required=False)
    difficulties = forms.CharField(required=False)
    help = forms.CharField(required=False)
    next = forms.CharField(required=False)
    key = forms.CharField(required=False, widget=forms.HiddenInput)
    on = forms.DateField(required=False)


@dataclass
class Tried:
    """What became of a form. `wrong`: by the name of a number, what was typed, its state and what is said of it."""

    form: CheckInForm
    made: CheckIn | None = None
    status: int = 422
    wrong: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def as_json(self) -> JsonResponse:
        if self.made is not None:
            return JsonResponse({"saved": self.made.pk})
        errors = {name: str(found[0]) for name, found in self.form.errors.items()}
        errors |= {PREFIX + name: says for name, (_text, _state, says) in self.wrong.items()}
        doubts = [PREFIX + name for name, (_text, state, _says) in self.wrong.items() if state == "doubt"]
        return JsonResponse({"errors": errors, "doubts": doubts}, status=self.status)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, key: str) -> HttpResponse:
    """One initiative, at a desk."""
    person = viewer(request)
    initiative = asked.find(person, key)
    if not rights.may_check_in(person, initiative):
        raise NotAllowed(
            _("Only the people who work on %(initiative)s can check in.") % {"initiative": initiative.name}
        )
    tried = _try(person, initiative, request.POST) if request.method == "POST" else None
    if tried and tried.made:
        messages.success(request, _("Checked in. The people of the initiative are being told."))
        there = redirect("initiative", key=key)
        return JsonResponse({"saved": tried.made.pk, "to": there["Location"]}) if wants_json(request) else there
    if tried and wants_json(request):
        return tried.as_json()
    form = tried.form if tried else CheckInForm(initial={"key": _fresh()})
    context = {"card": cards.card(person, initiative, today()), "form": form, "wrong": tried.wrong if tried else {}}
    return render(request, "check_in.html", context, status=tried.status if tried else 200)


@require_safe
def history(request: HttpRequest, key: str) -> HttpResponse:
    page = asked.history(viewer(request), key, request.GET.get("before", ""))
    return render(request, "check_ins.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def checkins(request: HttpRequest) -> HttpResponse:
    """Those that are due from the viewer, one after the other. Posting says one of them."""
    person = viewer(request)
    tried, which = None, ""
    if request.method == "POST":
        which = request.POST.get("initiative", "")
        if request.POST.get("person", str(person.pk)) != str(person.pk):
            return _somebody_else(request)
        initiative = asked.find(person, which)
        tried = _try(person, initiative, request.POST)
        if wants_json(request):
            return tried.as_json()
        if tried.made:
            messages.success(request, _("Checked in. The people of the initiative are being told."))
            return redirect("checkins")
    mine, others = asked.due(person, today())
    initiatives = [row.initiative for row in mine]
    last = {row.initiative.pk: row.last for row in mine if row.last}
    if tried and initiative not in initiatives:  # said beside what is due
        initiatives.append(initiative)
    deck = [
        {"card": card, "form": tried.form if tried and card.key == which else CheckInForm(initial={"key": _fresh()}),
         "wrong": tried.wrong if tried and card.key == which else {}}
        for card in cards.cards(person, initiatives, last, today())
    ]  # fmt: skip
    coming = asked.ahead(person, today())
    sentence = words.due(len(mine))
    if not mine and coming:
        sentence += " " + words.coming(coming[0].initiative.name, coming[0].due.on)
    context = {"deck": deck, "others": others, "coming": coming, "sentence": sentence}
    return render(request, "checkins.html", context, status=tried.status if tried else 200)


@require_safe
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker of the page for telephones: its address is its scope."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@cache
def _worker() -> str:
    return WORKER.read_text(encoding="utf-8")


def _try(person: Person, initiative: Initiative, post: QueryDict) -> Tried:
    """Keeps it where everything in it is right."""
    tried = Tried(CheckInForm(post))
    numbers = _numbers(person, post, tried)
    if not tried.form.is_valid() or tried.wrong:
        return tried
    said = dict(tried.form.cleaned_data)
    text, into = said.pop("said"), "successes" if said["outlook"] == Outlook.ON_TRACK else "difficulties"
    said[into] = said[into] or text
    ahead = said["on"] and said["on"] - today() == timedelta(days=1)  # where the telephone is, it is tomorrow already
    said["on"] = today() if ahead else said["on"] or today()
    try:
        tried.made = actions.record(initiative, **said, numbers=numbers, by=person, at=timezone.now())
    except actions.Incomplete as error:
        shown = "said" if error.field == into and "said" in post else error.field
        tried.form.add_error(None if shown in ("on", "key") else shown, str(error))  # those stand on no page
    except NotAllowed:
        raise
    except Refused as error:
        tried.status = 409 if isinstance(error, Conflict) else 422
        tried.form.add_error(None, str(error))
    return tried


def _numbers(person: Person, post: QueryDict, tried: Tried) -> Mapping[Kpi, Mapping[date, Entry]]:
    """What was typed into the fields of numbers; what can't be taken stands in `tried.wrong`."""
    typed = [(name.removeprefix(PREFIX), str(text)) for name, text in post.items() if name.startswith(PREFIX)]
    found: dict[Kpi, dict[date, Entry]] = defaultdict(dict)
    for each in grid.judge(
        person, [(name, text) for name, text in typed if text.strip()], post.getlist("sure"), today()
    ):
        name = grid.name_of(each.kpi.pk, each.day, each.seen)
        if each.state in ("error", "doubt"):
            tried.wrong[name] = (each.text, each.state, each.says)
        elif each.state == "ready":
            found[each.kpi][each.day] = Entry(each.numbers, each.seen)
    return found


def _somebody_else(request: HttpRequest) -> HttpResponse:
    """A telephone kept it for a person who isn't signed in now."""
    said = _("This was written by somebody else who used this telephone. It waits until they sign in.")
    if wants_json(request):
        return JsonResponse({"errors": {"__all__": said}}, status=409)
    messages.error(request, said)
    return redirect("checkins")


def _fresh() -> str:
    return secrets.token_urlsafe(18)
