"""The page on which a trigger is written. It looks at what is typed; saving goes through the action."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from gaitway.actions import Conflict, Refused, triggers
from gaitway.models import Person, Stage
from gaitway.queries import chances
from gaitway.queries import triggers as asked

from .environment import today
from .viewer import viewer


class TriggerForm(forms.Form):
    trigger = forms.CharField(required=False, strip=False)
    stop = forms.CharField(required=False, strip=False)
    reason = forms.CharField(
        max_length=5000, required=False, error_messages={"max_length": gettext_lazy("5,000 characters at most.")}
    )
    version = forms.CharField(max_length=16, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def trigger(request: HttpRequest, key: str) -> HttpResponse:
    """Posting looks (`act` is look, or chances for what takes seconds), mends a word or saves."""
    person = viewer(request)
    stage = asked.find(person, key)
    if request.method != "POST":
        first = {"trigger": stage.trigger, "stop": stage.stop, "version": asked.version(stage)}
        return _page(request, person, stage, TriggerForm(initial=first))
    form, act = TriggerForm(request.POST), request.POST.get("act", "look")
    if act in ("mend trigger", "mend stop"):
        return _page(request, person, stage, _mended(form, act.removeprefix("mend "), asked.Room.of(person, stage)))
    if act != "save":
        alone = act == "look" and not request.headers.get("HX-Request")  # without JavaScript nothing is fetched later
        return _page(request, person, stage, form, worked_out=alone or act == "chances")
    room = asked.Room.of(person, stage)
    if (
        form.is_valid()
        and asked.look(stage, form.cleaned_data["trigger"], form.cleaned_data["stop"], room, today()).fine
    ):
        try:
            triggers.write(stage, **form.cleaned_data, by=person, at=timezone.now())
        except Conflict as error:
            form.add_error(None, str(error))
            return _page(request, person, stage, form, status=409)
        except Refused as error:
            if type(error) is not Refused:
                raise
            form.add_error("reason", str(error))
        else:
            messages.success(request, _("Saved. The stage is judged by it from now on."))
            return redirect("trigger", key=key)
    return _page(request, person, stage, form, status=422)


def _mended(form: TriggerForm, name: str, room: asked.Room) -> TriggerForm:
    """With the word that was probably meant in the place of the one that was written."""
    fault = asked.parsed(str(form[name].value() or ""), room)
    text = fault.mended if isinstance(fault, asked.Fault) else ""
    return TriggerForm({each: form[each].value() for each in form.fields} | {name: text}) if text else form


def _page(
    request: HttpRequest,
    person: Person,
    stage: Stage,
    form: TriggerForm,
    *,
    worked_out: bool = False,
    status: int = 200,
) -> HttpResponse:
    room = asked.Room.of(person, stage)
    text, stop = (str(form[name].value() or "") for name in ("trigger", "stop"))
    look = asked.look(stage, text, stop, room, today())
    context = {
        "page": asked.page(person, stage, room), "form": form, "look": look,
        "chances": chances.of(stage, text, room, today()) if worked_out and look.fine else None,
    }  # fmt: skip
    return render(request, "trigger.html", context, status=status)
