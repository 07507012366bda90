"""What a person writes for one period of one KPI, and the numbers that it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import get_format

from gaitway.engine import kpis as engine
from gaitway.engine.kpis import Kind
from gaitway.lib import numbers
from gaitway.models import Kpi
from gaitway.queries.words import cells as words
from gaitway.queries.words import written

Numbers = tuple[float, ...]


class BadCell(ValueError):
    """What was written can't be taken: a sentence that says why, and how it is written."""


@dataclass(frozen=True, slots=True)
class Typed:
    """`numbers` of the KPI's kind, None where the cell is empty; `note` says how an ambiguous number was read."""

    numbers: Numbers | None
    note: str = ""


def decimal() -> str:
    """What stands before a fraction in the reader's language: a point or a comma."""
    return "," if get_format("DECIMAL_SEPARATOR") == "," else "."


def read(text: str, kpi: Kpi, mark: str) -> Typed:
    """Raises BadCell. `mark` as `decimal` gives it."""
    if not text.strip():
        return Typed(None)
    kind = Kind(kpi.kind)
    pieces = [text] if kind is Kind.LEVEL else text.split(";" if kind is Kind.MEAN else "/")
    size = {Kind.LEVEL: (1,), Kind.COUNT: (1, 2), Kind.MEAN: (3,)}.get(kind, (2,))
    values, notes = [], []
    for piece in pieces if len(pieces) <= 3 else pieces[:1]:
        value, note = _number(piece, kpi, mark, percent=kind is Kind.LEVEL or len(pieces) == 1, within=text)
        values.append(value)
        notes += [note] if note else []
    if len(pieces) not in size:
        raise BadCell(words.wanted(kpi))
    if kind is Kind.COUNT:
        values = [*values, 1.0][:2]
    if kind is Kind.MEAN:
        if values[2] < 0:
            raise BadCell(words.impossible(words.negative_deviation()))
        values[2] **= 2
    return Typed(checked(kpi, tuple(values)), " ".join(notes))


def checked(kpi: Kpi, found: Numbers) -> Numbers:
    """Raises BadCell where these can't be the numbers of one period."""
    if why := engine.fault(Kind(kpi.kind), found):
        raise BadCell(words.impossible(why))
    return found


def named(parts: Mapping[str, str], kpi: Kpi, mark: str) -> Typed:
    """The numbers from texts by their names, as a table has them in columns of their own: successes, trials, …; `sd` in the
    place of `variance`. Raises BadCell; empty where all are."""
    kind = Kind(kpi.kind)
    there = {name: text for name, text in parts.items() if text.strip()}
    if not there:
        return Typed(None)
    values, notes = [], []
    for name in engine.NUMBERS[kind]:
        source = "sd" if name == "variance" and "sd" in there else name
        if source not in there:
            if name == "exposure":
                values.append(1.0)
                continue
            raise BadCell(words.missing(name))
        value, note = _number(there[source], kpi, mark, percent=kind is Kind.LEVEL)
        notes += [note] if note else []
        values.append(value**2 if source == "sd" else value)
    return Typed(checked(kpi, tuple(values)), " ".join(notes))


def write(found: Numbers | None, kpi: Kpi, mark: str) -> str:
    """As `read` takes it; a sum's last rounding (615.9200000000001) is left out, which is no revision."""
    if found is None:
        return ""
    kind = Kind(kpi.kind)
    if kind is Kind.COUNT and found[1] == 1:
        found = found[:1]
    if kind is Kind.MEAN:
        found = (*found[:2], math.sqrt(found[2]))
    return ("; " if kind is Kind.MEAN else "/").join(numbers.write(float(f"{value:.13g}"), mark) for value in found)


def _number(text: str, kpi: Kpi, mark: str, *, percent: bool, within: str = "") -> tuple[float, str]:
    """The number, and how it was read where that was a guess. `within`: the whole cell, for its fault."""
    try:
        found = numbers.read(text, mark)
    except numbers.NotANumber as error:
        raise BadCell(f"{words.no_number((within or text).strip(), written.why(error))} {words.wanted(kpi)}") from None
    if found.percent and kpi.unit != "%" and kpi.kind != Kind.PROPORTION:
        raise BadCell(words.not_per_cent(kpi))
    if found.percent and not percent:
        raise BadCell(words.wanted(kpi))
    return found.value, words.guessed(text, found.value) if found.guessed else ""
