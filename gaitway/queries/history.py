"""Everything that happened in an initiative: by whom, when, and what was there before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.lib import days
from gaitway.models import Amendment, Event, Initiative, Kpi, Objective, Person
from gaitway.queries import editing, events, rights
from gaitway.queries.values import Choice, FeedItem
from gaitway.queries.words import access, happenings

PAGE = 50
Kind = Event.Kind
GROUPS: Mapping[str, tuple[str, ...]] = {
    "decisions": (Kind.DECISION, Kind.VOTED, Kind.SUPERSEDED, Kind.FULFILLED, Kind.STAGE_MOVED, Kind.APPROVAL),
    "evidence": (Kind.VERDICT, Kind.OVERDUE),
    "plan": (
        Kind.AMENDMENT, Kind.INITIATIVE_ADDED, Kind.INITIATIVE_CHANGED, Kind.INITIATIVE_RETIRED, Kind.INITIATIVE_BACK,
        Kind.CHECKLIST_CHANGED,
    ),
    "work": (Kind.TASK_DONE, Kind.TASK_REOPENED, Kind.CHECKED),
    "people": (Kind.ROLE_GIVEN, Kind.ROLE_TAKEN),
    "talk": (Kind.REVIEWED,),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sought:
    """What the address says; what can't be read there is left out."""

    kind: str = ""
    who: int = 0
    first: date | None = None
    last: date | None = None
    before: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Sought:
        return cls(
            kind=asked.get("kind", "") if asked.get("kind", "") in GROUPS else "",
            who=_number(asked.get("who", "")),
            first=_day(asked.get("from", "")),
            last=_day(asked.get("to", "")),
            before=_number(asked.get("before", "")),
        )

    @property
    def active(self) -> bool:
        return bool(self.kind or self.who or self.first or self.last)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one thing was before, and what it became."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    pk: int
    item: FeedItem
    turns: Sequence[Turn]
    restorable: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    key: str
    name: str
    retired: bool
    entries: list[Entry]
    kinds: list[Choice]
    people: list[Choice]
    sought: Sought
    more: int | None
    may_retire: bool


def page(viewer: Person, key: str, sought: Sought) -> HistoryPage:
    """Newest first. Also of an initiative that was retired."""
    initiative = editing.find(viewer, key, retired=True)
    of_it = Event.objects.visible_to(viewer).filter(initiative=initiative)
    rows = list(_sought(of_it, sought).select_related("by", "initiative__strategy")[: PAGE + 1])
    shown, known = rows[:PAGE], _Names(viewer, initiative)
    amended: dict[datetime, list[Amendment]] = {}
    moments = [row.at for row in shown if row.kind == Kind.AMENDMENT]
    for each in Amendment.objects.filter(stage__initiative=initiative, at__in=moments):
        amended.setdefault(each.at, []).append(each)
    may_change = rights.may_change(viewer, initiative) and initiative.retired_at is None
    entries = [
        Entry(row.pk, item, known.turns(row, amended), may_change and _restorable(row, viewer))
        for row, item in zip(shown, events.items(shown), strict=True)
    ]
    actors = Person.objects.filter(pk__in=of_it.order_by().values("by"), is_system=False).order_by("name")
    return HistoryPage(
        key, initiative.name, initiative.retired_at is not None, entries, _kinds(),
        [Choice(str(each.pk), each.name) for each in actors], sought, shown[-1].pk if len(rows) > PAGE else None,
        rights.may_retire(viewer),
    )  # fmt: skip


def find(viewer: Person, key: str, pk: int) -> Event:
    """An event of the initiative. Raises Initiative.DoesNotExist, Event.DoesNotExist."""
    initiative = editing.find(viewer, key)
    return Event.objects.visible_to(viewer).select_related("initiative").get(pk=pk, initiative=initiative)


def _sought(rows: QuerySet[Event], sought: Sought) -> QuerySet[Event]:
    if sought.kind:
        rows = rows.filter(kind__in=GROUPS[sought.kind])
    if sought.who:
        rows = rows.filter(by=sought.who)
    if sought.first:
        rows = rows.filter(at__gte=_midnight(sought.first))
    if sought.last:
        rows = rows.filter(at__lt=_midnight(sought.last + timedelta(days=1)))
    if sought.before:
        rows = rows.filter(pk__lt=sought.before)
    return rows.order_by("-pk")


def _restorable(event: Event, viewer: Person) -> bool:
    guarded = set(event.data.get("fields", ())) & set(editing.GUARDED)
    return event.kind == Kind.INITIATIVE_CHANGED and (viewer.sees_all or not guarded)


def _kinds() -> list[Choice]:
    names = {
        "decisions": _("Decisions and moves"),
        "evidence": _("Verdicts"),
        "plan": _("Plan and fields"),
        "work": _("Tasks and checklist"),
        "people": _("Roles"),
        "talk": _("Reviews"),
    }
    return [Choice(group, names[group]) for group in GROUPS]


class _Names:
    """The names of what events keep by its key, as far as the viewer may see it."""

    def __init__(self, viewer: Person, initiative: Initiative) -> None:
        strategy = initiative.strategy
        self._objectives = dict(Objective.objects.filter(strategy=strategy).values_list("key", "name"))
        self._kpis = dict(Kpi.objects.visible_to(viewer).filter(strategy=strategy).values_list("key", "name"))
        seen = Initiative.objects.visible_to(viewer).filter(strategy=strategy)
        self._initiatives = dict(seen.values_list("key", "name"))

    def turns(self, event: Event, amended: Mapping[datetime, Sequence[Amendment]]) -> list[Turn]:
        match event.kind:
            case Kind.INITIATIVE_CHANGED:
                pairs = event.data["fields"].items()
                return [
                    Turn(happenings.field(name), self._said(name, old), self._said(name, new))
                    for name, (old, new) in pairs
                ]
            case Kind.AMENDMENT if "values" in event.data:
                return [Turn(happenings.rule(name), old, new) for name, (old, new) in event.data["values"].items()]
            case Kind.AMENDMENT:
                rows = [each for each in amended.get(event.at, ()) if each.field in event.data["fields"]]
                return [Turn(happenings.rule(each.field), each.before, each.after) for each in rows]
            case Kind.ROLE_GIVEN | Kind.ROLE_TAKEN:
                old, new = (", ".join(map(access.role_name, event.data[side])) for side in ("before", "after"))
                return [Turn(event.data["name"], old, new)]
        return []

    def _said(self, name: str, value: Any) -> str:
        match name:
            case "objective":
                return self._objectives.get(value, "")
            case "spending":
                return self._kpis.get(value, _("a KPI that you may not see")) if value else ""
            case "restricted":
                return _("restricted") if value else _("open")
            case "needs":
                seen = [self._initiatives[key] for key in value if key in self._initiatives]
                hidden = len(value) - len(seen)
                return ", ".join(seen + ([_("%(n)s more") % {"n": hidden}] if hidden else []))
        return str(value)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _day(text: str) -> date | None:
    try:
        return days.parse(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
