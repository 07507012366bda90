"""Into which KPIs a person may record, as little of them as recording needs: it is asked for thousands at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person
from gaitway.models.among import among
from gaitway.queries import rights


@dataclass(frozen=True, slots=True)
class Recordable:
    pk: int
    key: str
    name: str
    kind: Kind
    cadence: Cadence
    strategy: int
    zone: ZoneInfo

    @classmethod
    def of(cls, kpi: Kpi) -> Recordable:
        zone = kpi.strategy.time_zone
        return cls(kpi.pk, kpi.key, kpi.name, Kind(kpi.kind), Cadence(kpi.cadence), kpi.strategy_id, zone)


def recordable(person: Person, names: Collection[str]) -> dict[str, Recordable]:
    """By `strategy/kpi`, those of the named that exist, that the person sees and may record into. At most three
    queries."""
    pairs = {name: name.partition("/")[::2] for name in names if name.count("/") == 1}
    asked = Kpi.objects.visible_to(person).filter(
        retired_at=None, strategy__key__in=among({strategy for strategy, _ in pairs.values()}, "text"),
        key__in=among({key for _, key in pairs.values()}, "text"),
    )  # fmt: skip
    rows = asked.values_list("strategy__key", "pk", "key", "name", "kind", "cadence", "strategy_id", "strategy__zone")
    found = {}
    for strategy, pk, key, name, kind, cadence, number, zone in rows:
        if (full := f"{strategy}/{key}") in pairs:
            zoned = ZoneInfo(zone or settings.TIME_ZONE)
            found[full] = Recordable(pk, key, name, Kind(kind), Cadence(cadence), number, zoned)
    if found and not person.sees_all:
        those = Kpi.objects.filter(rights.recorded_by(person), pk__in=among(each.pk for each in found.values()))
        mine = set(those.values_list("pk", flat=True))
        found = {name: each for name, each in found.items() if each.pk in mine}
    return found
