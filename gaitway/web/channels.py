"""Where the house tells outside its pages, and how that goes: for administrators."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import NotAllowed, Refused, channels, deliveries
from gaitway.models import Channel, Person
from gaitway.models.preference import Group
from gaitway.notices import sending
from gaitway.notices.base import Undelivered
from gaitway.queries import deliveries as asked

from .viewer import viewer

KINDS = (Channel.Kind.SLACK, Channel.Kind.TEAMS, Channel.Kind.WEBHOOK)


class ChannelForm(forms.Form):
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS])
    name = forms.CharField(max_length=100, error_messages={"required": gettext_lazy("Say where it leads.")})
    address = forms.CharField(max_length=2000, error_messages={"required": gettext_lazy("Enter its address.")})
    groups = forms.MultipleChoiceField(
        choices=[(group, group) for group in Group.values],
        initial=list(channels.DEFAULT_GROUPS),
        error_messages={"required": gettext_lazy("Say what it tells.")},
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def channels_page(request: HttpRequest) -> HttpResponse:
    """Posting adds one; the secret of a webhook is in this answer alone."""
    person = _administrator(request)
    form = ChannelForm(request.POST) if request.method == "POST" else ChannelForm()
    made = ""
    if form.is_bound and form.is_valid():
        try:
            _row, made = channels.add(**form.cleaned_data, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error("address", str(error))
        else:
            messages.success(request, _("Added. Send a test, so that you know that it arrives."))
            form = ChannelForm()
    return _page(request, person, form, made)


@never_cache
@require_POST
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    person = _administrator(request)
    made = channels.rotate(asked.find_channel(person, pk), by=person, at=timezone.now())
    return _page(request, person, ChannelForm(), made)


@require_POST
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    person = _administrator(request)
    channels.forget_before(asked.find_channel(person, pk), by=person, at=timezone.now())
    messages.success(request, _("Forgotten. Only the new secret signs from now on."))
    return redirect("channels")


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    person = _administrator(request)
    channel = asked.find_channel(person, pk)
    try:
        sending.try_out(channel, person, at=timezone.now())
    except Undelivered as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(name)s took the test.") % {"name": channel.name})
    return redirect("channels")


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = _administrator(request)
    try:
        channels.end(asked.find_channel(person, pk), by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Ended. Nothing goes there any more, and its secrets are gone."))
    return redirect("channels")


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """One delivery that was laid aside (`pk`), or all of them."""
    person = _administrator(request)
    number = request.POST.get("pk", "")
    if number:
        failed = [asked.find(person, int(number) if number.isdecimal() and len(number) < 19 else 0)]
    else:
        failed = asked.all_failed(person)
    try:
        count = deliveries.retry_failed(failed, by=person, at=timezone.now())
    except NotAllowed:
        raise
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(n)s delivery is tried again.", "%(n)s deliveries are tried again.", count)
        messages.success(request, said % {"n": count})
    return redirect("channels")


def _page(request: HttpRequest, person: Person, form: ChannelForm, made: str) -> HttpResponse:
    page = {
        "form": form, "made": made, "kinds": KINDS, "groups": Group.values, "email_on": settings.EMAIL_ON,
        "lines": asked.channels(person, timezone.now(), email_on=settings.EMAIL_ON), "failed": asked.failed(person),
    }  # fmt: skip
    return render(request, "channels.html", page, status=422 if form.errors else 200)


def _administrator(request: HttpRequest) -> Person:
    person = viewer(request)
    if not person.is_administrator:
        raise NotAllowed(_("Only administrators look after channels."))
    return person
