"""A table on its way to observations: what its columns are, how its rows are read, and what is wrong with them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.lib import dates
from gaitway.models import Kpi, Person, Strategy, Upload
from gaitway.queries import cells, mappings, outliers, rights
from gaitway.queries.cells import BadCell, Numbers
from gaitway.queries.mappings import HEAD, KPI, NUMBERS, PARTS, PERIOD, Mending
from gaitway.queries.words import uploads as words
from gaitway.queries.words import written

PREVIEW = 10  # rows
SHOWN = 50  # problems at once


@dataclass(frozen=True, slots=True)
class Reading:
    """One period of one KPI, as a row has it. `wrong`: name, period, start, early, number, twice or unusual, with what is said
    of it; `cell` is where it can be put right, `leave` what to leave out, `offer` a better text."""

    row: int
    column: int
    name: str
    period: str
    text: str
    kpi: Kpi | None = None
    day: date | None = None
    numbers: Numbers | None = None
    wrong: str = ""
    says: str = ""
    note: str = ""
    cell: str = ""
    offer: str = ""

    @property
    def leave(self) -> str:
        return f"{self.row}.{self.column}"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that is no KPI's, `rows` times; `near` is the key of the likeliest."""

    name: str
    rows: int
    near: str


@dataclass(frozen=True, slots=True)
class Checked:
    """`ready` is what would be imported; `wrong` must be put right or left out, `unusual` be looked at. `leave`: all that
    would be left out to do without `wrong`, the `more` that aren't shown, and `shifted`."""

    ready: dict[Kpi, dict[date, Numbers]]
    unknown: list[Unknown]
    wrong: list[Reading]
    more: int
    shifted: list[Reading]
    early: int
    unusual: list[Reading]
    left: int
    same: int
    empty: int
    sure: bool
    kpis: Sequence[Kpi] = field(default_factory=tuple)
    leave: Sequence[str] = field(default_factory=tuple)

    @property
    def count(self) -> int:
        return sum(map(len, self.ready.values()))

    @property
    def fine(self) -> bool:
        return not (self.unknown or self.wrong or self.shifted or (self.unusual and not self.sure)) and self.count > 0


def find(viewer: Person, pk: int) -> Upload:
    """Raises Upload.DoesNotExist."""
    found: Upload = Upload.objects.visible_to(viewer).select_related("strategy", "person").get(pk=pk)
    return found


def recent(viewer: Person) -> list[Upload]:
    return list(Upload.objects.visible_to(viewer).select_related("strategy").defer("rows")[:10])


def strategies(viewer: Person) -> list[Strategy]:
    """Those with a KPI that the viewer may record numbers of."""
    mine = rights.recordable(viewer, Kpi.objects.visible_to(viewer)).filter(retired_at=None)
    return list(Strategy.objects.filter(pk__in=mine.values("strategy")).order_by("name"))


def kpis(viewer: Person, strategy: Strategy) -> list[Kpi]:
    mine = rights.recordable(viewer, Kpi.objects.visible_to(viewer)).filter(retired_at=None, strategy=strategy)
    return list(mine.select_related("strategy", "owner", "source").order_by("position", "key"))


def readings(
    upload: Upload, mapping: Mapping[str, Any], mine: Collection[Kpi], today: date, rows: int | None = None
) -> list[Reading]:
    """The whole table, or its first `rows`, without what was left out."""
    by_name = mappings.names(mine) | {
        name: kpi for name, key in mapping.get("names", {}).items() for kpi in mine if kpi.key == key
    }
    return [_read(raw, mapping, by_name, today) for raw in _raw(upload, mapping, mine, rows)]


def check(upload: Upload, mapping: Mapping[str, Any], mine: Collection[Kpi], today: date) -> Checked:
    found, dropped = readings(upload, mapping, mine, today), set(mapping.get("dropped", []))
    unknown = Counter(each.name for each in found if each.wrong == "name" and each.name not in dropped)
    left = sum(1 for each in found if each.wrong == "name" and each.name in dropped) + len(mapping.get("out", []))
    ready: dict[Kpi, dict[date, Numbers]] = defaultdict(dict)
    place: dict[tuple[int, date], Reading] = {}
    wrong, same, empty = [], 0, 0
    for each in found:
        if each.wrong in ("period", "number"):
            wrong.append(each)
        if each.wrong or each.kpi is None or each.day is None:
            continue
        if each.numbers is None:
            empty += 1
        elif (each.kpi.pk, each.day) in place:
            first = place[each.kpi.pk, each.day]
            if first.numbers == each.numbers:
                same += 1
            else:
                wrong.append(_with(each, "twice", words.twice(first.row, first.text)))
        else:
            ready[each.kpi][each.day] = each.numbers
            place[each.kpi.pk, each.day] = each
    said = outliers.unusual([*ready], {kpi.pk: days for kpi, days in ready.items()}, today)
    unusual = [_with(place[key], "unusual", words_of) for key, words_of in said.items()]
    names = {kpi.name.casefold(): kpi for kpi in mine}
    shifted = [each for each in found if each.wrong == "start"]
    return Checked(
        dict(ready), [Unknown(name, rows, _near(name, names)) for name, rows in unknown.items()],
        wrong[:SHOWN], len(wrong[SHOWN:]), shifted,
        sum(1 for each in found if each.wrong == "early"), sorted(unusual, key=lambda each: each.row), left, same,
        empty, bool(mapping.get("sure")), list(mine), [each.leave for each in (*wrong, *shifted)],
    )  # fmt: skip


def without_wrong(upload: Upload, mine: Collection[Kpi], today: date) -> Mending:
    """What leaves out all that is wrong: rows of names that are no KPI's, and every number or period to put right."""
    page = check(upload, upload.mapping, mine, today)
    return Mending(names={each.name: None for each in page.unknown}, out=page.leave)


def _raw(
    upload: Upload, mapping: Mapping[str, Any], mine: Collection[Kpi], rows: int | None
) -> Iterator[tuple[int, int, Kpi | None, str, str, int, dict[str, tuple[int, str]]]]:
    """Row, column, its KPI if that is known, the KPI's name, the period with its column (row 0 for the head: negative), and
    the texts by their role."""
    roles, fixes, out = mapping["roles"], mapping.get("fixes", {}), set(mapping.get("out", []))
    keyed = {kpi.key: kpi for kpi in mine}
    fixed = keyed.get(mapping.get("kpi", ""))
    where = {role: i for i, role in enumerate(roles) if role}
    wide = [(i, role) for i, role in enumerate(roles) if role == HEAD or role.startswith("kpi:")]
    parts = [(i, role) for i, role in enumerate(roles) if role in (NUMBERS, *PARTS)]
    for number, row in enumerate(upload.rows[:rows], start=1):
        row = [fixes.get(f"{number}.{i}", cell) for i, cell in enumerate(row)]  # noqa: PLW2901  # as it was put right
        name = row[where[KPI]].strip() if KPI in where else ""
        kpi = None if KPI in where else fixed
        period = row[where[PERIOD]] if PERIOD in where else ""
        for i, role in wide:
            if f"{number}.{i}" in out:
                continue
            if role == HEAD:
                yield number, i, kpi, name, fixes.get(f"0.{i}", upload.head[i]), -1, {NUMBERS: (i, row[i])}
            elif role[4:] in keyed:
                yield number, i, keyed[role[4:]], "", period, where.get(PERIOD, -1), {NUMBERS: (i, row[i])}
        if not wide and parts and f"{number}.{parts[0][0]}" not in out:
            found = {role: (i, row[i]) for i, role in parts}
            yield number, parts[0][0], kpi, name, period, where.get(PERIOD, -1), found


def _read(raw: Any, mapping: Mapping[str, Any], names: Mapping[str, Kpi], today: date) -> Reading:
    row, column, kpi, name, period, period_column, texts = raw
    text = "; ".join(text for _i, text in texts.values())
    made = Reading(row, column, name, period, text, kpi or names.get(name) or names.get(name.casefold()))
    if not text.strip("; "):
        return _with(made, "", "", day=None)
    if made.kpi is None:
        return _with(made, "name", words.no_such_kpi(name))
    cadence = Cadence(made.kpi.cadence)
    period_cell = f"{row}.{period_column}" if period_column >= 0 else f"0.{column}"
    try:
        day = dates.read(period, mapping.get("order", dates.DAY_FIRST))
        index = periods.index(day, cadence)
        first, last = periods.start(index, cadence), periods.end(index, cadence)
    except (ValueError, OverflowError) as error:
        why = written.why(error) if isinstance(error, dates.NotADate) else written.no_such_period()
        return _with(made, "period", words.no_period_text(period, why), cell=period_cell, text=period)
    if last >= today:
        return _with(made, "early", words.early(day), day=day)
    if day != first and not mapping.get("shift"):
        return _with(made, "start", words.not_first(day, first), day=first, cell=period_cell)
    try:
        mark = mapping.get("decimal", ".")
        if NUMBERS in texts:
            read = cells.read(texts[NUMBERS][1], made.kpi, mark)
        else:
            read = cells.named({role: text for role, (_i, text) in texts.items()}, made.kpi, mark)
    except BadCell as error:
        return _with(made, "number", str(error), day=first, cell=made.leave if len(texts) == 1 else "")
    return _with(made, "", "", day=first, numbers=read.numbers, note=read.note)


def _with(reading: Reading, wrong: str, says: str, **changes: Any) -> Reading:
    return replace(reading, wrong=wrong, says=says, **({"cell": reading.cell or reading.leave} | changes))


def _near(name: str, names: Mapping[str, Kpi]) -> str:
    by_key = {kpi.key: kpi.key for kpi in names.values()} | {name: kpi.key for name, kpi in names.items()}
    near = get_close_matches(name.casefold()[:200], by_key, n=1)
    return by_key[near[0]] if near else ""
