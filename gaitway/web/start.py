"""From an empty house to the first initiative with a trigger: what is wanted, a pattern, then its words and numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gaitway.actions import NotAllowed, Refused, strategies
from gaitway.lib import folding, strategyfile
from gaitway.lib.strategyfile import StrategyFileError
from gaitway.models import Person, Strategy
from gaitway.queries import rights

from .environment import today
from .starters import pattern, patterns
from .viewer import viewer

STAGES = ("crawl", "walk", "run")


class WantForm(forms.Form):
    """The first step: what the strategy is, and the pattern of its first initiative."""

    name = forms.CharField(max_length=200, error_messages={"required": gettext_lazy("Give the strategy a name.")})
    vision = forms.CharField(max_length=2000, required=False)
    starts = forms.DateField(error_messages={"invalid": gettext_lazy("Write a date like 2026-03-31.")})
    ends = forms.DateField(error_messages={"invalid": gettext_lazy("Write a date like 2026-03-31.")})
    pattern = forms.ChoiceField(choices=[(name, name) for name in patterns()])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("starts") and found.get("ends") and found["starts"] >= found["ends"]:
            self.add_error("ends", _("The end comes after the beginning."))
        return found

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Strategy.objects.filter(key=_key(name)).exists():
            raise forms.ValidationError(_("There is a strategy of this name. Choose another one."))
        return name


class WordsForm(forms.Form):
    """The second step: the words and numbers of the pattern."""

    objective = forms.CharField(max_length=300)
    initiative = forms.CharField(max_length=300)
    hypothesis = forms.CharField(max_length=2000)
    crawl, walk, run = (forms.CharField(max_length=1000) for _ in range(3))
    stop = forms.CharField(max_length=1000, required=False)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", folding.fold(name)).strip("-")[:40] or "strategy"


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    person = viewer(request)
    if not rights.may_apply(person):
        raise NotAllowed(_("Only an administrator or a strategist can begin a strategy."))
    day = today()
    if request.method != "POST":
        first = WantForm(initial={"starts": day, "ends": day + timedelta(days=730), "pattern": "new-market"})
        return _ask(request, first)
    first = WantForm(request.POST)
    if not first.is_valid():
        return _ask(request, first, status=422)
    chosen = pattern(first.cleaned_data["pattern"], person.email, day)
    if request.POST.get("step") != "words":
        return _adjust(request, first, WordsForm(initial=_words(chosen)), chosen)
    words = WordsForm(request.POST)
    if not words.is_valid():
        return _adjust(request, first, words, chosen, status=422)
    text = _file(first.cleaned_data, words.cleaned_data, chosen, person)
    try:
        document = strategyfile.read(text, name=_("this form"), folder=Path("/nowhere"))
        strategies.apply(document, by=person, at=timezone.now(), today=day)
    except (StrategyFileError, Refused) as error:
        said = [fault.message for fault in error.faults] if isinstance(error, StrategyFileError) else [str(error)]
        for each in said:
            words.add_error(None, each)
        return _adjust(request, first, words, chosen, status=422)
    messages.success(request, _("Your strategy stands. Now its first numbers: by hand, or from a table."))
    made = chosen["objectives"][0]["initiatives"][0]["key"]
    return redirect("initiative", key=f"{_key(first.cleaned_data['name'])}/{made}")


def _ask(request: HttpRequest, form: WantForm, status: int = 200) -> HttpResponse:
    offered = [(name, pattern(name, "", today())) for name in patterns()]
    return render(request, "start.html", {"form": form, "offered": offered}, status=status)


def _adjust(
    request: HttpRequest, first: WantForm, words: WordsForm, chosen: dict[str, Any], status: int = 200
) -> HttpResponse:
    page = {"first": first.data, "form": words, "chosen": chosen, "kpis": chosen["kpis"]}
    return render(request, "start_words.html", page, status=status)


def _words(chosen: dict[str, Any]) -> dict[str, str]:
    objective = chosen["objectives"][0]
    initiative = objective["initiatives"][0]
    rules = {stage: initiative[stage]["trigger"] for stage in STAGES}
    return {"objective": objective["name"], "initiative": initiative["name"], "hypothesis": initiative["hypothesis"],
            "stop": initiative["crawl"]["stop"], **rules}  # fmt: skip


def _file(want: dict[str, Any], words: dict[str, str], chosen: dict[str, Any], person: Person) -> str:
    """The strategy file that the two steps come to."""
    objective = chosen["objectives"][0]
    initiative = objective["initiatives"][0]
    objective |= {"name": words["objective"], "owner": person.email}
    initiative |= {"name": words["initiative"], "hypothesis": words["hypothesis"], "sponsor": person.email,
                   "lead": person.email}  # fmt: skip
    for stage in STAGES:
        initiative[stage]["trigger"] = words[stage]
    initiative["crawl"].pop("stop")
    if words["stop"]:
        initiative["crawl"]["stop"] = words["stop"]
    about = {"key": _key(want["name"]), "name": want["name"], "period": f"{want['starts']}/{want['ends']}"}
    whole = {"gaitway": 1, "strategy": about | ({"vision": want["vision"]} if want["vision"] else {}),
             "people": {person.email: person.name}, "kpis": chosen["kpis"], "objectives": chosen["objectives"]}  # fmt: skip
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
