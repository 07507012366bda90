"""Tables that people bring: read, described, brought in as observations, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from gaitway.actions import Conflict, NotAllowed, Refused, entries, events, observations
from gaitway.models import Event, Kpi, Observation, Person, Strategy, Upload
from gaitway.queries import rights
from gaitway.queries.mappings import signature

COLUMNS, CELLS, LENGTH = 200, 200_000, 1_000  # the most of a table, and characters of a cell
NAMED = 20  # periods that a refusal names


@transaction.atomic
def start(
    strategy: Strategy,
    name: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    mapping: dict[str, Any],
    *,
    by: Person,
    at: datetime,
) -> Upload:
    """Keeps a table and what its columns seem to be. Raises Refused where it is too large, or has no rows."""
    if not rows:
        raise Refused("The table has a head and no rows. Its first row is taken as the names of the columns.")
    if len(head) > COLUMNS:
        raise Refused(f"The table has {len(head):,} columns, more than {COLUMNS}. Leave out what isn't needed.")
    if len(head) * len(rows) > CELLS:
        raise Refused(f"The table has {len(head) * len(rows):,} cells, more than {CELLS:,}. Bring it in parts.")
    for number, row in enumerate([head, *rows]):
        for column, cell in enumerate(row, start=1):
            if len(cell) > LENGTH:
                where = f"row {number}" if number else "the head"
                raise Refused(f"Column {column} of {where} holds {len(cell):,} characters; {LENGTH:,} are the most.")
    clean = [[_clean(cell) for cell in row] for row in rows]
    names = [_clean(cell) for cell in head]
    return Upload.objects.create(
        strategy=strategy,
        person=by,
        name=_clean(name)[:200],
        head=names,
        rows=clean,
        signature=signature(names),
        mapping=mapping,
        at=at,
    )


@transaction.atomic
def describe(upload: Upload, mapping: dict[str, Any], *, by: Person, at: datetime) -> None:
    """What its columns are, and what was put right or left out. Raises Refused once it was imported."""
    _open(upload, by)
    mapping = {name: _clean_all(value) for name, value in mapping.items()}
    Upload.objects.filter(pk=upload.pk).update(mapping=mapping)
    upload.mapping = mapping


@transaction.atomic
def bring_in(
    upload: Upload, readings: Mapping[Kpi, Mapping[date, tuple[float, ...]]], *, by: Person, at: datetime
) -> None:
    """Records all of it, or nothing. The cells are gone afterwards; what they became stays.

    Raises Refused for a second time, NotAllowed for a KPI that isn't theirs, and what `observations.record` does."""
    _open(upload, by)
    if not any(readings.values()):
        raise Refused("There is no number to import.")
    result = {"new": 0, "revised": 0, "unchanged": 0, "kpis": 0}
    for kpi, found in sorted(readings.items(), key=lambda pair: pair[0].pk):
        if not found:
            continue
        if not rights.may_record(by, kpi):
            raise NotAllowed(f"You may not record numbers of {kpi.name}.")
        done = observations.record(kpi, found, by=by, at=at, upload=upload)
        for name in ("new", "revised", "unchanged"):
            result[name] += getattr(done, name)
        result["kpis"] += 1
    mapping = upload.mapping | {"result": result}
    Upload.objects.filter(pk=upload.pk).update(imported_at=at, rows=[], mapping=mapping)
    upload.refresh_from_db()
    data = {"upload": upload.pk, **result}
    events.record(Event.Kind.IMPORTED, by=by, at=at, strategy=upload.strategy, data=data)


@transaction.atomic
def undo(upload: Upload, *, by: Person, at: datetime) -> None:
    """Each period that it touched gets its former numbers again, or is withdrawn, as a new revision.

    Raises Refused where it isn't imported or undone already, Conflict naming the periods that changed since."""
    here = Upload.objects.select_for_update().get(pk=upload.pk)
    if here.person_id != by.pk:
        raise NotAllowed("Only who imported a table can undo that.")
    if here.state != Upload.State.IMPORTED:
        raise Refused("It was undone already." if here.state == Upload.State.UNDONE else "It isn't imported yet.")
    touched: dict[int, dict[date, int]] = defaultdict(dict)
    for pk, day, revision in Observation.objects.filter(upload=here).values_list("kpi", "period", "revision"):
        touched[pk][day] = revision
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(pk__in=touched).select_related("strategy").order_by("pk")}
    late = [f"{kpi.name} {day}" for pk, kpi in kpis.items() for day in entries.changed_since(kpi, touched[pk])]
    if late:
        more = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
        raise Conflict(f"It can't be undone, for these have changed since: {', '.join(late[:NAMED])}{more}.")
    for pk, kpi in kpis.items():
        entries.restore(kpi, touched[pk], by=by, at=at)
    Upload.objects.filter(pk=here.pk).update(undone_at=at)
    upload.refresh_from_db()
    data = {"upload": here.pk, "numbers": sum(map(len, touched.values())), "kpis": len(kpis)}
    events.record(Event.Kind.UNDONE, by=by, at=at, strategy=here.strategy, data=data)


def _open(upload: Upload, by: Person) -> None:
    here = Upload.objects.select_for_update().get(pk=upload.pk)
    if here.person_id != by.pk:
        raise NotAllowed("Only who brought a table can import it.")
    if here.state != Upload.State.READ:
        raise Refused("This table was imported already: nothing was done twice.")


def _clean(text: str) -> str:
    """Without what no database keeps: NUL and lone surrogates stand as �."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _clean_all(value: Any) -> Any:
    """The texts in lists and objects, too: somebody may have forged them."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, list):
        return [_clean_all(each) for each in value]
    if isinstance(value, dict):
        return {_clean(name): _clean_all(each) for name, each in value.items()}
    return value
