"""The record of who did what: read, filtered, and checked against its own chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from gaitway.lib import chain
from gaitway.models import Decision, Event, Head, Person
from gaitway.queries import rights
from gaitway.queries.words import happenings

PAGE = 100
COLUMNS = (
    "number",
    "at",
    "by",
    "behalf",
    "kind",
    "strategy",
    "initiative",
    "text",
    "quote",
    "data",
    "request",
    "digest",
)

DECIDED = (Event.Kind.DECISION, Event.Kind.SUPERSEDED)
SEARCHED = ("reason", "conditions", "task", "item", "name", "person", "source")
"""What an event may say in words."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for; empty is everything. `text` stands in a reason or a name, in any case."""

    kind: str = ""
    person: str = ""
    initiative: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    at: datetime
    by: Person
    behalf: Person | None
    kind: str
    initiative: str
    initiative_key: str
    text: str
    quote: str
    against_evidence: bool
    digest: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    entries: list[Entry]
    sought: Sought
    more: str
    kinds: list[str]
    people: list[Person]
    total: int
    head: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`faults` are empty where the record is whole: as many entries as their head says, each after the one before."""

    entries: int
    head: str
    faults: list[str]


def page(viewer: Person, sought: Sought, before: str = "") -> AuditPage:
    """Newest first; nothing for who may not audit."""
    rows = _rows(viewer, sought).order_by("-number")
    if before.isdigit() and len(before) < 19:
        rows = rows.filter(number__lt=int(before))
    found = list(rows[: PAGE + 1])
    entries = [_entry(event) for event in found[:PAGE]]
    return AuditPage(
        entries, sought, str(entries[-1].number) if len(found) > PAGE else "", sorted(Event.Kind.values),
        list(Person.objects.filter(is_system=False)), _rows(viewer, sought).count(), head(),
    )  # fmt: skip


def export(viewer: Person, sought: Sought) -> Iterator[dict[str, Any]]:
    """Each as a row of COLUMNS, oldest first."""
    rows = _rows(viewer, sought).order_by("number")
    return (_exported(event) for event in rows.iterator(chunk_size=2000))


def head() -> str:
    """`NUMBER:DIGEST` of the last entry: kept elsewhere, it shows later that nothing was cut off or written anew."""
    return str(Head.objects.filter(pk=1).first() or Head())


def verify(known: Iterable[str] = ()) -> Checked:
    """Works out every digest anew. `known`: heads that were kept elsewhere."""
    faults: list[str] = []
    before, number, entries = chain.BEGIN, 0, 0
    kept = {int(head.partition(":")[0]): head.partition(":")[2] for head in known}
    seals: dict[int, str] = {}
    for event in Event.objects.order_by("number").iterator(chunk_size=2000):
        entries += 1
        if event.number != number + 1:
            missing = (
                f"entry {number + 1} is"
                if event.number == number + 2
                else f"entries {number + 1} to {event.number - 1} are"
            )
            faults.append(f"{missing} missing")
        elif event.seal(before) != event.digest:
            faults.append(f"entry {event.number} is not as it was written ({event.kind}, {event.at:%Y-%m-%d})")
        if kept.get(event.number, event.digest) != event.digest:
            faults.append(f"entry {event.number} is not the one whose head was kept")
        number, before = event.number, event.digest
        if event.kind in DECIDED and "seal" in event.data:
            seals[event.data["decision"]] = event.data["seal"]
    faults += [f"entry {late} is missing, whose head was kept" for late in sorted(kept) if late > number]
    last = f"{number}:{before}"
    if last != head():
        faults.append(f"the record ends with entry {number}, and not as its head says")
    return Checked(entries, last, faults + _decisions(seals))


def _decisions(seals: dict[int, str]) -> list[str]:
    faults, older = [], _before_seals()
    for decision in Decision.objects.select_related("evaluation").iterator(chunk_size=500):
        seal = seals.pop(decision.pk, None)
        if seal is None:
            if decision.pk not in older:
                faults.append(f"decision {decision.pk} was never recorded")
        elif seal != chain.digest(chain.BEGIN, decision.record()):
            faults.append(f"decision {decision.pk} or its evidence is not as it was recorded")
    return faults + [f"decision {pk} is missing" for pk in sorted(seals)]


def _before_seals() -> set[int]:
    """Decisions from before their events vouched for them."""
    rows = Event.objects.filter(kind=Event.Kind.DECISION, data__seal__isnull=True)
    return set(rows.values_list("data__decision", flat=True))


def _rows(viewer: Person, sought: Sought) -> QuerySet[Event]:
    if not rights.may_audit(viewer):
        return Event.objects.none()
    rows = Event.objects.select_related("by", "behalf", "strategy", "initiative__strategy")
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.person:
        who = Person.objects.filter(email=sought.person.strip().lower())
        rows = rows.filter(Q(by__in=who) | Q(behalf__in=who))
    if sought.initiative:
        strategy, _, key = sought.initiative.rpartition("/")
        rows = rows.filter(initiative__key=key, **({"initiative__strategy__key": strategy} if strategy else {}))
    if sought.first:
        rows = rows.filter(at__gte=_midnight(sought.first))
    if sought.last:
        rows = rows.filter(at__lt=_midnight(sought.last + timedelta(days=1)))
    if sought.text:
        found = Q(initiative__name__icontains=sought.text)
        for name in SEARCHED:
            found |= Q(**{f"data__{name}__icontains": sought.text})
        rows = rows.filter(found)
    return rows


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_default_timezone())


def _entry(event: Event) -> Entry:
    said, initiative = happenings.said(event), event.initiative
    return Entry(
        event.number, event.at, event.by, event.behalf, event.kind, initiative.name if initiative else "",
        f"{initiative.strategy.key}/{initiative.key}" if initiative else "", said.text.rstrip(":"), said.quote,
        bool(event.data.get("against_evidence")), event.digest,
    )  # fmt: skip


def _exported(event: Event) -> dict[str, Any]:
    entry = _entry(event)
    values = (
        event.number, event.at.isoformat(), event.by.email, event.behalf.email if event.behalf else None, event.kind,
        event.strategy.key if event.strategy else None, entry.initiative_key or None, entry.text, entry.quote or None,
        event.data, event.request or None, event.digest,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
