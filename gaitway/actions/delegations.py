"""Who decides and approves while somebody is away."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.models import Delegation, Event, Notice, Person
from gaitway.queries import rights

LONGEST = 366  # days
CLOSED = timedelta(days=31)  # for so long it is looked for what was left in inboxes


@turn()
def make(
    person: Person, to: Person, *, starts: date, ends: date, reason: str = "", by: Person, at: datetime, today: date
) -> Delegation:
    """Lets `to` stand in for `person` from the first day to the last. By the person or an administrator.

    Raises NotAllowed, and Refused for days that are over or too many, for oneself, for somebody who can't sign in, and
    where one of the two is away or stands in for somebody in those days: what is delegated is never handed on."""
    if not rights.may_delegate(by, person):
        raise NotAllowed(_("People say themselves who stands in for them, or an administrator does."))
    if person.pk == to.pk:
        raise Refused(_("Nobody stands in for themselves: choose somebody else."))
    for each in (person, to):
        if not each.is_active or each.is_system:
            raise Refused(_("%(each)s can't sign in: choose somebody who can.") % {"each": each})
    if ends < starts:
        raise Refused(_("The last day, %(ends)s, is before the first, %(starts)s.") % {"ends": ends, "starts": starts})
    if starts < today:
        raise Refused(_("The first day, %(starts)s, is over: begin today or later.") % {"starts": starts})
    if (ends - starts).days >= LONGEST:
        raise Refused(_("That is longer than %(most)s days: name an earlier last day.") % {"most": LONGEST})
    # Two who delegate to each other at once come one after the other.
    list(Person.objects.select_for_update().filter(pk__in=(person.pk, to.pk)).order_by("pk"))
    _refuse_others(person, to, starts, ends)
    made = Delegation.objects.create(
        person=person, to=to, starts=starts, ends=ends, reason=reason.strip()[:300], by=by, at=at
    )
    _record(Event.Kind.DELEGATED, made, by=by, at=at)
    return made


@turn()
def end(delegation: Delegation, *, by: Person, at: datetime) -> None:
    """Ends it early: by either of the two, or an administrator. Ending it twice changes nothing."""
    if not (rights.may_delegate(by, delegation.person) or by.pk == delegation.to_id):
        raise NotAllowed(_("Only the two whom it concerns, or an administrator, can end this."))
    if Delegation.objects.filter(pk=delegation.pk, ended_at=None).update(ended_at=at):
        _record(Event.Kind.DELEGATION_ENDED, delegation, by=by, at=at)
        _take_back(delegation, timezone.localdate(at), at=at)


@turn()
def close(*, by: Person, at: datetime, today: date) -> None:
    """What waited in inboxes for those who stood in until yesterday waits for them no more. What they may do and see
    ended with the day."""
    for over in Delegation.objects.filter(ends__lt=today, ends__gte=today - CLOSED, ended_at=None):
        _take_back(over, today, at=at)


def _take_back(delegation: Delegation, today: date, *, at: datetime) -> None:
    """Unless the person decides there all the same."""
    waiting = Notice.objects.filter(
        person=delegation.to_id, level=Notice.Level.NEEDS_ME, done_at=None, stage__isnull=False
    )
    for notice in waiting.select_related("person", "stage__initiative"):
        assert notice.stage is not None  # noqa: S101  # tells the type checker what the question says
        if not rights.may_decide(notice.person, notice.stage.initiative, today):
            Notice.objects.filter(pk=notice.pk).update(done_at=at)


def _refuse_others(person: Person, to: Person, starts: date, ends: date) -> None:
    meeting = Delegation.objects.meeting(starts, ends).select_related("person", "to")
    if other := meeting.filter(person=person).first():
        raise Refused(
            _("%(to)s stands in for %(person)s from %(starts)s to %(ends)s already: end that first.")
            % {"to": other.to, "person": person, "starts": other.starts, "ends": other.ends}
        )
    if other := meeting.filter(person=to).first():
        raise Refused(
            _("%(to)s is away from %(starts)s to %(ends)s: choose somebody else.")
            % {"to": to, "starts": other.starts, "ends": other.ends}
        )
    if other := meeting.filter(to=person).first():
        raise Refused(
            _(
                "%(person)s stands in for %(absent)s from %(starts)s to %(ends)s: end that first, so that somebody "
                "else can be chosen."
            )
            % {"person": person, "absent": other.person, "starts": other.starts, "ends": other.ends}
        )


def _record(kind: Event.Kind, made: Delegation, *, by: Person, at: datetime) -> None:
    """The reason stays between the two."""
    data = {
        "person": made.to_id, "name": made.to.name, "absent": made.person.name,
        "starts": made.starts.isoformat(), "ends": made.ends.isoformat(),
    }  # fmt: skip
    events.record(kind, by=by, at=at, data=data)
