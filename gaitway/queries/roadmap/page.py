"""The roadmap as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gaitway.engine.stages import State
from gaitway.models import Initiative, Person
from gaitway.queries import rights
from gaitway.queries.portfolio import ORDER
from gaitway.queries.values import Choice
from gaitway.queries.words import places
from gaitway.queries.words import roadmap as words

from . import rows, strip
from .rows import OVER
from .seen import Seen, judge, load
from .values import COMING, LATE, VIEWS, Entry, Filters, Gate, Group, Lanes, Month, Roadmap, Row
from .window import Window, Zoom, months_later

PAGE = 100
IN_MONTH = 20  # entries of a month in the calendar
SOON = timedelta(weeks=4)
AHEAD = {Zoom.WEEK: 1, Zoom.MONTH: 3, Zoom.QUARTER: 6, Zoom.YEAR: 12}  # months within which something is next


def filters(asked: Mapping[str, str]) -> Filters:
    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        value = asked.get(name, "")
        return value if value in allowed else allowed[0]

    def text(name: str) -> str:
        return asked.get(name, "").strip()[:200]

    return Filters(
        view=one_of("view", VIEWS),
        show=one_of("show", ("all", "mine")),
        state=one_of("state", ("", *ORDER)),
        group=one_of("group", ("", "objective", "area", "sponsor")),
        needs=one_of("needs", ("", "all")),
        q=text("q"),
        objective=text("objective"),
        area=text("area"),
        sponsor=text("sponsor"),
        stage=text("stage"),
    )


def page(viewer: Person, filters: Filters, window: Window, today: date, number: int = 1) -> Roadmap:
    """Page `number` of what the viewer sees and the filters leave."""
    seen = load(viewer)
    names, needs = Names(filters.group), rows.needed(seen)
    kept = names.sorted([each for each in seen if _matches(each, filters, viewer)])
    made = [rows.row(each, today, needs) for each in kept]
    timeline = filters.view == "timeline"
    if filters.state or filters.view == "lanes":
        made = _told(made, kept, today)
        made = [row for row in made if filters.state in ("", row.state)]
    pages = max(1, -(-len(made) // PAGE)) if timeline else 1
    number = min(max(1, number), pages)
    shown = made[(number - 1) * PAGE : number * PAGE] if timeline else made
    if timeline and not filters.state:
        shown = _told(shown, kept, today)
    by_number = {each.pk: each for each in kept}
    return Roadmap(
        _with_options(filters, seen), window, _sentence(made, today), len(seen), len(made), number, pages,
        [Group(name, found) for name, found in names.grouped(shown, by_number)],
        strip.needs(shown) if timeline else [],
        strip.strip(made, kept, window, today) if timeline else None,
        _lanes(made, window, today) if filters.view == "lanes" else None,
        _calendar(made, window) if filters.view == "calendar" else None,
        _opens(made), rights.may_arrange(viewer),
    )  # fmt: skip


def _opens(made: Sequence[Row]) -> Gate | None:
    running = [gate for row in made if row.running == State.ACTIVE and (gate := row.next_gate)]
    return min(running, key=lambda gate: (gate.on, gate.key), default=None)


def _told(made: Sequence[Row], kept: Sequence[Seen], today: date) -> list[Row]:
    numbers = {row.pk for row in made}
    here = {each.pk: each for each in kept if each.pk in numbers}
    judge(list(here.values()))
    forecasts = rows.foreseen(list(here.values()))
    return [rows.told(row, here[row.pk], today, forecasts) for row in made]


def one(viewer: Person, key: str, today: date) -> Row:
    """One row, by `strategy/initiative`. Raises Initiative.DoesNotExist."""
    strategy, _sep, name = key.partition("/")
    seen = load(viewer)
    found = [each for each in seen if (each.strategy.key, each.key) == (strategy, name)]
    if not found:
        raise Initiative.DoesNotExist
    return _told([rows.row(found[0], today, rows.needed(seen))], found, today)[0]


class Names:
    """How the rows are grouped."""

    def __init__(self, group: str) -> None:
        self.group = group

    def of(self, initiative: Seen) -> str:
        if self.group == "objective":
            return initiative.objective
        if self.group == "area":
            return initiative.area or _("No area")
        if self.group == "sponsor":
            sponsor = initiative.sponsor
            return sponsor.name if sponsor else _("No sponsor")
        return ""

    def sorted(self, initiatives: Sequence[Seen]) -> list[Seen]:
        """Groups in the order in which they first come, so that a group isn't torn apart by a page more than once."""
        first: dict[str, int] = {}
        for index, each in enumerate(initiatives):
            first.setdefault(self.of(each), index)
        return sorted(initiatives, key=lambda each: first[self.of(each)])

    def grouped(self, made: Sequence[Row], initiatives: Mapping[int, Seen]) -> list[tuple[str, list[Row]]]:
        groups: dict[str, list[Row]] = {}
        for row in made:
            groups.setdefault(self.of(initiatives[row.pk]), []).append(row)
        return list(groups.items())


def _matches(initiative: Seen, filters: Filters, viewer: Person) -> bool:
    if filters.sponsor and filters.sponsor != (initiative.sponsor.email if initiative.sponsor else ""):
        return False
    wanted = (
        (filters.objective, f"{initiative.strategy.key}/{initiative.objective_key}"),
        (filters.area, initiative.area),
        (filters.stage, initiative.stage_key),
    )
    if any(want and want != has for want, has in wanted):
        return False
    if filters.show == "mine" and not any(held.who.pk == viewer.pk for held in initiative.people):
        return False
    if not filters.q:
        return True
    words = [initiative.name, initiative.key, initiative.area, *(held.who.name for held in initiative.people)]
    return filters.q.lower() in " ".join(words).lower()


def _sentence(made: Sequence[Row], today: date) -> str:
    gates = [gate for row in made for gate in row.gates]
    soon = sum(gate.kind == COMING and gate.on < today + SOON for gate in gates)
    late = sum(gate.kind == LATE for gate in gates)
    counts = strip.by_month(made)
    this = today.replace(day=1)
    months = [months_later(this, index) for index in range(12)]
    busy_from = strip.threshold([counts[month] for month in months])
    busy = next(((month, counts[month]) for month in months if counts[month] >= busy_from), None)
    return words.sentence(soon, late, busy, any(gate.kind == COMING for gate in gates))


def _lanes(made: Sequence[Row], window: Window, today: date) -> Lanes:
    begins = months_later(today, AHEAD[window.zoom])
    lanes: dict[str, list[Row]] = {"now": [], "next": [], "later": []}
    over = 0
    for row in made:
        if row.running in OVER:
            over += 1
        elif row.running == State.ACTIVE:
            lanes["now"].append(row)
        elif row.begins is not None and row.begins <= begins:
            lanes["next"].append(row)
        else:
            lanes["later"].append(row)
    lanes["now"].sort(key=lambda row: gate.on if (gate := row.next_gate) else date.max)
    for name in ("next", "later"):
        lanes[name].sort(key=lambda row: row.begins or date.max)
    return Lanes(begins, lanes["now"], lanes["next"], lanes["later"], over)


def _calendar(made: Sequence[Row], window: Window) -> list[Month]:
    entries = [Entry(gate.on, row, gate, None) for row in made for gate in row.gates if window.holds(gate.on)]
    entries += [Entry(mark.on, row, None, mark) for row in made for mark in row.marks if window.holds(mark.on)]
    entries.sort(key=lambda each: (each.on, each.mark is not None, each.row.name))
    by_month: dict[date, list[Entry]] = {}
    for each in entries:
        by_month.setdefault(each.on.replace(day=1), []).append(each)
    found = [(month, by_month.get(month, [])) for month in window.months()]
    return [Month(month, held[:IN_MONTH], max(len(held) - IN_MONTH, 0)) for month, held in found]


def _with_options(filters: Filters, seen: Sequence[Seen]) -> Filters:
    objectives = {f"{each.strategy.key}/{each.objective_key}": each.objective for each in seen}
    sponsors = {who.email: who.name for each in seen if (who := each.sponsor)}
    strategies = {each.strategy.pk: each.strategy for each in seen}
    rungs = {rung.key: rung.name for strategy in strategies.values() for rung in strategy.ladder.rungs}
    areas = sorted({each.area for each in seen if each.area})

    def choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
        return tuple(Choice(value, label) for value, label in pairs)

    return replace(
        filters,
        objectives=choices(objectives.items()),
        areas=tuple(Choice(name, name) for name in areas),
        sponsors=choices(sorted(sponsors.items(), key=lambda pair: pair[1])),
        stages=choices(rungs.items()),
        states=tuple(Choice(name, places.state(name)) for name in ORDER),
    )
