"""What bunches and what contradicts: gates by month, people with many of them, money, and dates against needs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from gaitway.engine.stages import State
from gaitway.queries.values import Who

from .rows import DAY, OVER
from .seen import Seen
from .values import COMING, LATE, PASSED, Column, Need, Overload, Row, Strip
from .window import Window, Zoom, months_later

MANY = 4  # gates in a month, from which on it can be called busy
MOST = 3  # gates of one person in a month, above which it is too much
Spending = tuple[date, date, float]  # from, up to and without, how much


def strip(rows: Sequence[Row], initiatives: Sequence[Seen], window: Window, today: date) -> Strip:
    """Over the columns of the window; overloads and contradictions from today on."""
    size = 3 if window.zoom is Zoom.YEAR else 1
    starts = window.months() if size == 1 else _quarters(window)
    ends = [months_later(day, size) for day in starts]
    days = [gate.on for row in rows for gate in row.gates if gate.kind in (COMING, LATE)]
    counts = [sum(start <= day < end for day in days) for start, end in zip(starts, ends, strict=True)]
    shown = {row.pk for row in rows}
    currency, spendings = budgets([each for each in initiatives if each.pk in shown])
    # What was spent is known elsewhere: a plan is for what is to come.
    money = [spent(spendings, start, end) if end > today else 0.0 for start, end in zip(starts, ends, strict=True)]
    busy_from, most = threshold(counts), max(money, default=0.0)
    columns = [
        Column(start, end, count, count >= busy_from, amount, bool(most) and amount == most)
        for start, end, count, amount in zip(starts, ends, counts, money, strict=True)
    ]
    names = {row.pk: row.name for row in rows}
    wrong = [(names[need.row], names[need.other], need) for need in needs(rows) if need.wrong]
    return Strip(columns, currency, overloads(rows, today), wrong)


def threshold(counts: Sequence[int]) -> float:
    """From how many gates on a month is busy: four, and half more than usual where there are any."""
    some = [count for count in counts if count]
    return max(MANY, 1.5 * sum(some) / len(some)) if some else MANY


def by_month(rows: Iterable[Row]) -> Counter[date]:
    """The gates to come, by the first day of their month."""
    return Counter(
        gate.on.replace(day=1) for row in rows for gate in row.gates if gate.kind in (COMING, LATE)
    )  # fmt: skip


def overloads(rows: Iterable[Row], today: date) -> list[Overload]:
    """Who decides at, or leads to, too many gates of one month that isn't over."""
    people: dict[int, Who] = {}
    counted: Counter[tuple[int, date]] = Counter()
    for row in rows:
        involved = {person.pk: person for person in (row.sponsor, row.lead) if person}
        people |= involved
        for gate in row.gates:
            if gate.kind == COMING:
                counted.update((pk, gate.on.replace(day=1)) for pk in involved)
    found = [
        Overload(people[pk], month, count)
        for (pk, month), count in counted.items()
        if count > MOST and month >= today.replace(day=1)
    ]
    return sorted(found, key=lambda each: (each.month, -each.gates, each.person.name))


def needs(rows: Sequence[Row]) -> list[Need]:
    """Each dependency among these that has two dates. A stage waits for the gate of the same stage of what is needed: the
    next one to begin where there is any, else the one it is in."""
    known = {row.pk: row for row in rows}
    found = []
    for row in rows:
        bar = next((bar for bar in row.bars if bar.status == "ahead"), None) or (row.bars[-1] if row.bars else None)
        for other in row.needs if bar else ():
            gates = {gate.key.rpartition("/")[2]: gate for gate in known[other].gates} if other in known else {}
            gate = gates.get(bar.key) if bar else None
            if bar and gate and (bar.status == "ahead" or gate.kind == PASSED):
                found.append(Need(row.pk, other, bar.key, gate.on, gate.at, bar.starts))
    return found


def budgets(initiatives: Iterable[Seen]) -> tuple[str, list[Spending]]:
    """The planned money of stages that aren't over, in the currency with the most of it."""
    by_currency: Mapping[str, list[Spending]] = defaultdict(list)
    for initiative in initiatives:
        if initiative.state in OVER:
            continue
        ladder = initiative.ladder
        for stage in initiative.stages:
            passed = (
                initiative.state != State.PROPOSED
                and stage.key in ladder.keys
                and initiative.stage_key in ladder.keys
                and ladder.position(stage.key) < ladder.position(initiative.stage_key)
            )
            if stage.budget and stage.starts and stage.ends and not passed:
                by_currency[stage.currency].append((stage.starts, stage.ends + DAY, float(stage.budget)))
    totals = {currency: sum(each[2] for each in rows) for currency, rows in by_currency.items()}
    if not totals:
        return "", []
    most = max(totals, key=lambda currency: (totals[currency], currency))
    return most, by_currency[most]


def spent(spendings: Iterable[Spending], first: date, until: date) -> float:
    """What falls into these days, where each amount is spread evenly over its own."""
    found = 0.0
    for start, end, amount in spendings:
        shared = (min(end, until) - max(start, first)).days
        if shared > 0:
            found += amount * shared / (end - start).days
    return found


def _quarters(window: Window) -> list[date]:
    return [day for day in window.months() if day.month % 3 == 1]
