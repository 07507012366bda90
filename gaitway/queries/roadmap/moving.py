"""What moving the end of a stage touches, worked out before anything is saved."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gaitway.engine import plans
from gaitway.engine.plans import Planned, Rest
from gaitway.engine.stages import State
from gaitway.models import Forecast, Initiative, KeyResult, Kpi, Person, Stage
from gaitway.queries import rights, stages
from gaitway.queries.values import KpiRef
from gaitway.queries.words import roadmap as words

from . import rows, strip
from .rows import OVER
from .seen import Seen, load
from .values import Mark, Need, Overload, Row
from .window import months_later


@dataclass(frozen=True, slots=True)
class Moved:
    """A stage whose dates change, before and after; `days` are its length then."""

    key: str
    name: str
    before: tuple[date | None, date | None]
    after: tuple[date | None, date | None]

    @property
    def days(self) -> tuple[int | None, int | None]:
        pairs = [(b - a).days + 1 if a and b else None for a, b in (self.before, self.after)]
        return pairs[0], pairs[1]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An initiative that needs this one, and whether its dates contradict then."""

    key: str
    name: str
    need: Need


@dataclass(frozen=True, slots=True)
class Due:
    """A key result that is due between the old and the new day, on a KPI that the stage reads."""

    kpi: KpiRef
    target: float
    due: date
    objective: str


@dataclass(frozen=True, slots=True)
class Money:
    month: date
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Touched:
    """`wrong` says why it can't be moved so; then the rest is empty."""

    moved: Sequence[Moved] = ()
    by: str = ""
    wrong: str = ""
    waiting: Sequence[Waiting] = ()
    marks: Sequence[Mark] = ()
    due: Sequence[Due] = ()
    chance: str = ""
    overloads: Sequence[Overload] = ()
    money: Sequence[Money] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True)
class MovePage:
    key: str
    initiative: str
    initiative_key: str
    stage: str
    to: str
    ends: date | None
    starts: date | None
    begun: bool
    may: bool
    rest: str
    has_rest: bool
    wanted: date | None
    touched: Touched | None


def find(viewer: Person, key: str) -> Stage:
    """A stage that is still to be left, by `strategy/initiative/stage`. Raises Stage.DoesNotExist."""
    strategy, _sep, rest = key.partition("/")
    initiative, _sep, name = rest.partition("/")
    found: Stage = (
        Stage.objects.visible_to(viewer)
        .filter(initiative__retired_at=None, initiative__objective__retired_at=None)
        .exclude(initiative__state__in=OVER)
        .select_related("initiative__strategy", "initiative__objective")
        .get(initiative__strategy__key=strategy, initiative__key=initiative, key=name)
    )
    ladder, here = found.initiative.ladder, found.initiative.stage_key
    if here in ladder.keys and found.key in ladder.keys and ladder.position(found.key) < ladder.position(here):
        raise Stage.DoesNotExist  # it has been left: nothing can be moved there
    return found


def page(viewer: Person, key: str, wanted: date | None, rest: Rest, today: date) -> MovePage:
    stage = find(viewer, key)
    initiative = stage.initiative
    ladder = initiative.ladder
    order = _order(initiative)
    after = order[next(index for index, each in enumerate(order) if each.key == stage.key) + 1 :]
    moves = wanted is not None and wanted != stage.ends
    touched = _touched(viewer, stage, order, wanted, rest, today) if wanted and moves else None
    at = ladder.position(stage.key) + 1 if stage.key in ladder.keys else len(ladder.keys)
    return MovePage(
        key, initiative.name, key.rpartition("/")[0], ladder.name(stage.key),
        ladder.rungs[at].name if at < len(ladder.rungs) else "", stage.ends, stage.starts, stages.begun(stage),
        rights.may_decide(viewer, initiative), rest.value, any(each.starts or each.ends for each in after),
        wanted, touched,
    )  # fmt: skip


def _order(initiative: Initiative) -> list[Planned]:
    ladder = initiative.ladder.keys
    known = sorted(initiative.stages.all(), key=lambda row: ladder.index(row.key) if row.key in ladder else -1)
    return [Planned(row.key, row.starts, row.ends) for row in known]


def _touched(viewer: Person, stage: Stage, order: Sequence[Planned], wanted: date, rest: Rest, today: date) -> Touched:
    ladder = stage.initiative.ladder
    try:
        changed = plans.moved(order, stage.key, wanted, rest)
    except plans.BadPlan as error:
        names = {"stage": ladder.name(error.key), "starts": error.starts, "ends": error.ends}
        return Touched(wrong=_("%(stage)s would begin on %(starts)s and end on %(ends)s, before it begins.") % names)
    was = {each.key: each for each in order}
    moved = [
        Moved(
            each.key, ladder.name(each.key), (was[each.key].starts, was[each.key].ends), (each.starts, each.ends)
        )
        for each in changed
    ]  # fmt: skip
    seen = load(viewer)
    needs = rows.needed(seen)
    before = [rows.row(each, today, needs) for each in seen]
    _put(seen, stage.initiative_id, changed)
    after = [rows.row(each, today, needs) for each in seen]
    here = next(row for row in after if row.pk == stage.initiative_id)
    first, last = sorted((stage.ends or wanted, wanted))
    currency, money = _money(seen, stage, changed, was, today)
    return Touched(
        moved, words.moved_by((wanted - stage.ends).days) if stage.ends else "", "",
        _waiting(after, stage.initiative_id),
        [mark for mark in here.marks if not mark.done and first < mark.on <= last],
        _due(viewer, stage, first, last), _chance(stage, wanted), _overloaded(before, after, today), money, currency,
    )  # fmt: skip


def _put(seen: Sequence[Seen], pk: int, changed: Sequence[Planned]) -> None:
    """Into the rows in memory alone."""
    dates = {each.key: each for each in changed}
    for stage in next(each for each in seen if each.pk == pk).stages:
        if stage.key in dates:
            stage.starts, stage.ends = dates[stage.key].starts, dates[stage.key].ends


def _waiting(after: Sequence[Row], pk: int) -> list[Waiting]:
    names = {row.pk: row for row in after}
    found = [need for need in strip.needs(after) if need.other == pk]
    return [Waiting(names[need.row].key, names[need.row].name, need) for need in found]


def _due(viewer: Person, stage: Stage, first: date, last: date) -> list[Due]:
    kpis = Kpi.objects.visible_to(viewer).filter(stages=stage)
    numbers = {number for kpi in kpis for number in (kpi.pk, kpi.whole_id) if number}
    results = KeyResult.objects.filter(kpi__in=numbers, due__gt=first, due__lte=last, objective__retired_at=None)
    return [
        Due(KpiRef.of(each.kpi), each.target, each.due, each.objective.name)
        for each in results.select_related("kpi__strategy", "objective").order_by("due", "pk")
        if each.due
    ]


def _chance(stage: Stage, wanted: date) -> str:
    """By the kept forecast of the present gate, read between its quantiles."""
    if stage.initiative.state != State.ACTIVE or stage.initiative.stage_key != stage.key:
        return ""
    made = Forecast.objects.filter(stage=stage, about=Forecast.About.GATE).order_by("-as_of", "-pk").first()
    if made is None or made.numbers["refused"]:
        return ""
    days = [day and date.fromisoformat(day) for day in made.numbers["days"]]
    until = date.fromisoformat(made.numbers["until"])
    now = by(days, until, stage.ends) if stage.ends else None
    return words.chance(now, by(days, until, wanted), stage.ends or wanted, wanted)


SHARES = (0.10, 0.25, 0.50, 0.75, 0.90)


def by(days: Sequence[date | None], until: date, day: date) -> float | None:
    """The share of futures in which it is met by a day, between the quantiles `days`; None where nobody can say."""
    known = [(when, share) for when, share in zip(days, SHARES, strict=True) if when]
    if not known:
        return SHARES[0] / 2 if day <= until else None
    if day < known[0][0]:
        return SHARES[0] / 2
    for (low, below), (high, above) in itertools.pairwise(known):
        if day < high:
            return below + (above - below) * (day - low).days / max((high - low).days, 1)
    if len(known) == len(SHARES):
        return 0.95 if day < known[-1][0] + timedelta(days=28) else 0.97
    return known[-1][1] if day <= until else None


def _overloaded(before: Sequence[Row], after: Sequence[Row], today: date) -> list[Overload]:
    """Those who become so, or more so, by the move."""
    was = {(each.person.pk, each.month): each.gates for each in strip.overloads(before, today)}
    return [each for each in strip.overloads(after, today) if each.gates > was.get((each.person.pk, each.month), 0)]


def _money(
    seen: Sequence[Seen], stage: Stage, changed: Sequence[Planned], was: dict[str, Planned], today: date
) -> tuple[str, list[Money]]:  # fmt: skip
    """The months whose planned money becomes more than a tenth more, or less, the most first."""
    currency, after = strip.budgets(seen)
    _put(seen, stage.initiative_id, [was[each.key] for each in changed])
    then, before = strip.budgets(seen)
    _put(seen, stage.initiative_id, changed)
    if not currency or currency != then:
        return "", []
    found = []
    for index in range(24):
        month = months_later(today.replace(day=1), index)
        ends = months_later(month, 1)
        one, two = strip.spent(before, month, ends), strip.spent(after, month, ends)
        if abs(two - one) > 0.1 * max(one, two):
            found.append(Money(month, one, two))
    return currency, sorted(sorted(found, key=lambda each: -abs(each.after - each.before))[:4], key=lambda m: m.month)
