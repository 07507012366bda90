from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gaitway.actions import Refused, roles
from gaitway.models import Area, Person
from gaitway.queries import areas as asked
from gaitway.queries import roles as people

from .roles import RoleForm
from .viewer import viewer


class AreaRoleForm(RoleForm):
    area = forms.ModelChoiceField(
        Area.objects.all(),
        error_messages={
            "required": gettext_lazy("Choose the area."),
            "invalid_choice": gettext_lazy("Choose one of these areas."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def areas(request: HttpRequest) -> HttpResponse:
    """Who is what in every initiative of an area; posting gives a role."""
    person = viewer(request)
    asked.page(person)  # nobody else learns which there are
    form = AreaRoleForm(person, request.POST) if request.method == "POST" else AreaRoleForm(person)
    if not form.is_bound:
        return _page(request, person, form)
    if form.is_valid():
        said = form.cleaned_data
        try:
            roles.give(said["person"], said["role"], said["area"], by=person, at=timezone.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Given. %(name)s is being told.") % {"name": said["person"].name})
            return redirect("areas")
    return _page(request, person, form, status=422)


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    person = viewer(request)
    area = asked.find(person, pk)
    form = RoleForm(person, request.POST)
    if form.is_valid():
        try:
            roles.take(form.cleaned_data["person"], form.cleaned_data["role"], area, by=person, at=timezone.now())
            messages.success(request, _("Taken."))
        except Refused as error:
            messages.error(request, str(error))
    else:
        messages.error(request, _("Nothing was taken: say whose role, and which."))
    return redirect("areas")


def _page(request: HttpRequest, person: Person, form: AreaRoleForm, status: int = 200) -> HttpResponse:
    context = {"page": asked.page(person), "form": form, "people": people.people(person)}
    return render(request, "areas.html", context, status=status)
