"""A table on its way to observations: what its columns are, how its rows are read, and what is wrong with them."""

from __future__ import annotations

import hashlib
import json
import re
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
from gaitway.models.observation import COLUMNS
from gaitway.queries import cells, outliers, rights
from gaitway.queries.cells import BadCell, Numbers
from gaitway.queries.words import uploads as words

# What a column may be, besides "kpi:KEY" (the numbers of one KPI) and nothing (left out).
PERIOD, KPI, NUMBERS, HEAD = "period", "kpi", "numbers", "head"  # head: its name is the period
PARTS = (*(name for name in COLUMNS if name != "value"), "sd")
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
    """`ready` is what would be imported; `wrong` must be put right or left out, `unusual` be looked at."""

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
    return list(Upload.objects.visible_to(viewer).defer("rows")[:10])


def strategies(viewer: Person) -> list[Strategy]:
    """Those with a KPI that the viewer may record numbers of."""
    mine = rights.recordable(viewer, Kpi.objects.visible_to(viewer)).filter(retired_at=None)
    return list(Strategy.objects.filter(pk__in=mine.values("strategy")).order_by("name"))


def kpis(viewer: Person, strategy: Strategy) -> list[Kpi]:
    mine = rights.recordable(viewer, Kpi.objects.visible_to(viewer)).filter(retired_at=None, strategy=strategy)
    return list(mine.select_related("strategy", "owner", "source").order_by("position", "key"))


def remembered(
    strategy: Strategy, head: Sequence[str], rows: Sequence[Sequence[str]], mine: Collection[Kpi]
) -> dict[str, Any]:
    """How a table with this head was described when it was last imported, or a guess."""
    same = Upload.objects.filter(strategy=strategy, signature=signature(head))
    before = same.exclude(imported_at=None).order_by("-imported_at").values_list("mapping", flat=True).first()
    keys = {f"kpi:{kpi.key}" for kpi in mine}
    if before and all(role in keys or not str(role).startswith("kpi:") for role in before["roles"]):
        return {name: before[name] for name in ("roles", "kpi", "order", "decimal", "names") if name in before}
    return guess(head, rows[:200], mine)


def signature(head: Sequence[str]) -> str:
    """The same for tables whose columns have the same names in the same order."""
    names = json.dumps([" ".join(name.lower().split()) for name in head])
    return hashlib.sha256(names.encode()).hexdigest()


def guess(head: Sequence[str], rows: Sequence[Sequence[str]], mine: Collection[Kpi]) -> dict[str, Any]:
    names = _names(mine)
    roles = [_role(name, [row[i] for row in rows], names) for i, name in enumerate(head)]
    if roles.count(HEAD) and not any(role.startswith("kpi:") for role in roles):
        roles = [HEAD if role == HEAD else role if role == KPI else "" for role in roles]
    else:
        roles = ["" if role == HEAD else role for role in roles]
    for once in (PERIOD, KPI):
        first = roles.index(once) if once in roles else None
        roles = [role if role != once or i == first else "" for i, role in enumerate(roles)]
    dated = [row[roles.index(PERIOD)] for row in rows] if PERIOD in roles else list(head)
    numbers = [row[i] for row in rows for i, role in enumerate(roles) if role not in ("", PERIOD, KPI)]
    order = dates.order_of(dated) or (dates.MONTH_FIRST if words.month_first() else dates.DAY_FIRST)
    alone = next(iter(mine)).key if len(mine) == 1 else ""
    return {"roles": roles, "order": order, "decimal": _decimal(numbers) or cells.decimal(), "kpi": alone}


def readings(
    upload: Upload, mapping: Mapping[str, Any], mine: Collection[Kpi], today: date, rows: int | None = None
) -> list[Reading]:
    """The whole table, or its first `rows`, without what was left out."""
    by_name = _names(mine) | {
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
    return Checked(
        dict(ready), [Unknown(name, rows, _near(name, names)) for name, rows in unknown.items()],
        wrong[:SHOWN], len(wrong[SHOWN:]), [each for each in found if each.wrong == "start"],
        sum(1 for each in found if each.wrong == "early"), sorted(unusual, key=lambda each: each.row), left, same,
        empty, bool(mapping.get("sure")), list(mine),
    )  # fmt: skip


def complete(mapping: Mapping[str, Any]) -> str:
    """Why the columns don't make numbers yet, or nothing where they do."""
    roles = mapping.get("roles", [])
    per_kpi, per_period = any(role.startswith("kpi:") for role in roles), HEAD in roles
    if per_kpi and (per_period or KPI in roles):
        return words.mixed()
    if not per_period and PERIOD not in roles:
        return words.no_period()
    if not per_kpi and KPI not in roles and not mapping.get("kpi"):
        return words.no_kpi()
    if not per_kpi and not per_period and not any(role in (NUMBERS, *PARTS) for role in roles):
        return words.no_numbers()
    if twice := next((role for role in roles if role not in ("", HEAD) and roles.count(role) > 1), ""):
        return words.role_twice(twice)
    return ""


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
        why = str(error) if isinstance(error, dates.NotADate) else "there is no such period"
        return _with(made, "period", words.no_period_text(period, why), cell=period_cell, text=period)
    if last >= today:
        return _with(made, "early", words.early(day), day=day)
    if day != first and not mapping.get("shift"):
        return _with(made, "start", words.not_first(day, first, made.kpi.every), day=first, cell=period_cell)
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


def _names(mine: Collection[Kpi]) -> dict[str, Kpi]:
    """By every way to name a KPI."""
    found = {kpi.name.casefold(): kpi for kpi in mine}
    return found | {name: kpi for kpi in mine for name in (kpi.key, f"{kpi.strategy.key}/{kpi.key}")}


def _near(name: str, names: Mapping[str, Kpi]) -> str:
    by_key = {kpi.key: kpi.key for kpi in names.values()} | {name: kpi.key for name, kpi in names.items()}
    near = get_close_matches(name.casefold()[:200], by_key, n=1)
    return by_key[near[0]] if near else ""


def _role(name: str, texts: Sequence[str], names: Mapping[str, Kpi]) -> str:
    plain = " ".join(name.split()).casefold()
    if kpi := names.get(plain):
        return f"kpi:{kpi.key}"
    if plain in PARTS:
        return plain
    if plain in words.heads(PERIOD):
        return PERIOD
    if plain in words.heads(KPI):
        return KPI
    if plain in words.heads(NUMBERS):
        return NUMBERS
    if _is_date(name):
        return HEAD
    known = [text for text in texts if text.strip()][:20]
    if known and all(_is_date(text) for text in known):
        return PERIOD
    if known and all(text.strip().casefold() in names or text.strip() in names for text in known):
        return KPI
    return ""


def _is_date(text: str) -> bool:
    try:
        dates.read(text)
    except dates.NotADate:
        return bool(dates.order_of([text]))
    return True


def _decimal(texts: Sequence[str]) -> str:
    """What the numbers themselves say without a doubt, or nothing."""
    for text in texts:
        for piece in re.split(r"[/;]", text):
            if found := re.search(r"([.,])(?!\d{3}(?!\d))\d+\s*%?$", piece.strip()):
                return found[1]
    return ""
