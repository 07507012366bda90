from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Conflict, Refused, decisions, gates, meetings
from gaitway.engine.decisions import Choice
from gaitway.models import Condition, Decision, Person, ReviewItem, Vote
from gaitway.queries import reviews as asked

from .environment import today
from .viewer import viewer


class DecisionForm(forms.Form):
    choice = forms.ChoiceField(
        choices=[(choice, choice) for choice in Choice],
        error_messages={
            "required": gettext_lazy("Choose one."),
            "invalid_choice": gettext_lazy("Choose one of these."),
        },
    )
    reason = forms.CharField(max_length=5000, error_messages={"required": gettext_lazy("A decision needs its reason.")})
    conditions = forms.CharField(max_length=5000, required=False)
    due = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Write a date like 2026-03-31.")})
    until = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Write a date like 2026-03-31.")})
    moves = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        conditional = found.get("choice") == Choice.CONDITIONAL_GO
        if conditional and not found.get("conditions"):
            self.add_error("conditions", _("Say what must still be true."))
        if not conditional:
            found["conditions"], found["due"] = "", None
        if found.get("choice") != Choice.HOLD:
            found["until"] = None
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, key: str) -> HttpResponse:
    """The review; posting decides."""
    person = viewer(request)
    if request.method != "POST":
        page = asked.page(person, key, today())
        return render(request, "gate.html", {"page": page, "form": DecisionForm(initial={"moves": page.moves})})
    stage = asked.find(person, key)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            made = decisions.decide(stage, **form.cleaned_data, by=person, at=timezone.now(), effective_on=today())
        except Conflict as error:
            form.add_error(None, str(error))
            return _again(request, person, key, form, 409)
        except Refused as error:
            if type(error) is not Refused:
                raise
            form.add_error(None, str(error))
        else:
            if (item := request.POST.get("item", "")).isdecimal() and (back := _in_review(person, int(item), made)):
                return back
            if isinstance(made, Vote):
                messages.success(request, _("Your vote is kept. It is decided when the others want the same."))
                return redirect("gate", key=key)
            messages.success(request, _("Decided. The people of the initiative are being told."))
            return redirect("initiative", key=key.rpartition("/")[0])
    return _again(request, person, key, form, 422)


def _again(request: HttpRequest, person: Person, key: str, form: DecisionForm, status: int) -> HttpResponse:
    context = {"page": asked.page(person, key, today()), "form": form, "item": request.POST.get("item", "")}
    return render(request, "gate.html", context, status=status)


def _in_review(person: Person, pk: int, made: Decision | Vote) -> HttpResponse | None:
    """Back to the review in which it was decided, where there is such a one."""
    item = ReviewItem.objects.visible_to(person).select_related("review", "initiative__strategy").filter(pk=pk).first()
    if item is None or item.review.ended_at is not None:
        return None
    if isinstance(made, Decision):
        meetings.decided(item, made, by=person, at=timezone.now())
    return redirect("review", pk=item.review_id)


@require_POST
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Gives an approval that the trigger asks for."""
    person = viewer(request)
    stage = asked.find(person, key)
    gates.approve(stage, request.POST.get("role", ""), by=person, at=timezone.now(), on=today())
    messages.success(request, _("Approved."))
    return redirect("gate", key=key)


@require_POST
def condition_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Says that a condition of a decision is kept, or, with `done=0`, that it is open again."""
    person = viewer(request)
    condition = Condition.objects.visible_to(person).select_related("decision__initiative__strategy").get(pk=pk)
    done = request.POST.get("done", "1") != "0"
    decisions.fulfil(condition, by=person, at=timezone.now(), on=today(), done=done)
    initiative = condition.decision.initiative
    return redirect("gate", key=f"{initiative.strategy.key}/{initiative.key}/{initiative.stage_key}")
