"""Which numbers are mine to enter, and what stands there now?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gaitway.engine import periods
from gaitway.engine.kpis import NUMBERS, Kind
from gaitway.engine.periods import Cadence
from gaitway.models import Kpi, Observation, Person
from gaitway.models.kpi import KpiQuerySet
from gaitway.models.observation import COLUMNS
from gaitway.queries import cells, outliers, rights
from gaitway.queries.cells import BadCell, Numbers
from gaitway.queries.values import KpiRef
from gaitway.queries.words import cells as words

SHOWN = 6  # periods side by side
PAGE = 100  # KPIs on a page

# A cell's name: the KPI, the first day of the period and the revision that was seen there, 0 where nothing was.
Place = tuple[int, date]


@dataclass(frozen=True, slots=True)
class Cell:
    """`state`: nothing, or error, doubt or conflict with what is said of it; `owed` names who owes the number."""

    day: date
    name: str
    text: str
    owed: str = ""
    state: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    ref: KpiRef
    how: str
    source: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    cadence: str
    every: str
    days: list[date]
    rows: list[Row]
    earlier: date
    later: date | None


@dataclass(frozen=True, slots=True)
class GridPage:
    tables: list[Table]
    total: int
    owed: int
    show: str
    kpi: KpiRef | None
    number: int
    pages: int


@dataclass(frozen=True, slots=True)
class Known:
    """The newest revision of a period; `numbers` None where it was withdrawn."""

    revision: int
    numbers: Numbers | None
    by: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What was typed into a cell. `state`: same, ready, error or doubt."""

    kpi: Kpi
    day: date
    seen: int
    text: str
    state: str
    numbers: Numbers | None = None
    says: str = ""


def page(
    viewer: Person, asked: Mapping[str, str], today: date, judged: Mapping[Place, tuple[str, str, str]] | None = None
) -> GridPage:
    """`asked`: show (all, or nothing for those without a source), kpi, until, page. `judged`: by place, the text that was
    typed there, its state and what is said of it. Raises Kpi.DoesNotExist for a `kpi` that isn't the viewer's to enter."""
    show = "all" if asked.get("show") == "all" else ""
    mine = _mine(viewer)
    one = None
    if key := asked.get("kpi", ""):
        strategy, _sep, name = key.partition("/")
        one = mine.get(strategy__key=strategy, key=name)
        mine = mine.filter(pk=one.pk)
    elif not show:
        mine = mine.filter(source=None)
    total = mine.count()
    pages = max(1, -(-total // PAGE))
    number = min(pages, _number(asked.get("page", "")))
    kpis = list(mine.order_by("strategy__key", "position", "key")[(number - 1) * PAGE : number * PAGE])
    yesterday = today - timedelta(days=1)
    until = min(_day(asked.get("until", "")) or yesterday, yesterday)
    spans = {cadence: _span(cadence, until) for cadence in {Cadence(kpi.cadence) for kpi in kpis}}
    known, first = newest(kpis, {day for span in spans.values() for day in span}), _begun(kpis)
    mark = cells.decimal()
    tables = []
    for cadence in sorted(spans, key=lambda each: (each.days, each.value)):
        span = spans[cadence]
        rows = [
            _row(kpi, span, known, first.get(kpi.pk), judged or {}, mark, today)
            for kpi in kpis
            if kpi.cadence == cadence
        ]
        last = periods.last_complete(yesterday, cadence)
        ahead = min(periods.index(span[-1], cadence) + SHOWN, last)
        later = periods.end(ahead, cadence) if ahead > periods.index(span[-1], cadence) else None
        tables.append(Table(cadence, cadence.unit.value, span, rows, span[0] - timedelta(days=1), later))
    owed = sum(1 for table in tables for row in table.rows for cell in row.cells if cell.owed)
    return GridPage(tables, total, owed, show, KpiRef.of(one) if one else None, number, pages)


def newest(kpis: Collection[Kpi], days: Collection[date]) -> dict[Place, Known]:
    """By KPI and period: what is known there, also where it was withdrawn. One query."""
    kinds = {kpi.pk: Kind(kpi.kind) for kpi in kpis}
    asked = Observation.objects.filter(kpi__in=[*kinds], period__in=[*days]).order_by("kpi", "period", "revision")
    found = {}
    for pk, day, revision, by, *numbers in asked.values_list("kpi_id", "period", "revision", "by__name", *COLUMNS):
        found[pk, day] = Known(revision, _numbers(kinds[pk], numbers), by)
    return found


def judge(viewer: Person, typed: Sequence[tuple[str, str]], sure: Collection[str], today: date) -> list[Judged]:
    """What each cell holds, by its name and text. `sure`: the names whose unusual numbers are right.

    Raises Kpi.DoesNotExist for a name that is none, or of a KPI that isn't the viewer's to enter."""
    named = [(*_place(name), name, text.strip()) for name, text in typed]
    kpis = {kpi.pk: kpi for kpi in _mine(viewer).filter(pk__in={pk for pk, *_rest in named})}
    if any(pk not in kpis for pk, *_rest in named):
        raise Kpi.DoesNotExist
    was = _seen(kpis.values(), {day for _pk, day, *_rest in named})
    mark, found = cells.decimal(), []
    entered: dict[int, dict[date, Numbers]] = defaultdict(dict)
    for pk, day, seen, _name, text in named:
        kpi = kpis[pk]
        before = was.get((pk, day, seen))
        if text == cells.write(before, kpi, mark):
            found.append(Judged(kpi, day, seen, text, "same", before))
            continue
        try:
            read = cells.read(text, kpi, mark)
        except BadCell as error:
            found.append(Judged(kpi, day, seen, text, "error", says=str(error)))
            continue
        if read.numbers is not None:
            entered[pk][day] = read.numbers
        found.append(Judged(kpi, day, seen, text, "ready", read.numbers, read.note))
    said = outliers.unusual(list(kpis.values()), entered, today)
    names = {(pk, day): name for pk, day, _seen, name, _text in named}
    for i, each in enumerate(found):
        place = each.kpi.pk, each.day
        if each.state == "ready" and place in said and names[place] not in sure:
            found[i] = Judged(each.kpi, each.day, each.seen, each.text, "doubt", each.numbers, said[place])
    return found


def name_of(pk: int, day: date, revision: int) -> str:
    return f"{pk}:{day}:{revision}"


def revisions(viewer: Person, names: Sequence[str]) -> dict[Kpi, dict[date, int]]:
    """By KPI, what the names of cells stand for. Raises Kpi.DoesNotExist as `judge` does."""
    places = [_place(name) for name in names]
    kpis = {kpi.pk: kpi for kpi in _mine(viewer).filter(pk__in={pk for pk, *_rest in places})}
    found: dict[Kpi, dict[date, int]] = defaultdict(dict)
    for pk, day, revision in places:
        if pk not in kpis:
            raise Kpi.DoesNotExist
        found[kpis[pk]][day] = revision
    return found


def named(viewer: Person, names: Collection[str]) -> dict[str, Kpi]:
    """By `strategy/kpi`, those of the named that are the viewer's to enter."""
    pairs = {name.partition("/")[::2] for name in names if name.count("/") == 1}
    asked = _mine(viewer).filter(strategy__key__in={pair[0] for pair in pairs}, key__in={pair[1] for pair in pairs})
    found = {f"{kpi.strategy.key}/{kpi.key}": kpi for kpi in asked}
    return {name: found[name] for name in names if name in found}


def _mine(viewer: Person) -> KpiQuerySet:
    visible: KpiQuerySet = Kpi.objects.visible_to(viewer)
    mine: KpiQuerySet = rights.recordable(viewer, visible).filter(retired_at=None)
    return mine.select_related("strategy", "source", "owner")


def _row(
    kpi: Kpi,
    span: list[date],
    known: Mapping[Place, Known],
    first: date | None,
    judged: Mapping[Place, tuple[str, str, str]],
    mark: str,
    today: date,
) -> Row:
    made = []
    for day in span:
        here = known.get((kpi.pk, day), Known(0, None, ""))
        name = name_of(kpi.pk, day, here.revision)
        if (kpi.pk, day) in judged:
            text, state, says = judged[kpi.pk, day]
            made.append(Cell(day, name, text, "", state, says))
            continue
        text = cells.write(here.numbers, kpi, mark)
        begun = first or kpi.since or span[-1]  # one without any number owes the newest alone
        owed = "" if text or kpi.source_id or day < begun else _owed(kpi, day, today)
        made.append(Cell(day, name, text, owed))
    return Row(KpiRef.of(kpi), words.how(kpi), kpi.source.key if kpi.source else "", made)


def _owed(kpi: Kpi, day: date, today: date) -> str:
    cadence = Cadence(kpi.cadence)
    due = periods.end(periods.index(day, cadence), cadence) + timedelta(days=kpi.due_after or 0)
    return words.owed(kpi.owner) if due < today else ""


def _begun(kpis: Collection[Kpi]) -> dict[int, date]:
    """By KPI, the period of its first number. One query."""
    from django.db.models import Min

    asked = Observation.objects.filter(kpi__in=kpis).order_by().values_list("kpi_id").annotate(first=Min("period"))
    return dict(asked)


def _seen(kpis: Collection[Kpi], days: Collection[date]) -> dict[tuple[int, date, int], Numbers | None]:
    """Every revision of these periods. One query."""
    kinds = {kpi.pk: Kind(kpi.kind) for kpi in kpis}
    rows = Observation.objects.filter(kpi__in=[*kinds], period__in=[*days])
    asked = rows.values_list("kpi_id", "period", "revision", *COLUMNS)
    return {(pk, day, revision): _numbers(kinds[pk], numbers) for pk, day, revision, *numbers in asked}


def _numbers(kind: Kind, columns: Sequence[float | None]) -> Numbers | None:
    by_name = dict(zip(COLUMNS, columns, strict=True))
    found = tuple(number for name in NUMBERS[kind] if (number := by_name[name]) is not None)
    return found or None


def _place(name: str) -> tuple[int, date, int]:
    try:
        pk, day, seen = name.split(":")
        if max(len(pk), len(seen)) > 18 or not (f"{pk}{seen}".isascii() and pk.isdecimal() and seen.isdecimal()):
            raise ValueError(name)
        return int(pk), date.fromisoformat(day), int(seen)
    except ValueError:
        raise Kpi.DoesNotExist from None


def _span(cadence: Cadence, until: date) -> list[date]:
    last = periods.last_complete(until, cadence)
    return [periods.start(number, cadence) for number in range(last - SHOWN + 1, last + 1)]


def _day(text: str) -> date | None:
    """Nothing for what is no day, and for one so early that no six periods end before it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1900 else None


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 6 else 1
