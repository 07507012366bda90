"""Numbers by hand: entered into the grid, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, observations
from gaitway.actions.turns import turn
from gaitway.engine import periods
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Observation, Person
from gaitway.queries import rights

Numbers = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered for one period: `numbers` of the KPI's kind, None to withdraw it; `seen` is the revision that the
    person saw there, 0 where nothing was."""

    numbers: Numbers | None
    seen: int


@turn()
def enter(kpi: Kpi, entries: Mapping[date, Entry], *, by: Person, at: datetime, today: date) -> set[date]:
    """Records the entries whose period is still as it was seen; returns the periods of the others, of which nothing is
    written: somebody was faster, and the person should look first.

    Raises NotAllowed, or Refused for a period that isn't over before `today`, and as `observations.record` does."""
    _may(by, kpi)
    cadence = Cadence(kpi.cadence)
    for day in entries:
        if periods.end(periods.index(day, cadence), cadence) >= today:
            raise Refused(_("%(kpi)s: the period from %(day)s isn't over yet.") % {"kpi": kpi.name, "day": day})
    newest = _newest(kpi, [*entries])
    late = {day for day, entry in entries.items() if newest.get(day, (0, None))[0] != entry.seen}
    fine = {day: entry.numbers for day, entry in entries.items() if day not in late}
    readings = {day: numbers for day, numbers in fine.items() if numbers is not None}
    observations.record(kpi, readings, gone={*fine} - {*readings}, by=by, at=at)
    return late


@turn()
def take_back(kpi: Kpi, revisions: Mapping[date, int], *, by: Person, at: datetime) -> None:
    """Each period gets the numbers again that it had before this revision, or is withdrawn where it had none: as a new
    revision, for nothing is ever changed.

    Raises NotAllowed, or Conflict, naming the periods that changed since."""
    _may(by, kpi)
    if late := changed_since(kpi, revisions):
        raise Conflict(_("%(kpi)s has changed since: %(days)s.") % {"kpi": kpi.name, "days": ", ".join(map(str, late))})
    restore(kpi, revisions, by=by, at=at)


@turn()
def take_all_back(revisions: Mapping[Kpi, Mapping[date, int]], *, by: Person, at: datetime) -> None:
    """The same for several KPIs: all or nothing."""
    for kpi in sorted(revisions, key=lambda each: each.pk):  # in one order, so that nobody waits for ever
        take_back(kpi, revisions[kpi], by=by, at=at)


def restore(kpi: Kpi, revisions: Mapping[date, int], *, by: Person, at: datetime) -> None:
    """What `take_back` does, where its caller has asked whether it may."""
    before = Observation.objects.filter(kpi=kpi, period__in=[*revisions])
    former = {day: numbers for day, revision, numbers in _rows(kpi, before) if revision == revisions[day] - 1}
    readings = {day: numbers for day, numbers in former.items() if numbers is not None}
    observations.record(kpi, readings, gone={*revisions} - {*readings}, by=by, at=at)


def changed_since(kpi: Kpi, revisions: Mapping[date, int]) -> list[date]:
    """The periods whose newest revision is another one. Locks the KPI."""
    newest = _newest(kpi, [*revisions])
    return sorted(day for day, revision in revisions.items() if newest.get(day, (0, None))[0] != revision)


def _may(by: Person, kpi: Kpi) -> None:
    if kpi.retired_at is not None:
        raise Refused(_("%(kpi)s is retired: nothing is recorded for it any more.") % {"kpi": kpi.name})
    if not rights.may_record(by, kpi):
        raise NotAllowed(
            _(
                "Only the owner of %(kpi)s, a sponsor or lead of an initiative that reads it, a strategist or an "
                "administrator can record its numbers."
            )
            % {"kpi": kpi.name}
        )


def _newest(kpi: Kpi, days: list[date]) -> dict[date, tuple[int, Numbers | None]]:
    """Locks the KPI, so that what is newest stays so until the transaction ends."""
    Kpi.objects.select_for_update().get(pk=kpi.pk)
    rows = _rows(kpi, Observation.objects.filter(kpi=kpi, period__in=days).order_by("revision"))
    return {day: (revision, numbers) for day, revision, numbers in rows}


def _rows(kpi: Kpi, asked: object) -> list[tuple[date, int, Numbers | None]]:
    names = NUMBERS[Kind(kpi.kind)]
    rows = asked.values_list("period", "revision", *names)  # type: ignore[attr-defined]
    return [(day, revision, None if numbers[0] is None else tuple(numbers)) for day, revision, *numbers in rows]
