"""People say how their initiatives go; and are told when it is time to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, entries, events
from gaitway.actions.entries import Entry
from gaitway.actions.turns import turn
from gaitway.engine.checkins import Due
from gaitway.engine.stages import State
from gaitway.models import CheckIn, Event, Initiative, Kpi, Notice, Person, Stage
from gaitway.queries import checkins as asked
from gaitway.queries import rights

Outlook = CheckIn.Outlook
LATE = 31  # days for which a telephone may keep one
LONGEST = 5000  # characters of a text

Numbers = Mapping[Kpi, Mapping[date, Entry]]


class Incomplete(Refused):
    """One field is missing or wrong: `field` names it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@turn()
def record(
    initiative: Initiative,
    *,
    outlook: str,
    successes: str = "",
    difficulties: str = "",
    help: str = "",  # the field's name
    next: str = "",
    key: str = "",
    numbers: Numbers | None = None,
    on: date,
    by: Person,
    at: datetime,
) -> CheckIn:
    """Keeps what `by` says of the day `on`, and the `numbers` that come with it: all of it or nothing. With a `key` that was
    used before it is the same once more, and what was kept then is returned.

    Raises NotAllowed, Incomplete for a field, Conflict where a number was recorded by somebody else meanwhile, and
    Refused for an initiative that is over."""
    if not rights.may_check_in(by, initiative):
        raise NotAllowed(
            _("Only the people who work on %(initiative)s can check in.") % {"initiative": initiative.name}
        )
    here = Initiative.objects.select_for_update().select_related("strategy").get(pk=initiative.pk)
    if key and (before := CheckIn.objects.filter(by=by, key=key).first()):
        if before.initiative_id != here.pk:
            raise Refused(_("This key was used for the check-in of another initiative: take a new one."))
        return before
    if here.state in (State.STOPPED, State.FINISHED):
        raise Refused(
            _("%(name)s is %(state)s: there is nothing to check in any more.")
            % {"name": here.name, "state": _(here.state)}
        )
    today = timezone.localdate(at)
    texts = {"successes": successes, "difficulties": difficulties, "help": help, "next": next}
    texts = {name: text.strip() for name, text in texts.items()}
    _check(outlook, texts, key, on, today)
    stage = Stage.objects.filter(initiative=here, key=here.stage_key).first()
    made = CheckIn.objects.create(
        initiative=here, stage=stage, outlook=outlook, gate_due=stage.ends if stage else None, key=key, on=on, by=by,
        at=at, **texts,
    )  # fmt: skip
    for kpi in sorted(numbers or {}, key=lambda each: each.pk):  # in one order, so that nobody waits for ever
        if late := entries.enter(kpi, (numbers or {})[kpi], by=by, at=at, today=today):
            raise Conflict(f"{kpi.name}: somebody recorded a number for {', '.join(map(str, sorted(late)))} meanwhile.")
    data = {"check_in": made.pk, "outlook": outlook, "here": here.stage_key, "on": on.isoformat(), **texts}
    events.record(Event.Kind.CHECK_IN, by=by, at=at, initiative=here, data=data)
    _close(asked.due_of(here, stage, made, today), here, at=at)
    return made


def _check(outlook: str, texts: Mapping[str, str], key: str, on: date, today: date) -> None:
    if outlook not in Outlook.values:
        raise Incomplete("outlook", f"Say how it looks: {', '.join(Outlook.values)}.")
    if outlook != Outlook.ON_TRACK and not (texts["difficulties"] or texts["help"]):
        raise Incomplete("difficulties", _("Say in a sentence what is difficult, or what help is needed."))
    for name, text in texts.items():
        if len(text) > LONGEST:
            raise Incomplete(
                name,
                _("This is %(count)s characters long; %(most)s are the most.") % {"count": len(text), "most": LONGEST},
            )
    if len(key) > 64:
        raise Incomplete("key", "A key has at most 64 characters.")
    if not today - timedelta(days=LATE) <= on <= today:
        raise Incomplete("on", f"A check-in speaks of today, or of a day in the last {LATE} days; {on} is neither.")


@turn()
def remind(*, by: Person, at: datetime) -> int:
    """Tells the lead of each initiative whose check-in is due, once a due day, and takes what is no longer due out of
    inboxes. Returns how many were told."""
    today = timezone.localdate(at)
    waiting = {}
    for row in asked.all_due(today):
        if row.owes is not None and row.due.on <= today:
            waiting[row.initiative.pk, row.due.on.isoformat(), row.owes.pk] = row.initiative
    open_ = Notice.objects.filter(event__kind=Event.Kind.CHECK_IN_DUE, done_at=None).select_related("event")
    over = [n.pk for n in open_ if (n.event.initiative_id, n.event.data["due"], n.person_id) not in waiting]
    Notice.objects.filter(pk__in=over).update(done_at=at)
    days = {day for _pk, day, _person in waiting}
    events_of = Event.objects.filter(kind=Event.Kind.CHECK_IN_DUE, data__due__in=days)
    told = set(events_of.values_list("initiative", "data__due", "data__person"))
    for place in waiting.keys() - told:
        _pk, day, person = place
        data = {"due": day, "person": person}
        events.record(Event.Kind.CHECK_IN_DUE, by=by, at=at, initiative=waiting[place], data=data)
    return len(waiting.keys() - told)


def _close(due: Due | None, initiative: Initiative, *, at: datetime) -> None:
    """What was asked for and has come leaves the inbox."""
    open_ = Notice.objects.filter(event__kind=Event.Kind.CHECK_IN_DUE, event__initiative=initiative, done_at=None)
    still = due.on.isoformat() if due else ""
    came = [notice.pk for notice in open_.select_related("event") if notice.event.data["due"] != still]
    Notice.objects.filter(pk__in=came).update(done_at=at)
