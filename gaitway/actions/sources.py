from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, jobs
from gaitway.actions.turns import turn
from gaitway.models import Event, Job, Person, Source
from gaitway.queries import rights


@turn()
def pull(source: Source, *, by: Person, at: datetime) -> None:
    """Asks for its KPIs now; what was laid aside or waits for its next attempt needn't wait any longer. Raises Refused
    where a pull is running."""
    _require(by)
    for dead in _jobs(source).exclude(dead_at=None):
        jobs.retry(dead, at=at)
    if _jobs(source).filter(finished_at=None, dead_at=None, lease_until__gte=at).exists():
        raise Refused(_("%(source)s is being pulled right now.") % {"source": source})
    jobs.ask(Job.Kind.PULL, _key(source), {"source": source.pk}, at=at)
    jobs.at_once(_key(source), at=at)
    events.record(Event.Kind.PULL_ASKED, by=by, at=at, strategy=source.strategy, data={"source": source.key})


@turn()
def cancel(source: Source, *, by: Person, at: datetime) -> None:
    """Stops the pull that runs or waits; what was recorded stays. Nothing happens where none does."""
    _require(by)
    job = _jobs(source).filter(finished_at=None, dead_at=None).first()
    if job is not None:
        jobs.cancel(job, by=by, at=at)
        events.record(Event.Kind.PULL_CANCELLED, by=by, at=at, strategy=source.strategy, data={"source": source.key})


def _jobs(source: Source) -> QuerySet[Job]:
    return Job.objects.filter(key=_key(source))


def _key(source: Source) -> str:
    return f"pull:{source.pk}"


def _require(by: Person) -> None:
    if not rights.may_pull(by):
        raise NotAllowed(_("Only administrators and strategists can pull a source."))
