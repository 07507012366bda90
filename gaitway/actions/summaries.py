"""The only door through which summaries are written: by the actions that change what lists show, and by the worker for
what changed in other ways. Pages never write them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, Q

from gaitway.actions import jobs
from gaitway.actions.turns import turn
from gaitway.engine.stages import State
from gaitway.models import Initiative, Job, Summary
from gaitway.models.among import among
from gaitway.queries import summaries as asked


@turn()
def refresh(initiatives: Iterable[Initiative | int], *, at: datetime) -> int:
    """Makes the summaries of these anew, in the caller's transaction; returns how many that were. The same number of
    queries for one and for AT_ONCE of them."""
    keys = {each if isinstance(each, int) else each.pk for each in initiatives}
    for some in asked.chunks(keys):
        # Who makes the same one anew comes after us and reads what we wrote, or the other way round.
        list(Initiative.objects.select_for_update(no_key=True).filter(pk__in=among(some)).order_by("pk").values("pk"))
        rows = [Summary(initiative_id=pk, at=at, due=False, **each) for pk, each in asked.worked_out(some).items()]
        names = [field.name for field in Summary._meta.fields if field.name not in ("id", "initiative")]
        Summary.objects.bulk_create(rows, update_conflicts=True, unique_fields=["initiative"], update_fields=names)
    return len(keys)


@turn()
def count(initiative: int, *, tasks: int = 0, done: int = 0, at: datetime) -> None:
    """So many more (or, below nothing, fewer) of its tasks are on the plan, and of them are done. The rest of its summary
    stays as it is, so that one more costs the same however many there are."""
    there = Summary.objects.filter(initiative=initiative, tasks__gte=max(0, -tasks), tasks_done__gte=max(0, -done))
    if not there.update(tasks=F("tasks") + tasks, tasks_done=F("tasks_done") + done, at=at):
        refresh([initiative], at=at)


def refresh_due(*, at: datetime) -> int:
    """Those that are missing or were marked."""
    return sum(refresh(some, at=at) for some in asked.chunks(asked.missing_or_due()))


def outdated(kpis: Collection[int], judged: Collection[int], *, at: datetime) -> None:
    """Numbers came for these KPIs, and these stages are to be judged again. What is active is refreshed when its gate is
    judged; for the others a worker is asked."""
    rows = Summary.objects.filter(Q(kpi__in=among(kpis)) | Q(stage__in=among(judged)))
    if rows.filter(due=False).update(due=True) and rows.exclude(initiative__state=State.ACTIVE).exists():
        ask(at=at)


def ask_for_due(*, at: datetime) -> None:
    """A house that was made by an older version, or restored, has none yet."""
    if asked.missing_or_due():
        ask(at=at)


def ask(*, at: datetime) -> None:
    """Some are missing or marked: a worker makes them."""
    jobs.ask(Job.Kind.SUMMARISE, "summarise", {}, at=at)
