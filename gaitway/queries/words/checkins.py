"""Check-ins in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gaitway.engine.checkins import Agreement


def outlook(value: str) -> str:
    return {"on track": _("On track"), "at risk": _("At risk"), "off track": _("Off track")}[value]


def beside(agreement: Agreement, state: str, said: str) -> str:
    """As "Owner says on track; evidence says at risk": nothing where both agree or nobody said anything. `state` as
    `queries.health.health` gives it."""
    names = {"on track": _("on track"), "at risk": _("at risk"), "off track": _("off track")}
    if said not in names or agreement == Agreement.AGREES:
        return ""
    if state == "no_data":
        return _("Owner says %(said)s; there is no fresh evidence") % {"said": names[said]}
    shown = state.replace("_", " ")
    if shown not in names:
        return ""
    return _("Owner says %(said)s; evidence says %(shown)s") % {"said": names[said], "shown": names[shown]}
