"""What the side bar holds besides the rooms."""

from __future__ import annotations

from gaitway.models import Person, Pin, View


def pinned(viewer: Person) -> list[View]:
    """The views that the viewer keeps at hand and may still see, in their order."""
    pins = Pin.objects.filter(person=viewer, view__in=View.objects.visible_to(viewer).values("pk"))
    return [pin.view for pin in pins.select_related("view")]
