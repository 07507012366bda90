from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import NotAllowed, Refused, roles
from gaitway.models import Person, Role
from gaitway.queries import initiatives
from gaitway.queries import roles as asked

from .viewer import viewer


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(
        Person.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose who."),
            "invalid_choice": gettext_lazy("Choose one of these people."),
        },
    )
    role = forms.ChoiceField(
        choices=Role.Kind.choices,
        error_messages={
            "required": gettext_lazy("Choose the role."),
            "invalid_choice": gettext_lazy("Choose one of these roles."),
        },
    )

    def __init__(self, viewer: Person, *values: Any) -> None:
        super().__init__(*values)
        people = Person.objects.visible_to(viewer).filter(is_active=True, is_system=False)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a choice among rows has one


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest, key: str) -> HttpResponse:
    """Who does what in an initiative; posting gives a role."""
    person = viewer(request)
    initiative = initiatives.find(person, key)
    if request.method != "POST":
        return _page(request, person, key, RoleForm(person))
    form = RoleForm(person, request.POST)
    page = asked.page(person, initiative)
    if not page.may_give:
        raise NotAllowed(_("You give no roles here."))
    if form.is_valid():
        try:
            roles.give(form.cleaned_data["person"], form.cleaned_data["role"], initiative, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Given. %(name)s is being told.") % {"name": form.cleaned_data["person"].name})
            return redirect("roles", key=key)
    return _page(request, person, key, form, status=422)


@require_POST
def take(request: HttpRequest, key: str) -> HttpResponse:
    person = viewer(request)
    initiative = initiatives.find(person, key)
    if not asked.page(person, initiative).may_give:
        raise NotAllowed(_("You take no roles here."))
    form = RoleForm(person, request.POST)
    if form.is_valid():
        try:
            roles.take(form.cleaned_data["person"], form.cleaned_data["role"], initiative, by=person, at=timezone.now())
        except NotAllowed:
            raise
        except Refused as error:
            form = RoleForm(person)
            messages.error(request, str(error))
            return _page(request, person, key, form, status=422)
        messages.success(request, _("Taken."))
        return redirect("roles", key=key)
    return _page(request, person, key, form, status=422)


def _page(request: HttpRequest, person: Person, key: str, form: RoleForm, status: int = 200) -> HttpResponse:
    page = asked.page(person, initiatives.find(person, key))
    context = {"page": page, "form": form, "people": asked.people(person) if page.may_give else []}
    return render(request, "roles.html", context, status=status)
