"""What people say of their initiatives, beside what the evidence says."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery

from gaitway.engine import checkins as engine
from gaitway.engine.checkins import Agreement
from gaitway.models import CheckIn, Initiative
from gaitway.models.among import among

NEWEST = ("-on", "-at", "-pk")


def latest(initiatives: Iterable[Initiative | int]) -> dict[int, CheckIn]:
    """By initiative (its number), the newest check-in of each that has one, with who made it. One query; the caller has
    asked which of them the viewer may see."""
    keys = {each if isinstance(each, int) else each.pk for each in initiatives}
    of_it = CheckIn.objects.filter(initiative=OuterRef("pk")).order_by(*NEWEST).values("pk")[:1]
    newest = Initiative.objects.filter(pk__in=among(keys)).values(newest=Subquery(of_it))
    return {each.initiative_id: each for each in CheckIn.objects.filter(pk__in=newest).select_related("by")}


def disagreement(state: str, outlook: str) -> Agreement:
    """Of what `queries.health.health` says and a check-in's outlook ("" where there is none)."""
    return engine.compare(state.replace("_", " "), outlook)
