"""The order of the cards in the columns of the board, and how many a column may hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max, Min, Q
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events
from gaitway.actions.turns import turn
from gaitway.lib import ranks
from gaitway.models import Event, Person, Strategy, Task
from gaitway.models.visible import VisibleQuerySet
from gaitway.queries import rights

LIMITED = (Task.State.TO_DO, Task.State.DOING, Task.State.WAITING)  # what is done needs no limit
MOST = 999


@turn()
def set_limits(strategy: Strategy, limits: Mapping[str, int | None], *, by: Person, at: datetime) -> None:
    """How many tasks of the strategy may stand in a column at once; None: as many as there are. A limit is said, and
    stops nobody."""
    if not rights.may_limit(by, strategy):
        said = _("Only who leads an initiative of %(strategy)s can set the limits of its board.")
        raise NotAllowed(said % {"strategy": strategy.name})
    for state, limit in limits.items():
        if state not in LIMITED:
            said = _("%(state)s has no limit: those that have one are %(states)s.")
            raise Refused(said % {"state": repr(state), "states": ", ".join(LIMITED)})
        if limit is not None and not 1 <= limit <= MOST:
            raise Refused(_("A limit is a number from 1 to %(most)s, or nothing.") % {"most": MOST})
    before = dict(strategy.limits)
    after = {state: limit for state, limit in {**before, **limits}.items() if limit is not None}
    if after == before:
        return
    strategy.limits = after
    strategy.save(update_fields=["limits"])
    events.record(Event.Kind.BOARD_LIMITS, by=by, at=at, strategy=strategy, data={"limits": after, "before": before})


def first(state: str) -> int:
    """The rank that comes before all others of the column."""
    lowest: int | None = _column(state).aggregate(found=Min("rank"))["found"]
    made = ranks.between(None, lowest)
    assert made is not None  # noqa: S101  # an open end always has room
    return made


def last(state: str) -> int:
    """The rank that comes after all others of the column."""
    highest: int | None = _column(state).aggregate(found=Max("rank"))["found"]
    made = ranks.between(highest, None)
    assert made is not None  # noqa: S101  # an open end always has room
    return made


def place(task: Task, state: str, after: Task | None) -> int:
    """The rank below `after` in the column; on top without it, and where it stands there no longer. Makes room where
    there is none."""
    column = _column(state).exclude(pk=task.pk)
    above = column.filter(pk=after.pk).values_list("rank", "pk").first() if after else None
    if above is None:
        return first(state)
    rank, pk = above
    below = column.filter(Q(rank__gt=rank) | Q(rank=rank, pk__gt=pk)).order_by("rank", "pk")
    following = below.values_list("rank", flat=True).first()
    found = ranks.between(rank, following)
    return found if found is not None else _make_room(rank, below)


def _make_room(low: int, below: VisibleQuerySet[Task]) -> int:
    """Moves as few of the next cards down as it takes; the rank that is free then."""
    count, free = 2, None
    while free is None:
        count *= 2
        rows = list(below.only("pk", "rank")[: count + 1])
        window, beyond = rows[:count], rows[count].rank if len(rows) > count else None
        free = ranks.spread(low, beyond, len(window) + 1)
    for task, rank in zip(window, free[1:], strict=True):
        task.rank = rank
    Task.objects.bulk_update(window, ["rank"], batch_size=500)
    return free[0]


def _column(state: str) -> VisibleQuerySet[Task]:
    return Task.objects.filter(state=state, retired_at=None)
