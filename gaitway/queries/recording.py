"""Into which KPIs a person may record, as little of them as recording needs: it is asked for thousands at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from gaitway.engine.batches import Meant
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Person, Strategy
from gaitway.models.among import among
from gaitway.queries import rights

_KINDS = {each.value: each for each in Kind}
_CADENCES = {each.value: each for each in Cadence}


# Each is the only one of its KPI in a batch, and is looked up thousands of times: itself says what it equals.
@dataclass(frozen=True, slots=True, eq=False)
class Recordable(Meant):
    pk: int
    key: str
    name: str
    strategy: int

    __eq__, __hash__ = object.__eq__, object.__hash__

    @classmethod
    def of(cls, kpi: Kpi) -> Recordable:
        zone = kpi.strategy.time_zone
        return cls(Kind(kpi.kind), Cadence(kpi.cadence), zone, kpi.pk, kpi.key, kpi.name, kpi.strategy_id)


def recordable(person: Person, names: Collection[str]) -> dict[str, Recordable]:
    """By `strategy/kpi`, those of the named that exist, that the person sees and may record into. At most three
    queries."""
    wanted: dict[str, list[str]] = defaultdict(list)
    for name in names:
        strategy, _sep, key = name.partition("/")
        wanted[strategy].append(key)
    found: dict[str, Recordable] = {}
    strategies = {pk: (key, zone) for pk, key, zone in _strategies(wanted)}
    asked = Kpi.objects.visible_to(person).filter(
        retired_at=None, strategy__in=[*strategies],
        key__in=among({key for strategy, _ in strategies.values() for key in wanted[strategy]}, "text"),
    )  # fmt: skip
    zones = {pk: ZoneInfo(zone or settings.TIME_ZONE) for pk, (_, zone) in strategies.items()}
    rows = asked.order_by().values_list("pk", "key", "name", "kind", "cadence", "strategy_id")
    for pk, key, name, kind, cadence, number in rows:
        full = f"{strategies[number][0]}/{key}"
        found[full] = Recordable(_KINDS[kind], _CADENCES[cadence], zones[number], pk, key, name, number)
    found = {name: found[name] for name in names if name in found}
    if found and not person.sees_all:
        those = Kpi.objects.filter(rights.recorded_by(person), pk__in=among(each.pk for each in found.values()))
        mine = set(those.values_list("pk", flat=True))
        found = {name: each for name, each in found.items() if each.pk in mine}
    return found


def _strategies(keys: Collection[str]) -> QuerySet[Strategy, tuple[int, str, str]]:
    return Strategy.objects.filter(key__in=among(keys, "text")).order_by().values_list("pk", "key", "zone")
