from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gaitway.models import Person
from gaitway.queries import permissions as asked
from gaitway.queries import rights

from .viewer import viewer


@require_safe
def permissions(request: HttpRequest) -> HttpResponse:
    """Who may do what, in one table; administrators begin here to see the pages as somebody else."""
    person = viewer(request)
    others = Person.objects.visible_to(person).filter(is_active=True, is_system=False).exclude(pk=person.pk)
    page = {
        "groups": asked.groups(),
        "columns": asked.columns(),
        "people": list(others) if rights.may_view_as(person) else [],
    }
    return render(request, "permissions.html", page)
