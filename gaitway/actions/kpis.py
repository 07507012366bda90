from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Event, Initiative, Kpi, LimitReset, Notice, Observation, Person
from gaitway.queries import freshness, rights


@turn()
def reset_limits(kpi: Kpi, period: date, reason: str, *, by: Person, at: datetime) -> LimitReset:
    """From the period that holds the day `period` on, what the KPI usually does is worked out anew.

    Raises NotAllowed, or Refused without a reason, before the KPI's first number, in the future, or a second time."""
    if not rights.may_reset_limits(by, kpi):
        raise NotAllowed(
            _("Only the owner of %(kpi)s, a strategist or an administrator can re-set its limits.") % {"kpi": kpi.name}
        )
    reason = reason.strip()
    if not reason:
        raise Refused(_("Re-setting limits needs its reason: what changed, and why will it stay?"))
    Kpi.objects.select_for_update().get(pk=kpi.pk)
    cadence = Cadence(kpi.cadence)
    start = periods.start(periods.index(period, cadence), cadence)
    first = kpi.observations.aggregate(first=Min("period"))["first"]
    if first is None:
        raise Refused(_("%(kpi)s has no number yet, so there are no limits to re-set.") % {"kpi": kpi.name})
    if start <= first:
        raise Refused(
            _("%(kpi)s has its first number on %(first)s: re-set its limits from a later period on.")
            % {"kpi": kpi.name, "first": first}
        )
    if start > timezone.localdate(at):
        raise Refused(_("The period from %(start)s has not begun: re-set the limits when it has.") % {"start": start})
    if before := LimitReset.objects.filter(kpi=kpi, period=start).first():
        raise Refused(
            _("The limits were re-set from %(start)s on already: %(reason)s")
            % {"start": start, "reason": before.reason}
        )
    made = LimitReset.objects.create(kpi=kpi, period=start, reason=reason, by=by, at=at)
    data = {"kpi": kpi.key, "name": kpi.name, "period": start.isoformat(), "reason": reason}
    events.record(Event.Kind.LIMITS, by=by, at=at, strategy=kpi.strategy, initiative=_circle(kpi), data=data)
    return made


@turn()
def remind(*, by: Person, at: datetime) -> int:
    """Tells the owner of each KPI that is entered by hand, once a period, that its value is owed; and takes what has
    arrived meanwhile out of inboxes. Returns how many were told. Four queries where nothing is owed anew."""
    today = timezone.localdate(at)
    by_hand = list(
        Kpi.objects.filter(retired_at=None, source=None, owner__isnull=False).select_related("strategy", "owner")
    )
    newest = dict(
        Observation.objects.filter(kpi__in=by_hand).values_list("kpi").annotate(newest=Max("period")).order_by()
    )
    due = {}
    for kpi in by_hand:
        cadence = Cadence(kpi.cadence)
        last = periods.end(periods.index(newest[kpi.pk], cadence), cadence) if kpi.pk in newest else None
        due[kpi] = freshness.due(kpi, last, today)
    owed = Event.objects.filter(kind=Event.Kind.OWED)
    told = set(owed.values_list("strategy", "data__kpi", "data__first"))
    waiting = {(kpi.strategy_id, kpi.key, each.first.isoformat()) for kpi, each in due.items()}
    open_ = Notice.objects.filter(event__kind=Event.Kind.OWED, done_at=None).select_related("event")
    arrived = [n.pk for n in open_ if (n.event.strategy_id, n.event.data["kpi"], n.event.data["first"]) not in waiting]
    Notice.objects.filter(pk__in=arrived).update(done_at=at)
    count = 0
    for kpi, each in due.items():
        if each.owed and (kpi.strategy_id, kpi.key, each.first.isoformat()) not in told:
            data = {"kpi": kpi.key, "name": kpi.name, "first": each.first.isoformat(), "last": each.last.isoformat(),
                    "person": kpi.owner_id}  # fmt: skip
            events.record(Event.Kind.OWED, by=by, at=at, strategy=kpi.strategy, initiative=_circle(kpi), data=data)
            count += 1
    return count


def _circle(kpi: Kpi) -> Initiative | None:
    """Where only restricted initiatives read a KPI, one of them: the event is for its people, as the KPI is."""
    readers = Initiative.objects.filter(stages__kpis=kpi).order_by("restricted", "pk")
    reader: Initiative | None = readers.select_related("strategy").first()
    return reader if reader and reader.restricted else None
