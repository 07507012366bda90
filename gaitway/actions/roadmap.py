from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Initiative, Person
from gaitway.queries import rights


@turn()
def place(initiative: Initiative, after: Initiative | None, *, by: Person, at: datetime) -> Initiative | None:
    """Puts it behind `after` on the pages, or in front of all; no date changes. Answers behind which it stood before."""
    if not rights.may_arrange(by):
        raise NotAllowed(_("Only an administrator or a strategist can arrange the initiatives."))
    if after is not None and after.strategy_id != initiative.strategy_id:
        raise Refused(
            _("%(initiative)s and %(after)s belong to different strategies.")
            % {"initiative": initiative.name, "after": after.name}
        )
    rows = list(Initiative.objects.current().select_for_update(of=("self",)).filter(strategy=initiative.strategy_id))
    before = rows.index(initiative)
    former = rows[before - 1] if before else None
    if former == after or after == initiative:
        return former
    rows.remove(initiative)
    rows.insert(rows.index(after) + 1 if after else 0, initiative)
    # The numbers of a strategy file leave room for other things between them: the same numbers are dealt out anew.
    numbers = sorted(row.position for row in rows)
    if len(set(numbers)) < len(numbers):
        numbers = list(range(len(rows)))
    for row, number in zip(rows, numbers, strict=True):
        row.position = number
    Initiative.objects.bulk_update(rows, ["position"])
    initiative.refresh_from_db(fields=["position"])
    data = {"initiative": initiative.key, "after": after.key if after else "", "before": former.key if former else ""}
    events.record(Event.Kind.ARRANGED, by=by, at=at, initiative=initiative, data=data)
    return former
