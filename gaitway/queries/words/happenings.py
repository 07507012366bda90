"""What an event says of itself. The text follows the name of whoever acted."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from gaitway.engine.logic import Outcome, Proposal
from gaitway.models import Event

from . import work
from .access import ACCESS, SIGN_IN, role_name
from .formats import day

Kind = Event.Kind


# What the kinds are called in lists; the models know no language.
KINDS = (
    gettext_noop("strategy applied"), gettext_noop("stage moved"), gettext_noop("verdict"),
    gettext_noop("stage past its end"), gettext_noop("decision"), gettext_noop("vote"),
    gettext_noop("decision superseded"), gettext_noop("condition fulfilled"), gettext_noop("amendment"),
    gettext_noop("approval"), gettext_noop("task done"), gettext_noop("checklist item done"),
    gettext_noop("observations revised"), gettext_noop("limits re-set"), gettext_noop("person invited"),
    gettext_noop("access changed"), gettext_noop("account closed"), gettext_noop("account reopened"),
    gettext_noop("sign-in changed"), gettext_noop("KPI defined anew"), gettext_noop("value owed"),
    gettext_noop("table imported"), gettext_noop("import undone"), gettext_noop("task reopened"),
    gettext_noop("person renamed"), gettext_noop("first sign-in"), gettext_noop("token made"),
    gettext_noop("token ended"), gettext_noop("pull asked for"), gettext_noop("pull cancelled"),
    gettext_noop("role given"), gettext_noop("role taken"), gettext_noop("delegated"),
    gettext_noop("delegation ended"), gettext_noop("viewed as"), gettext_noop("backup restored"),
    gettext_noop("check-in"), gettext_noop("check-in due"), gettext_noop("milestone"),
    gettext_noop("initiatives arranged"), gettext_noop("task added"), gettext_noop("task given"),
    gettext_noop("task changed"), gettext_noop("task moved"), gettext_noop("task retired"),
    gettext_noop("task restored"), gettext_noop("point of a task"), gettext_noop("comment"),
    gettext_noop("comment removed"), gettext_noop("file or link added"), gettext_noop("file or link removed"),
    gettext_noop("limits of the board"), gettext_noop("screen made"), gettext_noop("screen ended"),
    gettext_noop("check-in asked for"), gettext_noop("initiative added"), gettext_noop("initiative changed"),
    gettext_noop("initiative retired"), gettext_noop("initiative brought back"), gettext_noop("checklist changed"),
    gettext_noop("review ended"), gettext_noop("talked about in a review"),
)  # fmt: skip


def kind_name(kind: str) -> str:
    return _(kind)


class Said(NamedTuple):
    text: str
    quote: str = ""


def said(event: Event) -> Said:
    told = _said(event)
    if absent := event.data.get("on_behalf", ""):
        return told._replace(text=_("on behalf of %(person)s %(text)s") % {"person": absent, "text": told.text})
    return told


def _said(event: Event) -> Said:
    data = event.data
    match event.kind:
        case Kind.VOTED:
            return Said(_voted(data["choice"], stage(event, data["stage"])), data["reason"])
        case Kind.SUPERSEDED:
            return Said(
                _("put the decision in %(stage)s right:") % {"stage": stage(event, data["stage"])}, data["reason"]
            )
        case Kind.FULFILLED:
            kept = _("says that a condition is kept:") if data["done"] else _("says that a condition is open again:")
            return Said(kept, data["condition"])
        case Kind.DECISION:
            quote = data["reason"] + (f" {_('Conditions')}: {data['conditions']}" if data["conditions"] else "")
            return Said(_decided(data["choice"], stage(event, data["stage"])), quote)
        case Kind.STAGE_MOVED:
            return Said(_moved(event))
        case Kind.VERDICT:
            return Said(_judged(event))
        case Kind.OVERDUE:
            return Said(_("found %(stage)s past its end without a decision:") % {"stage": stage(event, data["stage"])})
        case Kind.AMENDMENT:
            fields = ", ".join(rule(name) for name in data["fields"])
            if "ends" in data:
                return Said(_replanned(event), data["reason"])
            changed = _("changed the %(fields)s of %(stage)s after it had begun:")
            if not data.get("begun", True):
                changed = _("wrote the %(fields)s of %(stage)s:")
            return Said(changed % {"fields": fields, "stage": stage(event, data["stage"])}, data["reason"])
        case Kind.APPROVAL:
            return Said(
                _("approved %(stage)s as %(role)s:")
                % {"stage": stage(event, data["stage"]), "role": role_name(data["role"])}
            )
        case Kind.RESTORED:
            return Said(_("let things leave the house again after a backup was restored"), data["reason"])
        case Kind.TASK_DONE:
            return Said(_("finished “%(task)s”:") % {"task": data["task"]})
        case Kind.CHECKED:
            return Said(_("ticked “%(item)s”:") % {"item": data["item"]})
        case Kind.REVISED:
            return Said(_("received revised numbers for %(kpi)s") % {"kpi": data["name"]})
        case Kind.DEFINED:
            anew = _("gave %(kpi)s a new definition: from now on it may count something else")
            plain = _("changed the definition of %(kpi)s")
            return Said((anew if data["counts_anew"] else plain) % {"kpi": data["name"]})
        case Kind.OWED:
            until = day(date.fromisoformat(data["last"]))
            return Said(_("waits for the value of %(kpi)s up to %(day)s") % {"kpi": data["name"], "day": until})
        case Kind.LIMITS:
            since = day(date.fromisoformat(data["period"]))
            reset = _("re-set the limits of %(kpi)s from %(day)s on:") % {"kpi": data["name"], "day": since}
            return Said(reset, data["reason"])
        case Kind.IMPORTED:
            return Said(imported(data))
        case Kind.UNDONE:
            return Said(_("took an import back: %(numbers)s") % {"numbers": numbers(data["numbers"], data["kpis"])})
        case Kind.TASK_REOPENED:
            return Said(_("opened “%(task)s” again:") % {"task": data["task"]})
        case Kind.MILESTONE:
            return Said(_milestone(data))
        case Kind.ARRANGED:
            return Said(_("gave a new place in the order to"))
        case Kind.COMMENTED:
            return Said(_("commented on “%(task)s”:") % {"task": data["task"]})
        case Kind.BOARD_LIMITS:
            return Said(_("changed how many tasks a column of the board holds"))
        case _ if event.kind in Event.OF_TASKS or event.kind in (Kind.ATTACHED, Kind.DETACHED):
            return Said(work.happened(event))
        case Kind.RENAMED:
            return Said(_("called %(before)s %(after)s from now on") % data)
        case Kind.ASKED:
            return Said(_("asks %(person)s to check in:") % {"person": data["name"]})
        case Kind.SCREEN_MADE:
            return Said(_("made the screen %(name)s") % data)
        case Kind.SCREEN_ENDED:
            return Said(_("ended the screen %(name)s") % data)
        case Kind.JOINED:
            return Said(_("signed in for the first time"))
        case Kind.TOKEN_MADE:
            return Said(_("made the token %(name)s (%(scopes)s)") % {**data, "scopes": ", ".join(data["scopes"])})
        case Kind.TOKEN_ENDED:
            return Said(_("ended the token %(name)s of %(person)s") % data)
        case Kind.PULL_ASKED:
            return Said(_("asked the source %(source)s") % data)
        case Kind.PULL_CANCELLED:
            return Said(_("stopped asking the source %(source)s") % data)
        case Kind.ROLE_GIVEN | Kind.ROLE_TAKEN:
            return Said(_role(event))
        case Kind.DELEGATED:
            days = {"who": data["name"], "first": day(date.fromisoformat(data["starts"])),
                    "last": day(date.fromisoformat(data["ends"])), "absent": data["absent"]}  # fmt: skip
            return Said(_("let %(who)s stand in for %(absent)s from %(first)s to %(last)s") % days)
        case Kind.DELEGATION_ENDED:
            ended = _("ended it early that %(who)s stands in for %(absent)s")
            return Said(ended % {"who": data["name"], "absent": data["absent"]})
        case Kind.INITIATIVE_ADDED | Kind.INITIATIVE_CHANGED | Kind.INITIATIVE_RETIRED | Kind.INITIATIVE_BACK:
            return Said(_initiative(event), data.get("reason", ""))
        case Kind.CHECKLIST_CHANGED:
            added, taken = _("put “%(item)s” on the checklist:"), _("took “%(item)s” off the checklist:")
            return Said((added if data["what"] == "added" else taken) % {"item": data["item"]})
        case Kind.REVIEW_ENDED:
            ended = ngettext(
                "ended a review of %(n)s initiative", "ended a review of %(n)s initiatives", data["talked"]
            )
            return Said(ended % {"n": data["talked"]})
        case Kind.REVIEWED:
            return Said(_("sent the minutes of a review:"), data["said"])
        case Kind.VIEWED_AS:
            begun = _("began to look at the pages as %(who)s sees them")
            over = _("stopped looking at the pages as %(who)s sees them")
            return Said((begun if data["begun"] else over) % {"who": data["name"]})
        case Kind.CHECK_IN:
            return Said(_checked_in(data["outlook"]), _said_of(data))
        case Kind.CHECK_IN_DUE:
            since = day(date.fromisoformat(data["due"]))
            return Said(_("asks for the check-in that is due on %(day)s:") % {"day": since})
        case Kind.INVITED:
            return Said(_("invited %(person)s") % {"person": data["person"]})
        case Kind.ACCESS:
            access = {"was": ACCESS[data["was"]], "now": ACCESS[data["now"]], "person": data["person"]}
            return Said(_("changed the access of %(person)s from %(was)s to %(now)s") % access)
        case Kind.CLOSED:
            return Said(_("closed the account of %(person)s") % {"person": data["person"]})
        case Kind.REOPENED:
            return Said(_("reopened the account of %(person)s") % {"person": data["person"]})
        case Kind.SIGN_IN:
            return Said(str(SIGN_IN[data["what"]]))
        case _:
            words = _("applied the strategy: %(create)s new, %(change)s changed, %(remove)s removed")
            return Said(words % data)


def _initiative(event: Event) -> str:
    match event.kind:
        case Kind.INITIATIVE_ADDED:
            return _("put it forward:")
        case Kind.INITIATIVE_RETIRED:
            return _("retired it:")
        case Kind.INITIATIVE_BACK:
            return _("brought it back:")
    fields = ", ".join(field(name) for name in event.data["fields"])
    return _("changed the %(fields)s:") % {"fields": fields}


def rule(name: str) -> str:
    """Of a stage, within a sentence."""
    return {
        "trigger": _("trigger"),
        "stop": _("stop rule"),
        "guardrail": _("guardrail"),
        "dates": _("dates"),
        "budget": _("budget"),
    }[name]


def field(name: str) -> str:
    """Of an initiative, within a sentence."""
    return {
        "name": _("name"),
        "hypothesis": _("hypothesis"),
        "objective": _("objective"),
        "area": _("area"),
        "restricted": _("restriction"),
        "spending": _("KPI of its money"),
        "needs": _("needs"),
    }[name]


def _role(event: Event) -> str:
    data = event.data
    names = {"person": data["name"], "role": role_name(data["role"]), "area": data["area"]}
    if event.kind == Kind.ROLE_GIVEN:
        there = _("gave %(person)s the role of %(role)s in the area %(area)s")
        return (there if data["area"] else _("gave %(person)s the role of %(role)s:")) % names
    there = _("took the role of %(role)s in the area %(area)s from %(person)s")
    return (there if data["area"] else _("took the role of %(role)s from %(person)s:")) % names


def _replanned(event: Event) -> str:
    """The end of a stage, which may have taken others along."""
    before, after = (day(date.fromisoformat(each)) if each else "" for each in event.data["ends"])
    names = {"stage": stage(event, event.data["stage"]), "before": before, "after": after}
    moved = _("moved the end of %(stage)s from %(before)s to %(after)s:")
    if not after:
        moved = _("took the end of %(stage)s away again:")
    elif not before:
        moved = _("set the end of %(stage)s to %(after)s:")
    elif event.data["rest"]:
        moved = _("moved the end of %(stage)s, and what comes after it, from %(before)s to %(after)s:")
    return moved % names


def _milestone(data: dict[str, Any]) -> str:
    return {
        "added": _("set the milestone “%(milestone)s” for %(on)s:"),
        "changed": _("changed the milestone “%(milestone)s”, now on %(on)s:"),
        "done": _("reached the milestone “%(milestone)s”:"),
        "reopened": _("opened the milestone “%(milestone)s” again:"),
        "retired": _("took the milestone “%(milestone)s” away:"),
        "brought back": _("brought the milestone “%(milestone)s” back:"),
    }[data["what"]] % {"milestone": data["milestone"], "on": day(date.fromisoformat(data["on"]))}


def imported(data: dict[str, Any]) -> str:
    """imported 412 numbers of 6 KPIs: 380 new, 20 revised, 12 as they were"""
    count = data["new"] + data["revised"] + data["unchanged"]
    parts = {
        _("%(n)s new"): data["new"],
        _("%(n)s revised"): data["revised"],
        _("%(n)s as they were"): data["unchanged"],
    }
    said = ", ".join(words % {"n": n} for words, n in parts.items() if n)
    return _("imported %(numbers)s: %(parts)s") % {"numbers": numbers(count, data["kpis"]), "parts": said}


def numbers(count: int, kpis: int) -> str:
    """412 numbers of 6 KPIs"""
    counted = ngettext("%(n)s number", "%(n)s numbers", count) % {"n": count}
    of = ngettext("%(n)s KPI", "%(n)s KPIs", kpis) % {"n": kpis}
    return _("%(numbers)s of %(kpis)s") % {"numbers": counted, "kpis": of}


def stage(event: Event, key: str) -> str:
    """The name of a stage, as the ladder of the event's strategy has it."""
    ladder = event.initiative.ladder if event.initiative else None
    return ladder.name(key) if ladder and key in ladder.keys else key


def _decided(choice: str, here: str) -> str:
    return {
        "go": _("decided to move on from %(stage)s:"),
        "conditional go": _("decided to move on from %(stage)s with conditions:"),
        "hold": _("decided to stay in %(stage)s:"),
        "back": _("decided to step back from %(stage)s:"),
        "stop": _("decided to stop in %(stage)s:"),
    }[choice] % {"stage": here}


def _voted(choice: str, here: str) -> str:
    return {
        "go": _("voted to move on from %(stage)s:"),
        "conditional go": _("voted to move on from %(stage)s with conditions:"),
        "hold": _("voted to stay in %(stage)s:"),
        "back": _("voted to step back from %(stage)s:"),
        "stop": _("voted to stop in %(stage)s:"),
    }[choice] % {"stage": here}


def _checked_in(outlook: str) -> str:
    return {
        "on track": _("checked in, on track:"),
        "at risk": _("checked in, at risk:"),
        "off track": _("checked in, off track:"),
    }[outlook]


def _said_of(data: dict[str, Any]) -> str:
    """What is difficult and what help is needed; where nothing is, what went well."""
    needed = _("Help needed: %(help)s") % {"help": data["help"]} if data["help"] else ""
    return " ".join(filter(None, [data["difficulties"], needed])) or data["successes"] or data["next"]


def _moved(event: Event) -> str:
    there = stage(event, event.data["to"])
    return {
        "propose": _("proposed"),
        "start": _("started %(stage)s:"),
        "go": _("moved on to %(stage)s:"),
        "conditional go": _("moved on to %(stage)s:"),
        "back": _("stepped back to %(stage)s:"),
        "hold": _("stays in %(stage)s:"),
        "pause": _("paused"),
        "resume": _("resumed"),
        "stop": _("stopped"),
        "finish": _("finished"),
    }[event.data["move"]] % {"stage": there}


def _judged(event: Event) -> str:
    data, here = event.data, {"stage": stage(event, event.data["stage"])}
    if data["proposal"] == Proposal.STOP:
        return _("proposes to stop: the stop rule of %(stage)s is met:") % here
    if data["proposal"] == Proposal.GO:
        return _("proposes to move on: the trigger of %(stage)s is met:") % here
    if data["proposal"] == Proposal.BACK and data.get("lapsed"):
        return _("proposes to step back: conditions of the move to %(stage)s were not kept:") % here
    if data["proposal"] == Proposal.BACK:
        return _("proposes to step back: what must not get worse in %(stage)s has turned:") % here
    if data["proposed_before"] == Proposal.BACK:
        return _("no longer proposes to step back from %(stage)s:") % here
    if data["proposed_before"] == Proposal.GO:
        return _("finds that the trigger of %(stage)s, which was met, is no longer:") % here
    if data["outcome"] == Outcome.UNMET:
        return _("finds the trigger of %(stage)s not met:") % here
    return _("cannot say yet whether the trigger of %(stage)s is met:") % here
