"""Numbers in and out: the pages of one KPI's observations, and thousands of rows at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from gaitway.actions import entries, observations
from gaitway.engine import batches
from gaitway.engine.batches import Batch, Fault
from gaitway.engine.kpis import NUMBERS
from gaitway.models import Kpi
from gaitway.queries import grid, kpis
from gaitway.queries import observations as asked
from gaitway.queries.recording import recordable

from . import cursors
from .bodies import JSON, LINES, may_hold_nul, parsed, raw, refuse_nul, value
from .problems import Problem
from .scopes import RECORD
from .values import Day, In, Line, Out, viewer

router = Router()
MOST = 10_000  # rows of one request
ROW = {
    "type": "object", "title": "Reading", "required": ["kpi", "period"], "additionalProperties": False,
    "properties": {
        "kpi": {"type": "string", "description": "strategy/kpi"},
        "period": {"type": "string", "format": "date", "description": "The first day of a complete period"},
        **{name: {"type": "number"} for names in NUMBERS.values() for name in names},
    },
}  # fmt: skip


class Observation(Out):
    """One revision of one period, with the numbers of the KPI's kind. `withdrawn`: its source says it no more."""

    kpi_id: str
    period: date
    revision: int
    recorded_at: datetime
    by: str
    withdrawn: bool
    successes: float | None = None
    trials: float | None = None
    n: float | None = None
    mean: float | None = None
    variance: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    events: float | None = None
    exposure: float | None = None
    value: float | None = None


class Observations(Out):
    """`next` is the `cursor` of the next page, absent on the last."""

    items: list[Observation]
    next: str | None = None


class RecordedCounts(Out):
    new: int
    revised: int
    unchanged: int
    refused: int


class RowFault(Out):
    row: int
    error: str


class RecordedBatch(RecordedCounts):
    """`rows` lists those that were refused, where `partial` was asked for."""

    rows: list[RowFault]


class Taken(In):
    """A revision to take back; it must be the newest of its period."""

    kpi: Line
    period: Day
    revision: Annotated[int, Field(ge=1, lt=2**31)]


class TakingBack(In):
    readings: Annotated[list[Taken], Field(min_length=1, max_length=1000)]


class Stands(Out):
    """What stands in a period now; `withdrawn`: nothing."""

    kpi: str
    period: date
    revision: int
    withdrawn: bool


@router.get("/kpis/{pair:kpi_id}/observations", response=Observations, exclude_none=True)
def listed(
    request: HttpRequest,
    kpi_id: str,
    cursor: str = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    revisions: Literal["newest", "all"] = "newest",
    since: Day | None = None,
    until: Day | None = None,
    known_at: AwareDatetime | None = None,
) -> dict[str, object]:
    """By period, the oldest first: the newest revision of each, or all; with `known_at` as it was known then."""
    kpi = kpis.find(viewer(request), kpi_id)
    after = cursors.read(cursor, date, int)
    rows = asked.page(
        kpi, after=after, limit=limit + 1, every=revisions == "all", since=since, until=until, known_at=known_at
    )
    more = cursors.write(rows[limit - 1].period, rows[limit - 1].revision) if len(rows) > limit else None
    names = NUMBERS[kpi.spec().kind]
    items = [
        {
            "kpi_id": kpi_id, "period": row.period, "revision": row.revision, "recorded_at": row.recorded_at,
            "by": row.by.name, "withdrawn": getattr(row, names[0]) is None, **{name: getattr(row, name) for name in names},
        }
        for row in rows[:limit]
    ]  # fmt: skip
    return {"items": items, "next": more}


@router.post(
    "/observations", auth=RECORD, response=RecordedCounts,
    openapi_extra={"requestBody": {"required": True, "content": {JSON: {"schema": ROW}}}},
)  # fmt: skip
def record(request: HttpRequest) -> HttpResponse:
    """One reading. The same once more changes nothing; other numbers for a known period are its next revision."""
    found = value(raw(request, JSON))
    batch, into = _read(request, [found], [])
    if batch.faults:
        raise Problem(422, f"{batch.faults[0].message}.", "body")
    return _record(request, batch, into)


@router.post(
    "/observations/batch", auth=RECORD, response=RecordedBatch,
    openapi_extra={"requestBody": {"required": True, "content": {
        JSON: {"schema": {"type": "array", "maxItems": MOST, "items": ROW}}, LINES: {"schema": {"type": "string"}},
    }}},
)  # fmt: skip
def record_many(request: HttpRequest, partial: bool = False) -> HttpResponse:
    """Up to 10,000 readings, as an array or a line each. All or nothing, unless `partial`: then the good rows are
    recorded in one transaction, and the bad ones are listed."""
    text = raw(request, JSON, LINES)
    rows, faults = _lines(text) if request.content_type == LINES else _array(text)
    if len(rows) > MOST:
        raise Problem(413, f"{len(rows):,} rows are more than {MOST:,}: send them in parts.", "body")
    batch, into = _read(request, rows, faults)
    if batch.faults and not partial:
        said = f"{len(batch.faults):,} of {len(rows):,} rows can't be recorded, so none was."
        raise Problem(422, said, f"row {batch.faults[0].row}", rows=_told(batch.faults))
    return _record(request, batch, into, _told(batch.faults))


@router.post("/observations/undo", response=list[Stands], auth=RECORD)
def undo(request: HttpRequest, taking: TakingBack) -> list[dict[str, object]]:
    """Takes revisions back: each period gets the numbers that it had before, or none, as its next revision. All or
    nothing; a conflict where one isn't the newest any more."""
    person = viewer(request)
    found = grid.named(person, {each.kpi for each in taking.readings})
    back: dict[Kpi, dict[date, int]] = defaultdict(dict)
    for row, each in enumerate(taking.readings):
        if each.kpi not in found:
            said = f"There is no KPI {each.kpi[:60]!r} that you may record; it is written strategy/kpi."
            raise Problem(422, said, f"body.readings.{row}.kpi")
        if back[found[each.kpi]].setdefault(each.period, each.revision) != each.revision:
            raise Problem(422, f"Period {each.period} stands here twice.", f"body.readings.{row}.period")
    entries.take_all_back(back, by=person, at=timezone.now())
    known = grid.newest(list(back), {day for days in back.values() for day in days})
    return [
        {"kpi": name, "period": day, "revision": here.revision, "withdrawn": here.numbers is None}
        for name, kpi in found.items()
        for day in sorted(back[kpi])
        for here in [known[kpi.pk, day]]
    ]


def _array(text: bytes) -> tuple[list[Any], list[Fault]]:
    """A NUL is a fault of its row alone."""
    found = parsed(text)
    if not isinstance(found, list):
        raise Problem(422, "A batch is an array of readings.", "body")
    faults = []
    for at, row in enumerate(found) if may_hold_nul(text) else ():
        try:
            refuse_nul(row, f"row {at + 1}")
        except Problem as problem:
            faults.append(Fault(at + 1, problem.message.rstrip(".")))
            found[at] = None
    return found, faults


def _lines(text: bytes) -> tuple[list[Any], list[Fault]]:
    """A value a line; a line that isn't JSON is a fault of its row alone. Empty lines count, and say nothing."""
    rows: list[Any] = []
    faults = []
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        if len(rows) > MOST:
            break
        try:
            rows.append(value(line))
        except Problem as problem:
            faults.append(Fault(len(rows) + 1, problem.message.rstrip(".")))
            rows.append(None)
    return rows, faults


class _Today(dict[tzinfo, date]):
    """By zone, as of one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __missing__(self, zone: tzinfo) -> date:
        self[zone] = timezone.localdate(self.at, zone)
        return self[zone]


def _read(request: HttpRequest, rows: Sequence[Any], faults: Sequence[Fault]) -> tuple[Batch, observations.Readings]:
    names = {row["kpi"] for row in rows if isinstance(row, dict) and isinstance(row.get("kpi"), str)}
    found = recordable(viewer(request), names)
    batch = batches.read(found, rows, today=_Today(timezone.now()))
    if faults:  # they stand in the rows as null, and are told as what they are
        known = {fault.row: fault for fault in faults}
        batch.faults = [known.get(fault.row, fault) for fault in batch.faults]
    return batch, {found[name]: days for name, days in batch.good.items()}


def _told(faults: Sequence[Fault]) -> list[dict[str, object]]:
    return [{"row": fault.row, "error": fault.message} for fault in faults]


def _record(
    request: HttpRequest, batch: Batch, into: observations.Readings, told: list[dict[str, object]] | None = None
) -> HttpResponse:
    done = observations.record_all(into, by=viewer(request), at=timezone.now())
    counts: dict[str, object] = {
        "new": done.new, "revised": done.revised, "unchanged": done.unchanged, "refused": len(batch.faults)
    }  # fmt: skip
    if told is not None:
        counts["rows"] = told
    return HttpResponse(json.dumps(counts), content_type=JSON)
