from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from gaitway.actions import NotAllowed, Refused, events
from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Initiative, Kpi, LimitReset, Person
from gaitway.queries import rights


@transaction.atomic
def reset_limits(kpi: Kpi, period: date, reason: str, *, by: Person, at: datetime) -> LimitReset:
    """From the period that holds the day `period` on, what the KPI usually does is worked out anew.

    Raises NotAllowed, or Refused without a reason, before the KPI's first number, in the future, or a second time."""
    if not rights.may_reset_limits(by, kpi):
        raise NotAllowed(f"Only the owner of {kpi.name}, a strategist or an administrator can re-set its limits.")
    reason = reason.strip()
    if not reason:
        raise Refused("Re-setting limits needs its reason: what changed, and why will it stay?")
    Kpi.objects.select_for_update().get(pk=kpi.pk)
    cadence = Cadence(kpi.cadence)
    start = periods.start(periods.index(period, cadence), cadence)
    first = kpi.observations.aggregate(first=Min("period"))["first"]
    if first is None:
        raise Refused(f"{kpi.name} has no number yet, so there are no limits to re-set.")
    if start <= first:
        raise Refused(f"{kpi.name} has its first number on {first}: re-set its limits from a later {cadence} on.")
    if start > timezone.localdate(at):
        raise Refused(f"The {cadence} from {start} has not begun: re-set the limits when it has.")
    if before := LimitReset.objects.filter(kpi=kpi, period=start).first():
        raise Refused(f"The limits were re-set from {start} on already: {before.reason}")
    made = LimitReset.objects.create(kpi=kpi, period=start, reason=reason, by=by, at=at)
    data = {"kpi": kpi.key, "name": kpi.name, "period": start.isoformat(), "reason": reason}
    events.record(Event.Kind.LIMITS, by=by, at=at, strategy=kpi.strategy, initiative=_circle(kpi), data=data)
    return made


def _circle(kpi: Kpi) -> Initiative | None:
    """Where only restricted initiatives read a KPI, one of them: the event is for its people, as the KPI is."""
    readers = Initiative.objects.filter(stages__kpis=kpi).order_by("restricted", "pk")
    reader: Initiative | None = readers.select_related("strategy").first()
    return reader if reader and reader.restricted else None
