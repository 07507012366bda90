from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import tokens
from gaitway.models import Token
from gaitway.queries import tokens as asked

from .viewer import viewer


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, error_messages={"required": gettext_lazy("Say what will use it.")})
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in Token.Scope.values],
        error_messages={"required": gettext_lazy("Say what it may do.")},
    )
    days = forms.IntegerField(min_value=1, max_value=tokens.MOST, initial=tokens.DAYS)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """One's tokens; posting makes one, which this answer alone shows."""
    person = viewer(request)
    form = TokenForm(request.POST) if request.method == "POST" else TokenForm()
    made = ""
    if form.is_bound and form.is_valid():
        _row, made = tokens.make(person, **form.cleaned_data, by=person, at=timezone.now())
        form = TokenForm()
    lines = asked.listed(person, timezone.now())
    page = {"form": form, "lines": lines, "made": made, "scopes": Token.Scope.values, "most": tokens.MOST}
    return render(request, "tokens.html", page, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    tokens.end(asked.find(person, pk), by=person, at=timezone.now())
    messages.success(request, _("Ended. Whoever still uses this token is refused from now on."))
    return redirect("tokens")
