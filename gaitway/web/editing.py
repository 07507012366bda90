"""Changing an initiative: one field where it stands, or all of them in a form of its own."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Conflict, NotAllowed, Refused, initiatives, plans, stages
from gaitway.engine.stages import Move
from gaitway.models import ChecklistItem, Initiative
from gaitway.queries import editing as asked
from gaitway.queries.editing import EditPage

from . import undo
from .environment import today
from .viewer import viewer

MISSING = {"required": gettext_lazy("It needs a name.")}
NO_DAY = {"invalid": gettext_lazy("Write a date like 2026-03-31.")}


class InitiativeForm(forms.Form):
    """`names`: the fields that are asked for."""

    name = forms.CharField(max_length=300, error_messages=MISSING)
    hypothesis = forms.CharField(max_length=20_000, required=False)
    objective = forms.CharField()
    area = forms.CharField(max_length=200, required=False)
    restricted = forms.BooleanField(required=False)
    spending = forms.CharField(required=False)
    needs = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": gettext_lazy("Choose among these.")}
    )

    def __init__(self, data: Any = None, *, page: EditPage, names: Collection[str]) -> None:
        super().__init__(data, initial={name: page.values[name] for name in names})
        for name in asked.FIELDS:
            if name not in names:
                del self.fields[name]
        if "needs" in names:
            self.fields["needs"].choices = [(each.value, each.label) for each in page.others]  # type: ignore[attr-defined]  # it has


class PlanForm(forms.Form):
    starts = forms.DateField(required=False, error_messages=NO_DAY)
    ends = forms.DateField(required=False, error_messages=NO_DAY)
    budget = forms.DecimalField(
        required=False, max_digits=16, decimal_places=2, error_messages={"invalid": gettext_lazy("Write a number.")}
    )
    currency = forms.CharField(required=False, max_length=3)
    reason = forms.CharField(required=False, max_length=5000)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """`field` asks for one alone; `part=1` for its control without a page around it. Posting saves what was sent."""
    person = viewer(request)
    page = asked.page(person, key)
    sent = request.POST if request.method == "POST" else request.GET
    field, part = sent.get("field", ""), sent.get("part") == "1"
    names = [field] if field in page.may else [name for name in asked.FIELDS if name in page.may]
    if not names:
        raise NotAllowed(_("You can't change %(name)s.") % {"name": page.name})
    if request.method != "POST":
        return _show(request, page, InitiativeForm(page=page, names=names), field, part)
    form = InitiativeForm(request.POST, page=page, names=names)
    if not form.is_valid():
        return _show(request, page, form, field, part, status=422)
    try:
        made = initiatives.change(
            asked.find(person, key), form.cleaned_data, by=person, at=timezone.now(),
            version=request.POST.get("version", ""),
        )  # fmt: skip
    except Conflict as error:
        form.add_error(None, str(error))
        return _show(request, asked.page(person, key), form, field, part, status=409)
    except Refused as error:
        if isinstance(error, NotAllowed):
            raise
        form.add_error(names[0] if len(names) == 1 else None, str(error))
        return _show(request, page, form, field, part, status=422)
    if made is not None:
        undo.offer(request, _("Saved."), "initiative changed", event=made.pk)
    return redirect("initiative", key=key)


def _show(
    request: HttpRequest, page: EditPage, form: forms.Form, field: str, part: bool, status: int = 200
) -> HttpResponse:
    one = field if field in page.may else ""
    version = page.versions[one] if one else page.version
    context = {"page": page, "form": form, "field": one, "version": version, "part": part}
    return render(request, "parts/field_form.html" if part and one else "initiative_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    """Dates and money of one stage; `part` as above."""
    person = viewer(request)
    initiative = asked.find(person, key)
    row = asked.stage_of(initiative, stage)
    known = asked.plan(person, initiative, stage)
    if not known.may_plan:
        raise NotAllowed(_("You can't plan this stage."))
    sent = request.POST if request.method == "POST" else request.GET
    part = sent.get("part") == "1"
    if request.method != "POST":
        first = {"starts": known.starts, "ends": known.ends, "budget": plain(known.budget), "currency": known.currency}
        return _plan_page(request, key, known, PlanForm(initial=first), part)
    form = PlanForm(request.POST)
    if form.is_valid():
        try:
            plans.write(row, **form.cleaned_data, by=person, at=timezone.now())
        except Refused as error:
            if isinstance(error, NotAllowed):
                raise
            form.add_error("reason" if known.begun and not form.cleaned_data["reason"] else None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("initiative", key=key)
    return _plan_page(request, key, known, form, part, status=422)


def plain(amount: float | Decimal | None) -> float | Decimal | int | None:
    """As one writes it into a field: no empty cents."""
    return int(amount) if amount is not None and amount == int(amount) else amount


def _plan_page(
    request: HttpRequest, key: str, known: asked.StagePlan, form: forms.Form, part: bool, status: int = 200
) -> HttpResponse:
    context = {"initiative_key": key, "stage": known, "form": form, "part": part}
    return render(request, "parts/plan_form.html" if part else "initiative_plan.html", context, status=status)


@require_POST
def move(request: HttpRequest, key: str) -> HttpResponse:
    """Starts, pauses and resumes it."""
    person = viewer(request)
    initiative = asked.find(person, key)
    step = request.POST.get("move", "")
    try:
        if step not in stages.STEERED:
            raise Refused(_("It can be started, paused or resumed here."))
        reason = request.POST.get("reason", "")[:5000]
        stages.steer(initiative, Move(step), reason=reason, by=person, at=timezone.now(), effective_on=today())
    except Refused as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, str(error))
    return redirect("initiative", key=key)


@require_POST
def retire(request: HttpRequest, key: str) -> HttpResponse:
    """Takes it out of the strategy, or, with `back=1`, brings it back."""
    person = viewer(request)
    initiative = asked.find(person, key, retired=True)
    try:
        if request.POST.get("back") == "1":
            initiatives.bring_back(initiative, by=person, at=timezone.now())
            messages.success(request, _("It is back."))
            return redirect("initiative", key=key)
        initiatives.retire(initiative, reason=request.POST.get("reason", "")[:5000], by=person, at=timezone.now())
    except Refused as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, str(error))
        return redirect("initiative_edit", key=key)
    messages.success(request, _("%(name)s is retired. Its history stays.") % {"name": initiative.name})
    return redirect("initiative_edit", key=key)


@require_POST
def item_add(request: HttpRequest, key: str, stage: str) -> HttpResponse:
    person = viewer(request)
    row = asked.stage_of(asked.find(person, key), stage)
    try:
        plans.add_item(row, request.POST.get("text", ""), by=person, at=timezone.now())
    except Refused as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, str(error))
    return _back(request, key)


@require_POST
def item_take(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    rows = ChecklistItem.objects.visible_to(person).filter(stage__initiative__in=Initiative.objects.current())
    item = rows.select_related("stage__initiative__strategy").get(pk=pk)
    initiative = item.stage.initiative
    plans.take_item(item, by=person, at=timezone.now())
    return _back(request, f"{initiative.strategy.key}/{initiative.key}")


def _back(request: HttpRequest, key: str) -> HttpResponse:
    return redirect("initiative_edit" if request.POST.get("back") == "edit" else "initiative", key=key)
