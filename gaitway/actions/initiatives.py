"""An initiative is put forward, changed, retired: the one door beside the strategy file, with which it shares `put`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, events, gates, roles, stages, triggers
from gaitway.actions.turns import turn
from gaitway.engine.stages import Move
from gaitway.models import Area, Event, Initiative, Kpi, Objective, Person, Role, Stage, Strategy
from gaitway.queries import editing, rights

LONGEST = {"name": 300, "hypothesis": 20_000}


def put(strategy: Strategy, key: str, **values: Any) -> Initiative:
    """Writes an initiative as it shall be; one that was retired comes back. Who may, is asked by who calls."""
    defaults = {**values, "retired_at": None}
    return Initiative.objects.update_or_create(strategy=strategy, key=key, defaults=defaults)[0]


@turn()
def add(
    objective: Objective,
    name: str,
    *,
    by: Person,
    at: datetime,
    today: date,
    key: str = "",
    hypothesis: str = "",
    area: str = "",
    restricted: bool = False,
    sponsor: Person | None = None,
    lead: Person | None = None,
) -> Initiative:
    """Puts an initiative forward: it is proposed until it is started. `key`: made of the name where none is given.

    Raises NotAllowed, and Refused for a name or key that can't be."""
    strategy = Strategy.objects.select_for_update().get(pk=objective.strategy_id)
    if not rights.may_add(by, objective):
        raise NotAllowed(
            _("Only the owner of the objective %(objective)s, a strategist or an administrator can add an initiative.")
            % {"objective": objective.name}
        )
    said = _checked({"name": name, "hypothesis": hypothesis})
    if area.strip() and not by.sees_all and area.strip() not in editing.areas():
        raise NotAllowed(_("Only a strategist or an administrator can name a new area."))
    if restricted and not by.sees_all:
        raise NotAllowed(_("Only a strategist or an administrator can restrict an initiative."))
    found = _free(strategy, key or said["name"], given=bool(key))
    last = strategy.initiatives.order_by("-position").values_list("position", flat=True).first()
    made = put(
        strategy, found, objective=objective, area=_area(area), restricted=restricted,
        position=0 if last is None else last + 1, **said,
    )  # fmt: skip
    for person, role in ((sponsor, Role.Kind.SPONSOR), (lead, Role.Kind.LEAD)):
        if person is not None:
            roles.begin(person, role, made, by=by, at=at)
    stages.move(made, Move.PROPOSE, by=by, at=at, effective_on=today, reason="")
    data = {"name": made.name, "objective": objective.key}
    events.record(Event.Kind.INITIATIVE_ADDED, by=by, at=at, initiative=made, data=data)
    return made


@turn()
def change(
    initiative: Initiative, fields: Mapping[str, Any], *, by: Person, at: datetime, version: str | None = None
) -> Event | None:
    """Changes some of `queries.editing.FIELDS`, things by their keys; what stands there already changes nothing. Returns
    the event, by which it can be taken back.

    `version` is that of the fields, or of all of them, as the writer had seen them: Conflict where they are others by
    now. Raises NotAllowed, and Refused for what can't stand there."""
    row = Initiative.objects.select_for_update().get(pk=initiative.pk)
    row = Initiative.objects.select_related("strategy", "objective", "area", "spending").get(pk=row.pk)
    if not rights.may_change(by, row):
        raise NotAllowed(
            _("Only the sponsor or the lead of %(name)s, a strategist or an administrator can change it.")
            % {"name": row.name}
        )
    if row.retired_at is not None:
        raise Refused(_("%(name)s was retired: bring it back before you change it.") % {"name": row.name})
    if unknown := [name for name in fields if name not in editing.FIELDS]:
        raise Refused(_("An initiative has no “%(field)s” that could be changed here.") % {"field": unknown[0]})
    if version is not None and version not in (editing.version(row), editing.version(row, fields)):
        raise Conflict(
            _("%(name)s was changed by somebody else meanwhile. Look again, then save.") % {"name": row.name}
        )
    before = editing.values(row)
    after = {**_checked(fields), **{name: fields[name] for name in fields if name not in LONGEST}}
    if "needs" in after:
        after["needs"] = _kept_needs(row, after["needs"], before["needs"], by)
    changed = {name: (before[name], value) for name, value in after.items() if before[name] != value}
    if not changed:
        return None
    if not by.sees_all and any(name in editing.GUARDED for name in changed):
        raise NotAllowed(
            _("Who sees it follows from area and restriction: a strategist or an administrator changes them.")
        )
    _write(row, {name: value for name, (_before, value) in changed.items()}, by)
    if "area" in changed:  # which part of a KPI its rules read
        for stage in Stage.objects.filter(initiative=row).select_related("initiative"):
            triggers.attach(stage)
    if {"area", "spending"} & set(changed):
        for stage in Stage.objects.filter(initiative=row):
            gates.ask(stage, at=at)
    return events.record(
        Event.Kind.INITIATIVE_CHANGED, by=by, at=at, initiative=row,
        data={"fields": {name: list(pair) for name, pair in changed.items()}},
    )  # fmt: skip


@turn()
def restore(event: Event, *, by: Person, at: datetime) -> Event | None:
    """Brings the fields that an event changed back to what they were before it."""
    if event.kind != Event.Kind.INITIATIVE_CHANGED or event.initiative is None:
        raise Refused(_("Only a change of an initiative's fields can be taken back here."))
    before = {name: pair[0] for name, pair in event.data["fields"].items()}
    return change(event.initiative, before, by=by, at=at)


@turn()
def retire(initiative: Initiative, *, reason: str, by: Person, at: datetime) -> None:
    """Takes it out of the strategy. Its history stays, out of sight."""
    _require_retirer(by)
    if not reason.strip():
        raise Refused(_("Say why it is retired."))
    row = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if row.retired_at is None:
        Initiative.objects.filter(pk=row.pk).update(retired_at=at)
        data = {"reason": reason.strip()}
        events.record(Event.Kind.INITIATIVE_RETIRED, by=by, at=at, initiative=row, data=data)


@turn()
def bring_back(initiative: Initiative, *, by: Person, at: datetime) -> None:
    _require_retirer(by)
    row = Initiative.objects.select_for_update().get(pk=initiative.pk)
    if row.retired_at is not None:
        Initiative.objects.filter(pk=row.pk).update(retired_at=None)
        events.record(Event.Kind.INITIATIVE_BACK, by=by, at=at, initiative=row, data={})
        for stage in Stage.objects.filter(initiative=row):
            gates.ask(stage, at=at)


def _require_retirer(person: Person) -> None:
    if not rights.may_retire(person):
        raise NotAllowed(_("Only a strategist or an administrator can retire an initiative, or bring it back."))


def _checked(fields: Mapping[str, Any]) -> dict[str, str]:
    """The texts among the fields, without what surrounds them."""
    said = {name: str(fields[name]).strip() for name in LONGEST if name in fields}
    if said.get("name") == "":
        raise Refused(_("An initiative needs a name."))
    for name, text in said.items():
        if len(text) > LONGEST[name]:
            raise Refused(
                _("The %(name)s has %(count)s characters: %(most)s at most.")
                % {"name": _(name), "count": len(text), "most": LONGEST[name]}
            )
    return said


def _write(row: Initiative, fields: Mapping[str, Any], by: Person) -> None:
    for name, value in fields.items():
        match name:
            case "objective":
                found = editing.objectives(row.strategy).filter(key=value).first()
                if found is None:
                    raise Refused(_("There is no objective “%(key)s”.") % {"key": value})
                row.objective = found
            case "area":
                row.area = _area(value)
            case "spending":
                row.spending = _spending(row, value, by)
            case "needs":
                row.needs.set(Initiative.objects.filter(strategy=row.strategy, key__in=value))
            case "name":
                row.name = value
            case "hypothesis":
                row.hypothesis = value
            case "restricted":
                row.restricted = value
    row.save(update_fields=["name", "hypothesis", "objective", "area", "restricted", "spending"])


def _area(name: str) -> Area | None:
    said = name.strip()
    if len(said) > 200:
        raise Refused(_("The area has more than 200 characters."))
    return Area.objects.get_or_create(name=said)[0] if said else None


def _spending(row: Initiative, key: str, by: Person) -> Kpi | None:
    if not key:
        return None
    kpi = editing.spendings(by, row.strategy).filter(key=key).first()
    if kpi is None:
        raise Refused(_("There is no KPI “%(key)s” that counts money.") % {"key": key})
    for stage in row.stages.exclude(budget=None):
        if stage.currency != kpi.unit:
            raise Refused(
                _("%(kpi)s counts %(unit)s, but a budget is in %(currency)s.")
                % {"kpi": kpi.name, "unit": kpi.unit or _("nothing"), "currency": stage.currency}
            )
    return kpi


def _kept_needs(row: Initiative, wanted: Iterable[str], before: Iterable[str], by: Person) -> list[str]:
    """What the writer can't see stays. Raises Refused for what isn't there, and for a circle."""
    seen = {each.key for each in editing.others(by, row.strategy)}
    keys = set(wanted)
    if missing := sorted(keys - seen):
        raise Refused(_("There is no initiative “%(key)s”.") % {"key": missing[0]})
    keys |= set(before) - seen
    through = Initiative.needs.through.objects.filter(from_initiative__strategy=row.strategy)
    needs: dict[str, set[str]] = {}
    for one, other in through.values_list("from_initiative__key", "to_initiative__key"):
        needs.setdefault(one, set()).add(other)
    reached, left = set(), list(keys)
    while left:
        each = left.pop()
        if each not in reached:
            reached.add(each)
            left += needs.get(each, ())
    if row.key in reached:
        raise Refused(_("What %(name)s needs first would need %(name)s itself.") % {"name": row.name})
    return sorted(keys)


def _free(strategy: Strategy, text: str, *, given: bool) -> str:
    """A key that nothing else has, made of a name; one that was given must be free as it is."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-")[:50].rstrip("-") or "initiative"
    taken = set(strategy.initiatives.values_list("key", flat=True))
    if given:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,59}", text):
            raise Refused(_("A key is made of small letters, digits, _ and -, unlike “%(key)s”.") % {"key": text})
        if text in taken:
            raise Refused(_("There is an initiative “%(key)s” already.") % {"key": text})
        return text
    number, found = 2, key
    while found in taken:
        found, number = f"{key}-{number}", number + 1
    return found
