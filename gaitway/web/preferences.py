"""How the viewer is told, and the links in mails that end them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import preferences
from gaitway.models import Initiative, Objective, Preference
from gaitway.models.preference import CHOSEN
from gaitway.queries import preferences as asked

from . import undo
from .viewer import viewer

OFF = "off"


class PreferenceForm(forms.Form):
    """One choice a row: the level of each group, the mail of each level, the day of the digest."""

    gates, decisions, plans = (forms.ChoiceField(choices=Preference.Level.choices) for _ in range(3))
    mail_needs, mail_follow = (forms.ChoiceField(choices=Preference.Mail.choices) for _ in range(2))
    digest_day = forms.ChoiceField(choices=[*((str(day), "") for day in Preference.Day.values), (OFF, "")])


@require_http_methods(["GET", "HEAD", "POST"])
def preferences_page(request: HttpRequest) -> HttpResponse:
    person = viewer(request)
    form = PreferenceForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        chosen = form.cleaned_data
        day = chosen["digest_day"]
        preferences.put(
            person, levels={group: chosen[group] for group in CHOSEN}, mail_needs=chosen["mail_needs"],
            mail_follow=chosen["mail_follow"], digest_day=None if day == OFF else int(day), by=person, at=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("preferences")
    page = {"wish": asked.of(person), "followed": asked.followed(person), "objectives": asked.objectives(person),
            "groups": CHOSEN, "levels": Preference.Level.values, "mails": Preference.Mail.values,
            "days": Preference.Day.values, "form": form}  # fmt: skip
    return render(request, "preferences.html", page, status=422 if form else 200)


@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """`what` is `initiative` or `objective`, `key` its key, `stop` ends it."""
    person = viewer(request)
    key = request.POST.get("key", "")
    objective = request.POST.get("what") == "objective"
    thing: Initiative | Objective
    thing = asked.find_objective(person, key) if objective else asked.find_initiative(person, key)
    stop = "stop" in request.POST
    change = preferences.unfollow if stop else preferences.follow
    change(thing, by=person, at=timezone.now())
    said = _("You don't follow %(name)s any more.") if stop else _("You follow %(name)s.")
    undo.offer(request, said % {"name": thing.name}, "unfollowed" if stop else "followed",
               what="objective" if objective else "initiative", pk=thing.pk)  # fmt: skip
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "preferences")


@csrf_exempt  # a mail program posts it (RFC 8058): the token in the address says who, and that the mail was ours
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at the page changes nothing: programs that read links ahead would end mails."""
    person, what = asked.unsubscribing(token)
    if request.method == "POST":
        end = preferences.stop_digest if what == asked.DIGEST else preferences.stop_mail
        end(person, by=person, at=timezone.now())
    return render(request, "unsubscribe.html", {"what": what, "done": request.method == "POST"})
