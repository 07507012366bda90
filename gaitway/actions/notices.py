from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused
from gaitway.actions.turns import turn
from gaitway.models import Notice, Person
from gaitway.models.among import among
from gaitway.models.notice import NoticeQuerySet


@turn()
def done(notice: Notice, *, by: Person, at: datetime) -> None:
    _require_own(notice, by)
    Notice.objects.filter(pk=notice.pk, done_at=None).update(done_at=at, later_until=None)


@turn()
def all_done(*, by: Person, at: datetime) -> list[int]:
    """All that one follows and was told by now; returns which. What needs somebody is done one by one, and what was laid
    aside stays there."""
    open_ = Notice.objects.filter(person=by, level=Notice.Level.FOLLOW, done_at=None, later_until=None)
    closed = list(open_.filter(event__at__lte=at).order_by().values_list("pk", flat=True))
    Notice.objects.filter(pk__in=among(closed)).update(done_at=at)
    return closed


@turn()
def later(notice: Notice, *, until: datetime, by: Person, at: datetime) -> None:
    """Laid aside; it comes back by itself. Raises Refused for a moment that is past, or more than a year ahead."""
    _require_own(notice, by)
    if not at < until or (until - at).days > 366:
        raise Refused(_("Later is a day from tomorrow on, within a year."))
    Notice.objects.filter(pk=notice.pk, done_at=None).update(later_until=until)


@turn()
def come_back(*, at: datetime) -> int:
    """What was laid aside until now; returns how many."""
    return Notice.objects.filter(done_at=None, later_until__lte=at).update(later_until=None)


@turn()
def back(closed: NoticeQuerySet, *, by: Person, at: datetime) -> None:
    """Those of one's own among these are open again, whether they were done or laid aside."""
    closed.filter(person=by).update(done_at=None, later_until=None)


def _require_own(notice: Notice, by: Person) -> None:
    if notice.person_id != by.pk:
        raise NotAllowed(_("This is somebody else's notice."))
