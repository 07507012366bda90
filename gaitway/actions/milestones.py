from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Event, Initiative, Milestone, Person
from gaitway.queries import rights

LONGEST = 200  # letters of a name


@turn()
def add(initiative: Initiative, name: str, on: date, *, by: Person, at: datetime) -> Milestone:
    """One that was retired under this name comes back."""
    _require_worker(initiative, by)
    name = _named(name)
    found = Milestone.objects.select_for_update().filter(initiative=initiative, name=name).first()
    if found is not None and found.retired_at is None:
        raise Refused(
            _("%(initiative)s has a milestone “%(name)s” already, on %(on)s.")
            % {"initiative": initiative.name, "name": name, "on": found.on}
        )
    made = found or Milestone(initiative=initiative, name=name)
    made.on, made.done_on, made.done_by, made.retired_at = on, None, None, None
    made.save()
    _tell("added", made, by=by, at=at)
    return made


@turn()
def change(milestone: Milestone, *, name: str, on: date, by: Person, at: datetime) -> Milestone:
    """Writing what stands there changes nothing."""
    milestone = _locked(milestone, by)
    name, before = _named(name), {"name": milestone.name, "on": milestone.on.isoformat()}
    if (name, on) == (milestone.name, milestone.on):
        return milestone
    others = Milestone.objects.filter(initiative=milestone.initiative, name=name).exclude(pk=milestone.pk)
    if others.exists():
        raise Refused(
            _("%(initiative)s has another milestone “%(name)s”: give this one a name of its own.")
            % {"initiative": milestone.initiative.name, "name": name}
        )
    milestone.name, milestone.on = name, on
    milestone.save(update_fields=["name", "on"])
    _tell("changed", milestone, by=by, at=at, before=before)
    return milestone


@turn()
def done(milestone: Milestone, *, by: Person, at: datetime, on: date, done: bool = True) -> Milestone:
    """Or, with `done=False`, open again. Twice changes nothing."""
    milestone = _locked(milestone, by)
    if (milestone.done_on is not None) == done:
        return milestone
    milestone.done_on, milestone.done_by = (on, by) if done else (None, None)
    milestone.save(update_fields=["done_on", "done_by"])
    _tell("done" if done else "reopened", milestone, by=by, at=at)
    return milestone


@turn()
def retire(milestone: Milestone, *, by: Person, at: datetime, retired: bool = True) -> Milestone:
    """Takes it out of sight, or, with `retired=False`, brings it back. Twice changes nothing."""
    milestone = _locked(milestone, by)
    if (milestone.retired_at is not None) == retired:
        return milestone
    milestone.retired_at = at if retired else None
    milestone.save(update_fields=["retired_at"])
    _tell("retired" if retired else "brought back", milestone, by=by, at=at)
    return milestone


def _locked(milestone: Milestone, by: Person) -> Milestone:
    rows = Milestone.objects.select_for_update(of=("self",)).select_related("initiative__strategy")
    found: Milestone = rows.get(pk=milestone.pk)
    _require_worker(found.initiative, by)
    return found


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused(_("A milestone needs a name."))
    if len(name) > LONGEST:
        raise Refused(
            _("The name of a milestone has at most %(most)s letters, this one has %(count)s.")
            % {"most": LONGEST, "count": len(name)}
        )
    return name


def _tell(what: str, milestone: Milestone, *, by: Person, at: datetime, **more: Any) -> None:
    data = {"what": what, "milestone": milestone.name, "on": milestone.on.isoformat(), **more}
    events.record(Event.Kind.MILESTONE, by=by, at=at, initiative=milestone.initiative, data=data)


def _require_worker(initiative: Initiative, person: Person) -> None:
    if not rights.works_in(person, initiative):
        raise NotAllowed(
            _("Only the people who work on %(initiative)s keep its milestones.") % {"initiative": initiative.name}
        )
