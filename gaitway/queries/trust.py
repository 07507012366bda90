"""Where the numbers of one KPI come from: how its source was asked, what came, and what its definition was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gaitway.models import Definition, Kpi, Pull
from gaitway.queries.values import Mark
from gaitway.queries.words import definitions as words

LATEST = 8


@dataclass(frozen=True, slots=True)
class PullLine:
    at: datetime
    seconds: float
    since: date | None
    rows: int
    new: int
    revised: int
    withdrawn: int
    fault: str


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    at: datetime
    by: str
    counts_anew: bool
    changes: list[tuple[str, str, str]]  # what, before, after


def pulls(kpi: Kpi) -> list[PullLine]:
    """The newest first."""
    return [
        PullLine(p.at, p.seconds, p.since, p.rows, p.new, p.revised, p.withdrawn, p.fault)
        for p in Pull.objects.filter(kpi=kpi).order_by("-at", "-pk")[:LATEST]
    ]


def versions(kpi: Kpi) -> list[Version]:
    """The newest first; of each, what differs from the one before."""
    rows = list(Definition.objects.filter(kpi=kpi).select_related("by").order_by("version"))
    found = []
    for before, row in zip([None, *rows], rows, strict=False):
        was = before.fields if before else {}
        changes = [words.change(name, was.get(name), row.fields.get(name), kpi) for name in row.changed]
        found.append(Version(row.version, row.at, row.by.name, row.counts_anew, changes))
    return found[::-1]


def marks(log: Sequence[Version]) -> list[Mark]:
    """The days from which the series may count something else."""
    return [Mark(version.at.date(), words.marked(version.number)) for version in log if version.counts_anew]
