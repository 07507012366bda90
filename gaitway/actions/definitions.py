"""What a KPI counts, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gaitway.actions import events, jobs
from gaitway.actions.turns import turn
from gaitway.models import Definition, Event, Job, Kpi, Person

# What a number counts; who changes these may not compare the numbers before and after without thinking.
COUNTS = ("source", "sql", "measure", "split by", "unit", "every")


@turn()
def write(kpi: Kpi, *, by: Person, at: datetime) -> Definition | None:
    """Keeps the definition as it stands now, where it differs from the newest version; else None. Everyone who reads
    the KPI is told of a change; where it may count something else than before, the series is marked and its source is asked
    at once."""
    fields = _fields(kpi)
    newest = Definition.objects.filter(kpi=kpi).order_by("-version").first()
    changed = [name for name in fields if newest is None or newest.fields.get(name) != fields[name]]
    if not changed:
        return None
    version = newest.version + 1 if newest else 1
    anew = newest is not None and any(name in COUNTS for name in changed)
    made = Definition.objects.create(
        kpi=kpi, version=version, fields=fields, changed=changed if newest else [], counts_anew=anew, by=by, at=at
    )
    Kpi.objects.filter(pk=kpi.pk).update(version=version)
    if anew and kpi.source_id is not None and kpi.whole_id is None:
        jobs.ask(Job.Kind.PULL, f"pull:{kpi.source_id}", {"source": kpi.source_id}, at=at)
    if newest is not None and kpi.whole_id is None:
        data = {"kpi": kpi.key, "name": kpi.name, "changed": changed, "version": version, "counts_anew": anew}
        events.record(Event.Kind.DEFINED, by=by, at=at, strategy=kpi.strategy, data=data)
    return made


def _fields(kpi: Kpi) -> dict[str, Any]:
    return {
        "name": kpi.name, "definition": kpi.definition, "kind": kpi.kind, "unit": kpi.unit, "direction": kpi.direction,
        "every": str(kpi.cadence), "baseline": kpi.baseline, "target": kpi.target, "tolerance": kpi.tolerance,
        "owner": kpi.owner.name if kpi.owner else None, "source": kpi.source.key if kpi.source else None,
        "sql": kpi.sql, "measure": kpi.measure, "split by": kpi.split_by,
        "since": kpi.since.isoformat() if kpi.since else None, "lookback": kpi.lookback, "due after": kpi.due_after,
    }  # fmt: skip
