"""What the columns of a table are: guessed, remembered, said by a person; and what a person put right in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gaitway.lib import dates
from gaitway.models import Kpi, Strategy, Upload
from gaitway.models.observation import COLUMNS
from gaitway.queries import cells
from gaitway.queries.words import uploads as words

# What a column may be, besides "kpi:KEY" (the numbers of one KPI) and nothing (left out).
PERIOD, KPI, NUMBERS, HEAD = "period", "kpi", "numbers", "head"  # head: its name is the period
PARTS = (*(name for name in COLUMNS if name != "value"), "sd")


@dataclass(frozen=True, slots=True)
class Mending:
    """What a person puts right: texts by cell ("3.1": row 3, second column; row 0 is the head), the key of a KPI by the
    name it has in the table (None: rows of this name are left out), cells to leave out, days taken for the period that
    they lie in (`shift`), unusual numbers called right (`sure`). None leaves it as it was."""

    cells: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str | None] = field(default_factory=dict)
    out: Collection[str] = ()
    shift: bool | None = None
    sure: bool | None = None


def roles(mine: Collection[Kpi]) -> set[str]:
    """All that a column may be said to be; nothing leaves it out."""
    return {"", PERIOD, KPI, NUMBERS, HEAD, *PARTS, *(f"kpi:{kpi.key}" for kpi in mine)}


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
    by_name = names(mine)
    roles = [_role(name, [row[i] for row in rows], by_name) for i, name in enumerate(head)]
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


def is_cell(upload: Upload, cell: str) -> bool:
    """Whether it is the address of one: "row.column", rows from 1, columns from 0."""
    row, _dot, column = cell.partition(".")
    numbers = row.isascii() and row.isdecimal() and column.isascii() and column.isdecimal() and len(cell) < 20
    return numbers and int(row) <= len(upload.rows) and int(column) < len(upload.head)


def mended(upload: Upload, mending: Mending) -> dict[str, Any]:
    """The mapping with what was put right before, and this."""
    mapping: dict[str, Any] = upload.mapping
    named = {name: key for name, key in mending.names.items() if key is not None}
    dropped = {name for name, key in mending.names.items() if key is None}
    return mapping | {
        "fixes": mapping.get("fixes", {}) | mending.cells,
        "names": mapping.get("names", {}) | named,
        "dropped": sorted({*mapping.get("dropped", []), *dropped} - named.keys()),
        "out": sorted({*mapping.get("out", []), *mending.out}),
        "shift": mapping.get("shift", False) if mending.shift is None else mending.shift,
        "sure": mapping.get("sure", False) if mending.sure is None else mending.sure,
    }


def anew(upload: Upload) -> dict[str, Any]:
    """The mapping before anything was put right."""
    mapping: dict[str, Any] = upload.mapping
    return mapping | {"fixes": {}, "names": {}, "dropped": [], "out": [], "shift": False, "sure": False}


def names(mine: Collection[Kpi]) -> dict[str, Kpi]:
    """By every way to name a KPI."""
    found = {kpi.name.casefold(): kpi for kpi in mine}
    return found | {name: kpi for kpi in mine for name in (kpi.key, f"{kpi.strategy.key}/{kpi.key}")}


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
