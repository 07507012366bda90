"""Tables that people bring: read, described, brought in as observations, and taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, entries, events, observations
from gaitway.actions.turns import turn
from gaitway.models import Event, Kpi, Observation, Person, Strategy, Upload
from gaitway.queries import rights
from gaitway.queries.mappings import signature
from gaitway.queries.words.formats import whole

COLUMNS, CELLS, LENGTH = 200, 200_000, 1_000  # the most of a table, and characters of a cell
NAMED = 20  # periods that a refusal names


@turn()
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
        raise Refused(_("The table has a head and no rows. Its first row is taken as the names of the columns."))
    if len(head) > COLUMNS:
        raise Refused(
            _("The table has %(n)s columns, more than %(most)s. Leave out what isn't needed.")
            % {"n": whole(len(head)), "most": whole(COLUMNS)}
        )
    if len(head) * len(rows) > CELLS:
        raise Refused(
            _("The table has %(n)s cells, more than %(most)s. Bring it in parts.")
            % {"n": whole(len(head) * len(rows)), "most": whole(CELLS)}
        )
    for number, row in enumerate([head, *rows]):
        for column, cell in enumerate(row, start=1):
            if len(cell) > LENGTH:
                words = {"column": column, "row": number, "n": whole(len(cell)), "most": whole(LENGTH)}
                head_ = _("Column %(column)s of the head holds %(n)s characters; %(most)s are the most.")
                body = _("Column %(column)s of row %(row)s holds %(n)s characters; %(most)s are the most.")
                raise Refused((body if number else head_) % words)
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


@turn()
def describe(upload: Upload, mapping: dict[str, Any], *, by: Person, at: datetime) -> None:
    """What its columns are, and what was put right or left out. Raises Refused once it was imported."""
    _open(upload, by)
    mapping = {name: _clean_all(value) for name, value in mapping.items()}
    Upload.objects.filter(pk=upload.pk).update(mapping=mapping)
    upload.mapping = mapping


@turn()
def bring_in(
    upload: Upload, readings: Mapping[Kpi, Mapping[date, tuple[float, ...]]], *, by: Person, at: datetime
) -> None:
    """Records all of it, or nothing. The cells are gone afterwards; what they became stays.

    Raises Refused for a second time, NotAllowed for a KPI that isn't theirs, and what `observations.record` does."""
    _open(upload, by)
    if not any(readings.values()):
        raise Refused(_("There is no number to import."))
    result = {"new": 0, "revised": 0, "unchanged": 0, "kpis": 0}
    for kpi, found in sorted(readings.items(), key=lambda pair: pair[0].pk):
        if not found:
            continue
        if not rights.may_record(by, kpi):
            raise NotAllowed(_("You may not record numbers of %(kpi)s.") % {"kpi": kpi.name})
        done = observations.record(kpi, found, by=by, at=at, upload=upload)
        for name in ("new", "revised", "unchanged"):
            result[name] += getattr(done, name)
        result["kpis"] += 1
    mapping = upload.mapping | {"result": result}
    Upload.objects.filter(pk=upload.pk).update(imported_at=at, rows=[], mapping=mapping)
    upload.refresh_from_db()
    data = {"upload": upload.pk, **result}
    events.record(Event.Kind.IMPORTED, by=by, at=at, strategy=upload.strategy, data=data)


@turn()
def undo(upload: Upload, *, by: Person, at: datetime) -> None:
    """Each period that it touched gets its former numbers again, or is withdrawn, as a new revision.

    Raises Refused where it isn't imported or undone already, Conflict naming the periods that changed since."""
    here = Upload.objects.select_for_update().get(pk=upload.pk)
    if here.person_id != by.pk:
        raise NotAllowed(_("Only who imported a table can undo that."))
    if here.state != Upload.State.IMPORTED:
        raise Refused(_("It was undone already.") if here.state == Upload.State.UNDONE else _("It isn't imported yet."))
    touched: dict[int, dict[date, int]] = defaultdict(dict)
    for pk, day, revision in Observation.objects.filter(upload=here).values_list("kpi", "period", "revision"):
        touched[pk][day] = revision
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(pk__in=touched).select_related("strategy").order_by("pk")}
    late = [f"{kpi.name} {day}" for pk, kpi in kpis.items() for day in entries.changed_since(kpi, touched[pk])]
    if late:
        words, named = {"n": len(late) - NAMED, "some": ", ".join(late[:NAMED])}, len(late) <= NAMED
        some = _("It can't be undone, for these have changed since: %(some)s.")
        many = _("It can't be undone, for these have changed since: %(some)s and %(n)s more.")
        raise Conflict((some if named else many) % words)
    for pk, kpi in kpis.items():
        entries.restore(kpi, touched[pk], by=by, at=at)
    Upload.objects.filter(pk=here.pk).update(undone_at=at)
    upload.refresh_from_db()
    data = {"upload": here.pk, "numbers": sum(map(len, touched.values())), "kpis": len(kpis)}
    events.record(Event.Kind.UNDONE, by=by, at=at, strategy=here.strategy, data=data)


def _open(upload: Upload, by: Person) -> None:
    here = Upload.objects.select_for_update().get(pk=upload.pk)
    if here.person_id != by.pk:
        raise NotAllowed(_("Only who brought a table can import it."))
    if here.state != Upload.State.READ:
        raise Refused(_("This table was imported already: nothing was done twice."))


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
