"""What is said about tasks: what happened to them, and why they matter."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.models import Event, Task

from .formats import day

Kind = Event.Kind


def state(value: str) -> str:
    """The name of a column."""
    return {
        Task.State.TO_DO.value: _("To do"), Task.State.DOING.value: _("Doing"),
        Task.State.WAITING.value: _("Waiting"), Task.State.DONE.value: _("Done"),
    }[value]  # fmt: skip


def happened(event: Event) -> str:
    """Follows the name of who did it."""
    data = event.data
    task = {"task": data.get("task", "")}
    match event.kind:
        case Kind.TASK_ADDED:
            return _("added the task “%(task)s”:") % task
        case Kind.TASK_GIVEN:
            return _("gave “%(task)s” to %(person)s:") % {**task, "person": data["name"]}
        case Kind.TASK_MOVED:
            return _("moved “%(task)s” to %(column)s:") % {**task, "column": state(data["to"])}
        case Kind.TASK_RETIRED:
            return _("took “%(task)s” off the plan:") % task
        case Kind.TASK_RESTORED:
            return _("put “%(task)s” back on the plan:") % task
        case Kind.TASK_CHANGED:
            return _("changed “%(task)s”, %(fields)s:") % {**task, "fields": _changed(data)}
        case Kind.TASK_POINT:
            return _point(data["what"]) % {**task, "point": data["point"]}
        case Kind.COMMENT_REMOVED:
            return _("removed a comment of %(person)s on “%(task)s”:") % {**task, "person": data["author"]}
        case Kind.ATTACHED if "task" in data:
            return _("added %(name)s to “%(task)s”:") % {**task, "name": data["name"]}
        case Kind.ATTACHED:
            return _("added %(name)s:") % {"name": data["name"]}
        case Kind.DETACHED if "task" in data:
            return _("removed %(name)s from “%(task)s”:") % {**task, "name": data["name"]}
        case _:
            return _("removed %(name)s:") % {"name": data["name"]}


def happened_here(event: Event) -> str:
    """The same on the page of the task itself, without its name."""
    data: dict[str, Any] = event.data
    name = {"name": data.get("name", "")}
    match event.kind:
        case Kind.TASK_ADDED:
            return _("added it")
        case Kind.TASK_GIVEN:
            return _("gave it to %(person)s") % {"person": data["name"]}
        case Kind.TASK_MOVED:
            return _("moved it to %(column)s") % {"column": state(data["to"])}
        case Kind.TASK_DONE:
            return _("finished it")
        case Kind.TASK_REOPENED:
            return _("opened it again")
        case Kind.TASK_RETIRED:
            return _("took it off the plan")
        case Kind.TASK_RESTORED:
            return _("put it back on the plan")
        case Kind.TASK_CHANGED:
            return _("changed %(fields)s") % {"fields": _changed(data)}
        case Kind.TASK_POINT:
            return {
                "added": _("added the point “%(point)s”"), "done": _("ticked “%(point)s”"),
                "open": _("opened “%(point)s” again"), "removed": _("removed the point “%(point)s”"),
            }[data["what"]] % {"point": data["point"]}  # fmt: skip
        case Kind.COMMENT_REMOVED:
            return _("removed a comment of %(person)s") % {"person": data["author"]}
        case Kind.ATTACHED:
            return _("added %(name)s") % name
        case _:
            return _("removed %(name)s") % name


def _point(what: str) -> str:
    return {
        "added": _("added the point “%(point)s” to “%(task)s”:"),
        "done": _("ticked “%(point)s” of “%(task)s”:"),
        "open": _("opened “%(point)s” of “%(task)s” again:"),
        "removed": _("removed the point “%(point)s” of “%(task)s”:"),
    }[what]


def _changed(data: dict[str, Any]) -> str:
    """the due day from 3 Mar to 9 Mar, the note"""
    names = {
        "name": _("the name"), "owner": _("the owner"), "accountable": _("who answers for it"),
        "due": _("the due day"), "estimate_days": _("the estimate"),
    }  # fmt: skip
    said = []
    for name, (before, now) in data["fields"].items():
        words = {"field": names[name], "before": _value(name, before), "now": _value(name, now)}
        said.append(_("%(field)s from %(before)s to %(now)s") % words)
    return ", ".join([*said, *([_("the note")] if data["note"] else [])])


def _value(name: str, value: Any) -> str:
    if value is None:
        return _("nothing")
    if name == "due":
        return day(date.fromisoformat(value))
    if name == "estimate_days":
        return effort(value)
    return f"“{value}”"


def effort(days: float) -> str:
    """5 days, half a day as 0.5 days."""
    return ngettext("%(n)s day", "%(n)s days", days if days == int(days) else 2) % {"n": f"{days:g}"}


def waits_by_name(stage: str) -> str:
    return _("The gate to %(stage)s waits for it by its name.") % {"stage": stage}


def waits_for_all(stage: str, left: int) -> str:
    said = ngettext(
        "The gate to %(stage)s waits for it: it is the last task that is open.",
        "The gate to %(stage)s waits for all tasks of the stage: %(n)s are open.",
        left,
    )
    return said % {"stage": stage, "n": left}


def off_track(initiative: str) -> str:
    return _("%(initiative)s is off track: this is part of turning it.") % {"initiative": initiative}


def gate(stage: str, met: int, total: int, due: date | None) -> str:
    found = {"met": met, "total": total, "stage": stage}
    first = ngettext("%(met)s of %(total)s trigger is met", "%(met)s of %(total)s triggers are met", total) % found
    if due is None:
        return _("%(first)s; the gate to %(stage)s comes next.") % {"first": first, "stage": stage}
    return _("%(first)s; the gate to %(stage)s is due on %(day)s.") % {"first": first, "stage": stage, "day": day(due)}


def serves(objective: str) -> str:
    return _("It serves “%(objective)s”.") % {"objective": objective}


def ahead(stage: str) -> str:
    return _("It belongs to %(stage)s, which has not begun.") % {"stage": stage}
