"""The review meeting. It works by forms alone; a script adds keys, the clock and saving while one types."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, meetings
from gaitway.models import Initiative, Person, Review, Strategy
from gaitway.queries import meetings as asked

from .environment import today
from .gates import DecisionForm
from .viewer import viewer


class ActionForm(forms.Form):
    text = forms.CharField(max_length=300, error_messages={"required": gettext_lazy("Say what has to be done.")})
    owner = forms.IntegerField(required=False)
    due = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Write a date like 2026-03-31.")})


@require_http_methods(["GET", "HEAD", "POST"])
def reviews(request: HttpRequest) -> HttpResponse:
    """Past ones, and those that could be started; posting starts one."""
    person = viewer(request)
    if request.method != "POST":
        return render(request, "reviews.html", {"page": asked.listed(person, today())})
    strategy = Strategy.objects.visible_to(person).get(pk=_number(request.POST.get("strategy", "")))
    made = meetings.start(strategy, by=person, at=timezone.now(), today=today())
    return redirect("review", pk=made.pk)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, pk, _number(request.GET.get("item", "")), ActionForm())


def _page(request: HttpRequest, pk: int, item: int, form: forms.Form, status: int = 200) -> HttpResponse:
    page = asked.page(viewer(request), pk, today(), item or None)
    if page.ended:
        return redirect("review_minutes", pk=pk)
    gate = page.talk.gate if page.talk else None
    blank = DecisionForm(initial={"moves": gate.moves}) if gate else None
    return render(request, "review.html", {"page": page, "form": form, "blank": blank}, status=status)


@require_POST
def go(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    item = asked.find_item(person, pk)
    _try(request, lambda: meetings.go(item, by=person, at=timezone.now()))
    return redirect("review", pk=item.review_id)


@require_POST
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves an item `up` or `down`, or drops it."""
    person, at = viewer(request), timezone.now()
    item = asked.find_item(person, pk)
    what = request.POST.get("act", "")
    if what == "drop":
        _try(request, lambda: meetings.drop(item, by=person, at=at))
    else:
        _try(request, lambda: meetings.shift(item, up=what == "up", by=person, at=at))
    # Who dropped the last item that they may see doesn't see the review of somebody else any more.
    seen = Review.objects.visible_to(person).filter(pk=item.review_id).exists()
    return redirect("review", pk=item.review_id) if seen else redirect("reviews")


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    found = asked.find(person, pk)
    rows = Initiative.objects.visible_to(person).current()
    initiative = rows.get(pk=_number(request.POST.get("initiative", "")))
    _try(request, lambda: meetings.add(found, initiative, by=person, at=timezone.now()))
    return redirect("review", pk=pk)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A script that saves while one types wants no page back."""
    person = viewer(request)
    item = asked.find_item(person, pk)
    quiet = request.headers.get("Accept", "").startswith("application/json")
    try:
        meetings.note(item, request.POST.get("text", ""), by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        if quiet:
            return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
        messages.error(request, str(error))
    return HttpResponse(status=204) if quiet else _back(item.review_id, pk)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    item = asked.find_item(person, pk)
    form = ActionForm(request.POST)
    if form.is_valid():
        text, owner, due = (form.cleaned_data[name] for name in ("text", "owner", "due"))
        try:
            meetings.act(item, text, owner=_somebody(person, owner), due=due, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error("text", str(error))
        else:
            return _back(item.review_id, pk)
    return _page(request, item.review_id, pk, form, status=422)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    meetings.end(asked.find(person, pk), by=person, at=timezone.now())
    return redirect("review_minutes", pk=pk)


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "minutes.html", {"page": asked.minutes(viewer(request), pk)})


@require_POST
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    try:
        told = meetings.tell(asked.find(person, pk), by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    else:
        words = ngettext(
            "Sent: the people of %(n)s initiative are being told.",
            "Sent: the people of %(n)s initiatives are being told.",
            told,
        )
        messages.success(request, words % {"n": told} if told else _("They were sent already."))
    return redirect("review_minutes", pk=pk)


def _try(request: HttpRequest, act: Callable[[], object]) -> None:
    try:
        act()
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))


def _back(review: int, item: int) -> HttpResponse:
    answer = redirect("review", pk=review)
    answer.headers["Location"] += f"?item={item}"
    return answer


def _somebody(viewer: Person, pk: int | None) -> Person | None:
    return Person.objects.visible_to(viewer).filter(pk=pk, is_active=True).first() if pk else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
