"""Importing a table as on the pages: bring it, say what its columns are, put right what is wrong, import it, undo it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, AliasPath, Field, StringConstraints

from gaitway.actions import NotAllowed, Refused
from gaitway.actions import uploads as actions
from gaitway.connectors.base import Failure, Limits
from gaitway.connectors.files.table import Table, read_text
from gaitway.models import Kpi
from gaitway.models import Strategy as StrategyRow
from gaitway.models import Upload as UploadRow
from gaitway.queries import mappings
from gaitway.queries import uploads as asked
from gaitway.queries.mappings import Mending

from .problems import Problem
from .scopes import RECORD
from .values import In, Line, Out, text, viewer

router = Router()
LIMITS = Limits(rows=20_000, bytes=8 * 2**20, memory_mb=512)
LENGTH = actions.LENGTH
Cell = Annotated[str, StringConstraints(max_length=LENGTH), AfterValidator(text)]
Address = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}\.[0-9]{1,9}$")]
Name = Annotated[str, StringConstraints(max_length=LENGTH)]


class UploadReading(Out):
    """One period of one KPI as a row has it, `column` from 0. `wrong`: period, number, twice, start or unusual, with what is
    said of it; `cell` is where it can be put right, `leave` what to leave out; nothing where all is well."""

    row: int
    column: int
    kpi_id: str | None
    period: date | None
    text: str
    numbers: list[float] | None
    wrong: str
    says: str
    cell: str
    leave: str


class UploadResult(Out):
    new: int
    revised: int
    unchanged: int
    kpis: int


class Upload(Out):
    """A table on its way to observations, `state`: read, imported or undone. `columns` are the names of its head, `roles`
    what each is: period, kpi, numbers, head (its name is the period), the name of a number, kpi:KEY, or nothing. `missing`
    says what the columns lack to make numbers; `preview` are its first readings."""

    upload_id: int
    strategy_id: str
    name: str
    state: str
    at: datetime
    imported_at: datetime | None
    undone_at: datetime | None
    columns: list[str]
    roles: list[str]
    kpi: str
    order: str
    decimal: str
    rows: int
    missing: str
    preview: list[UploadReading]
    result: UploadResult | None


class UploadRecent(Out):
    upload_id: int = Field(validation_alias="pk")
    strategy_id: str = Field(validation_alias=AliasPath("strategy", "key"))
    name: str
    state: str
    at: datetime


class UploadUnknown(Out):
    """A name that is no KPI's, in so many rows; `near` is the key of the likeliest."""

    name: str
    rows: int
    near: str


class UploadCheck(Out):
    """`ready` counts the numbers that would be imported, by KPI; `fine`: nothing is left to put right. The first 50 of
    `wrong` are listed, the `more` after them come when these are done. Of `unusual` somebody has to be `sure`."""

    fine: bool
    ready: dict[str, int]
    unknown: list[UploadUnknown]
    wrong: list[UploadReading]
    more: int
    shifted: list[UploadReading]
    unusual: list[UploadReading]
    sure: bool
    early: int
    left: int
    same: int
    empty: int


class Bringing(In):
    """Either `text`, as a file of comma, semicolon or tab separated cells has it, or `head` and `rows` of texts."""

    strategy_id: Line
    name: Line = ""
    text: str | None = None
    head: Annotated[list[Cell], Field(min_length=1)] | None = None
    rows: list[list[Cell]] | None = None


class Describing(In):
    """`order`: what a date like 3/4/2026 begins with. `decimal`: what stands before a fraction. What isn't sent stays."""

    roles: list[Annotated[str, StringConstraints(max_length=300)]] | None = None
    kpi: Line | None = None
    order: Literal["day", "month"] | None = None
    decimal: Literal[".", ","] | None = None


class Mendings(In):
    """`cells`: texts by address, "row.column", rows from 1 (0 is the head) and columns from 0. `names`: the key of a KPI by
    the name in the table, null to leave its rows out. `out`: readings to leave out, by their `leave`. `shift`: days stand
    for the period that they lie in. `sure`: what is unusual is right. `leave`: all leaves out all that is wrong. `again`:
    what was put right so far is forgotten first."""

    cells: dict[Address, Cell] = {}
    names: dict[Name, Line | None] = {}
    out: list[Address] = []
    shift: bool | None = None
    sure: bool | None = None
    leave: Literal["all"] | None = None
    again: bool = False


@router.get("/uploads", response=list[UploadRecent])
def listed(request: HttpRequest) -> list[UploadRow]:
    """Your last ten."""
    return asked.recent(viewer(request))


@router.post("/uploads", response={201: Upload}, auth=RECORD)
def start(request: HttpRequest, bringing: Bringing) -> Status[object]:
    """Brings a table; what its columns are is remembered from one with the same head, or guessed."""
    person = viewer(request)
    strategy = StrategyRow.objects.visible_to(person).get(key=bringing.strategy_id)
    mine = asked.kpis(person, strategy)
    if not mine:
        raise NotAllowed("There is no KPI here that you may record numbers of.")
    head, rows = _table(bringing)
    mapping = mappings.remembered(strategy, head, rows, mine)
    made = actions.start(strategy, bringing.name, head, rows, mapping, by=person, at=timezone.now())
    return Status(201, _upload(request, made))


@router.get("/uploads/{int:upload_id}", response=Upload)
def one(request: HttpRequest, upload_id: int) -> dict[str, Any]:
    return _upload(request, asked.find(viewer(request), upload_id))


@router.post("/uploads/{int:upload_id}/columns", response=Upload, auth=RECORD)
def describe(request: HttpRequest, upload_id: int, describing: Describing) -> dict[str, Any]:
    """Says what its columns are."""
    person = viewer(request)
    found = asked.find(person, upload_id)
    mine = asked.kpis(person, found.strategy)
    said = describing.model_dump(exclude_none=True)
    _legal(said, len(found.head), mine)
    actions.describe(found, found.mapping | said, by=person, at=timezone.now())
    return _upload(request, found)


@router.get("/uploads/{int:upload_id}/check", response=UploadCheck)
def check(request: HttpRequest, upload_id: int) -> dict[str, Any]:
    """What is wrong, and what would be imported."""
    found = _open(request, upload_id)
    return _checked(_page(request, found), found)


@router.post("/uploads/{int:upload_id}/mend", response=UploadCheck, auth=RECORD)
def mend(request: HttpRequest, upload_id: int, mendings: Mendings) -> dict[str, Any]:
    """Puts right what is wrong, leaves it out, or says that it is right; answers with what is left."""
    person = viewer(request)
    found = _open(request, upload_id)
    mine = asked.kpis(person, found.strategy)
    keys = {kpi.key for kpi in mine}
    for name, key in mendings.names.items():
        if key is not None and key not in keys:
            raise Problem(422, f"There is no KPI {key!r} that you may record numbers of.", f"body.names.{name[:60]}")
    for place, cells in (("cells", mendings.cells), ("out", mendings.out)):
        for cell in cells:
            if not mappings.is_cell(found, cell):
                raise Problem(422, f"The table has no cell {cell}.", f"body.{place}")
    if mendings.again:
        found.mapping = mappings.anew(found)
    posted = Mending(mendings.cells, mendings.names, mendings.out, mendings.shift, mendings.sure)
    found.mapping = mappings.mended(found, posted)
    if mendings.leave:
        found.mapping = mappings.mended(found, asked.without_wrong(found, mine, timezone.localdate()))
    actions.describe(found, found.mapping, by=person, at=timezone.now())
    return _checked(_page(request, found), found)


@router.post("/uploads/{int:upload_id}/import", response=Upload, auth=RECORD)
def bring_in(request: HttpRequest, upload_id: int) -> dict[str, Any]:
    """Imports all of it, or nothing. A second time is refused, and so is one with something left to put right."""
    person = viewer(request)
    found = _open(request, upload_id)
    page = _page(request, found)
    if not page.fine:
        raise Refused("Something is left to put right, or there is nothing to import: ask for its check.")
    actions.bring_in(found, page.ready, by=person, at=timezone.now())
    return _upload(request, found)


@router.post("/uploads/{int:upload_id}/undo", response=Upload, auth=RECORD)
def undo(request: HttpRequest, upload_id: int) -> dict[str, Any]:
    """Each period that it touched gets its former numbers again; a conflict where they changed since."""
    person = viewer(request)
    found = asked.find(person, upload_id)
    actions.undo(found, by=person, at=timezone.now())
    return _upload(request, found)


def _table(bringing: Bringing) -> tuple[list[str], list[list[str]]]:
    """Raises Problem and Refused."""
    if bringing.text is not None and bringing.head is None and bringing.rows is None:
        found = read_text(bringing.text, bringing.name or "body.text", LIMITS)
        if isinstance(found, Failure):
            raise Refused(found.message)
        return _lists(found)
    if bringing.text is not None or bringing.head is None or bringing.rows is None:
        raise Problem(422, "Send either text, or head and rows.", "body")
    if len(bringing.rows) > LIMITS.rows:
        raise Problem(422, f"The table has {len(bringing.rows):,} rows, more than {LIMITS.rows:,}.", "body.rows")
    for number, row in enumerate(bringing.rows, start=1):
        if len(row) != len(bringing.head):
            said = f"Row {number} has {len(row)} cells, and the head {len(bringing.head)}: they are as many."
            raise Problem(422, said, f"body.rows.{number - 1}")
    return bringing.head, bringing.rows


def _lists(table: Table) -> tuple[list[str], list[list[str]]]:
    return list(table.head), [list(row) for row in table.rows]


def _legal(said: dict[str, Any], columns: int, mine: Collection[Kpi]) -> None:
    """Raises Problem."""
    roles, legal = said.get("roles"), mappings.roles(mine)
    if roles is not None and len(roles) != columns:
        raise Problem(422, f"The table has {columns} columns, and these are {len(roles)} roles.", "body.roles")
    for place, role in enumerate(roles or ()):
        if role not in legal:
            said_ = f"{role[:60]!r} is no role; they are {', '.join(sorted(filter(None, legal))[:40])}, or nothing."
            raise Problem(422, said_, f"body.roles.{place}")
    if (kpi := said.get("kpi")) and kpi not in {each.key for each in mine}:
        raise Problem(422, f"There is no KPI {kpi[:60]!r} that you may record numbers of.", "body.kpi")


def _open(request: HttpRequest, upload_id: int) -> UploadRow:
    """One whose columns make numbers. Raises Refused."""
    found = asked.find(viewer(request), upload_id)
    if found.state != UploadRow.State.READ:
        raise Refused("This table was imported already: nothing was done twice.")
    if missing := mappings.complete(found.mapping):
        raise Refused(missing)
    return found


def _page(request: HttpRequest, found: UploadRow) -> asked.Checked:
    return asked.check(found, found.mapping, asked.kpis(viewer(request), found.strategy), timezone.localdate())


def _checked(page: asked.Checked, found: UploadRow) -> dict[str, Any]:
    names = ("fine", "unknown", "more", "sure", "early", "left", "same", "empty")
    return {
        **{name: getattr(page, name) for name in names},
        "ready": {f"{found.strategy.key}/{kpi.key}": len(days) for kpi, days in page.ready.items()},
        **{name: [_reading(each) for each in getattr(page, name)] for name in ("wrong", "shifted", "unusual")},
    }


def _reading(each: asked.Reading) -> dict[str, Any]:
    names = ("row", "column", "text", "numbers", "wrong", "says", "cell", "leave")
    kpi = f"{each.kpi.strategy.key}/{each.kpi.key}" if each.kpi else None
    return {"kpi_id": kpi, "period": each.day, **{name: getattr(each, name) for name in names}}


def _upload(request: HttpRequest, found: UploadRow) -> dict[str, Any]:
    mapping, read = found.mapping, found.state == UploadRow.State.READ
    missing = mappings.complete(mapping) if read else ""
    preview = []
    if read and not missing:
        mine = asked.kpis(viewer(request), found.strategy)
        preview = asked.readings(found, mapping, mine, timezone.localdate(), asked.PREVIEW)
    return {
        "upload_id": found.pk, "strategy_id": found.strategy.key, "columns": found.head, "rows": len(found.rows),
        **{name: getattr(found, name) for name in ("name", "state", "at", "imported_at", "undone_at")},
        "roles": mapping["roles"], **{name: mapping.get(name, "") for name in ("kpi", "order", "decimal")},
        "missing": missing, "preview": [_reading(each) for each in preview], "result": mapping.get("result"),
    }  # fmt: skip
