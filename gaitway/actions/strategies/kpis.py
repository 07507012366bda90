"""The KPIs of a strategy file: what their numbers mean, in which areas they are followed, how their sources are asked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from gaitway.engine import triggers
from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.lib import addresses
from gaitway.lib.measures import KINDS
from gaitway.lib.strategyfile import Document, Fault
from gaitway.lib.strategyfile.faults import nearest
from gaitway.lib.strategyfile.shape import AreaShape, KpiShape, StrategyFile

Path = tuple[str | int, ...]


def natural(value: float | str | None, kind: str) -> float | None:
    """A number of the file in the KPI's natural number: 3% of a proportion is 0.03, of any other kind 3."""
    if not isinstance(value, str):
        return None if value is None else float(value)
    amount = Decimal(value.removesuffix("%"))
    return float(amount / 100 if kind == Kind.PROPORTION else amount)


def specs(file: StrategyFile, area: str | None = None) -> dict[str, KpiSpec]:
    """What a trigger of an initiative in this area can name: where a KPI is split, it means the area's own part there."""
    found = {}
    for key, kpi in file.kpis.items():
        found[key] = _spec(key, kpi)
        for name, said in areas(file, kpi).items():
            numbers = {"baseline": said.baseline, "target": said.target}
            part = _spec(part_key(key, name), kpi.model_copy(update=numbers))
            found[part.key] = part
            if name == area:
                found[key] = replace(part, key=key)
    return found


def areas(file: StrategyFile, kpi: KpiShape) -> dict[str, AreaShape]:
    """The areas that a split KPI is followed in: those it names, and those of the initiatives."""
    if not kpi.split_by:
        return {}
    there = sorted({i.area for objective in file.objectives for i in objective.initiatives if i.area})
    return {**{area: AreaShape() for area in there}, **kpi.areas}


def part_key(key: str, area: str) -> str:
    """`orders` in Great Britain is `orders_great_britain`: a key that triggers can name."""
    plain = unicodedata.normalize("NFKD", area).encode("ascii", "ignore").decode().lower()
    word = "_".join(re.findall(r"[a-z0-9]+", plain)) or hashlib.sha256(area.encode()).hexdigest()[:8]
    return f"{key}_{word}"[:60]


def _spec(key: str, kpi: KpiShape) -> KpiSpec:
    numbers = (natural(getattr(kpi, name), kpi.kind) for name in ("baseline", "target", "tolerance"))
    return KpiSpec(key, Kind(kpi.kind), Cadence(kpi.every), kpi.unit, Direction(kpi.direction), *numbers)


def check_sources(document: Document) -> Iterator[Fault]:
    for key, source in document.file.sources.items():
        location = source if isinstance(source, str) else source.at
        try:
            addresses.require_no_secret(location)
        except addresses.SecretWritten as error:
            yield document.fault(("sources", key), str(error))


def check_kpis(document: Document) -> Iterator[Fault]:
    for key, kpi in document.file.kpis.items():
        path: Path = ("kpis", key)
        if key in triggers.RESERVED:
            yield document.fault((*path, ""), f"{key!r} is a word of the trigger language; name the KPI otherwise")
        if kpi.source and kpi.source not in document.file.sources:
            hint = nearest(kpi.source, document.file.sources)
            yield document.fault((*path, "source"), f"there is no source {kpi.source!r}{hint}")
        yield from _asked(document, path, kpi)
        for area in areas(document.file, kpi):
            if part_key(key, area) in document.file.kpis:
                yield document.fault((*path, ""), f"in {area} it is {part_key(key, area)!r}, which stands here already")
        for name in ("baseline", "target", "tolerance"):
            yield from check_number(document, (*path, name), getattr(kpi, name), kpi)


def _asked(document: Document, path: Path, kpi: KpiShape) -> Iterator[Fault]:
    """How its source is asked."""
    said = [name for name in ("sql", "query", "measure") if getattr(kpi, name)]
    if len(said) > 1:
        yield document.fault((*path, said[1]), f"a KPI is asked for in one way; it has {' and '.join(said)}")
    elif bool(said) != bool(kpi.source):
        missing = "'source'" if said else "'sql' or 'measure'"
        yield document.fault(path, f"a KPI has a source and its sql or measure, or neither; {missing} is missing")
    if kpi.measure and kpi.kind not in KINDS[kpi.measure.what]:
        fits = " or ".join(KINDS[kpi.measure.what])
        yield document.fault((*path, "measure"), f"{kpi.measure.what} makes a {fits}, not a {kpi.kind}")
    if kpi.split_by and not said:
        yield document.fault((*path, "split_by"), "a KPI without a source can't be split: make one for each area")
    if kpi.areas and not kpi.split_by:
        yield document.fault((*path, "areas"), "areas belong to a KPI that is split: give split_by")
    for area, numbers in kpi.areas.items():
        for name in ("baseline", "target"):
            yield from check_number(document, (*path, "areas", area, name), getattr(numbers, name), kpi)


def check_number(document: Document, path: Path, value: Any, kpi: KpiShape) -> Iterator[Fault]:
    if value is None:
        return
    number, share = natural(value, kpi.kind), Kind(kpi.kind) is Kind.PROPORTION
    if share and not isinstance(value, str) and not 0 <= value <= 1:
        yield document.fault(path, f"a proportion lies between 0 and 1: write {value}%")
    elif share and number is not None and not 0 <= number <= 1:
        yield document.fault(path, "a proportion lies between 0% and 100%")
    elif not share and isinstance(value, str) and kpi.unit != "%":
        yield document.fault(path, f"this KPI's unit is {kpi.unit or 'none'}, not %")
