"""Screens on walls: managed by those who see everything, shown without sign-in to whoever has the address."""

from __future__ import annotations

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gaitway.actions import NotAllowed, Refused, screens
from gaitway.models import Screen
from gaitway.queries import rights
from gaitway.queries import screens as asked

from . import errors
from .viewer import viewer

FAILURES, WINDOW = 30, 60  # unknown addresses from one place in so many seconds


class ScreenForm(forms.Form):
    name = forms.CharField(max_length=100, error_messages={"required": gettext_lazy("Say where it hangs.")})
    seconds = forms.IntegerField(min_value=screens.FEWEST_SECONDS, max_value=screens.MOST_SECONDS, initial=20)
    days = forms.IntegerField(min_value=1, max_value=screens.MOST, initial=screens.DAYS)
    names = forms.BooleanField(required=False)
    restricted = forms.BooleanField(required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """All screens; posting makes one, whose address this answer alone shows."""
    person = viewer(request)
    if not rights.may_hang_screens(person):
        raise NotAllowed(_("Screens are made by administrators and strategists."))
    form = ScreenForm(request.POST) if request.method == "POST" else ScreenForm()
    views, made = asked.choices(person), ""
    chosen = request.POST.getlist("views")
    if form.is_bound and form.is_valid():
        try:
            picked = [view for view in views if str(view.pk) in chosen]
            _row, made = screens.make(**form.cleaned_data, views=picked, by=person, at=timezone.now())
            form, chosen = ScreenForm(), []
        except Refused as error:
            if type(error) is not Refused:
                raise
            form.add_error(None, str(error))
    page = {"form": form, "screens": asked.listed(person), "choices": views, "chosen": chosen, "made": made,
            "now": timezone.now()}  # fmt: skip
    return render(request, "screens.html", page, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    screens.end(Screen.objects.visible_to(person).get(pk=pk), by=person, at=timezone.now())
    return redirect("screens")


@never_cache
@require_safe
def wall(request: HttpRequest, token: str) -> HttpResponse:
    """What the screen shows now. Without JavaScript it turns its pages itself."""
    at = timezone.now()
    screen = asked.alive(token, at)
    if screen is None:
        if _failed(request):
            return errors.many(request)
        raise Http404
    screens.used(screen, at=at)
    number = request.GET.get("n", "1")
    slide = asked.slide(screen, int(number) if number.isdecimal() and len(number) < 9 else 1, at)
    response = render(request, "wall.html", {"slide": slide})
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _failed(request: HttpRequest) -> bool:
    """Counts an unknown address; whether there were too many from this place lately."""
    name = f"screen-unknown:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(name, 0, WINDOW)
    try:
        return cache.incr(name) > FAILURES
    except ValueError:  # it ran out between the two
        return False
