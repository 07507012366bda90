from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from gaitway.actions import people
from gaitway.models import Person

from .viewer import viewer


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    """How Gaitway looks to the viewer: colours, density, single-letter keys."""
    person = viewer(request)
    asked = request.POST
    theme, density = asked.get("theme", person.theme), asked.get("density", person.density)
    people.set_display(
        person,
        theme=theme if theme in Person.Theme.values else person.theme,
        density=density if density in Person.Density.values else person.density,
        keys=asked["keys"] == "on" if "keys" in asked else person.keys,
        by=person,
        at=timezone.now(),
    )
    back = asked.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "portfolio")
