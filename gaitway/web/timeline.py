"""The roadmap's drawings with their words and addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from gaitway.queries.roadmap import Roadmap, Row, Window
from gaitway.queries.roadmap.values import Gate, Mark, Strip
from gaitway.queries.roadmap.window import Zoom
from gaitway.queries.words.formats import day, money

from .charts import timeline
from .charts.timeline import Line, Spot


def write(zoom: Zoom, first: date) -> str:
    """A step of the axis: 5 Oct; Oct, in January with its year; Q4 2026; 2026."""
    if zoom is Zoom.QUARTER:
        names = {"quarter": (first.month + 2) // 3, "year": first.year}
        return pgettext("a quarter of a year", "Q%(quarter)s %(year)s") % names
    return format_date(
        first, {Zoom.WEEK: "j M", Zoom.MONTH: "M Y" if first.month == 1 else "M", Zoom.YEAR: "Y"}[zoom]
    )  # fmt: skip


def gate_words(row: Row, gate: Gate, on: str) -> str:
    """Austria: Crawl to Walk, 28 Dec, still to come"""
    kinds = {
        "passed": _("passed"), "coming": _("still to come"), "late": _("past its date"), "stopped": _("stopped here")
    }  # fmt: skip
    names = {"name": row.name, "stage": gate.stage, "to": gate.to, "day": on, "kind": kinds[gate.kind]}
    if gate.kind == "stopped" or not gate.to:
        return _("%(name)s: end of %(stage)s, %(day)s, %(kind)s") % names
    return _("%(name)s: gate from %(stage)s to %(to)s, %(day)s, %(kind)s") % names


def mark_words(row: Row, mark: Mark, on: str) -> str:
    kind = _("reached") if mark.done else _("past its date") if mark.late else _("still to come")
    names = {"name": row.name, "milestone": mark.name, "day": on, "kind": kind}
    return _("%(name)s: milestone “%(milestone)s”, %(day)s, %(kind)s") % names


@dataclass(frozen=True, slots=True)
class Drawings:
    """What templates call to draw."""

    window: Window
    today: date
    days: dict[date, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def day(self, on: date) -> str:
        """As it is written everywhere; one page names the same days again and again."""
        if on not in self.days:
            self.days[on] = day(on)
        return self.days[on]

    def address(self, name: str, key: str) -> str:
        """Of a page of gates. Keys hold nothing that an address would write otherwise; resolving each costs more than
        drawing it."""
        if name not in self.addresses:
            self.addresses[name] = reverse(name, args=["KEY"])
        return self.addresses[name].replace("KEY", key)

    def axis(self) -> Markup:
        return timeline.axis(self.window, lambda first: write(self.window.zoom, first), self.today, _("Today"))

    def ground(self) -> Markup:
        return timeline.ground(self.window, self.today)

    def row(self, row: Row) -> Markup:
        spots = [self._gate(row, gate) for gate in row.gates] + [self._mark(row, mark) for mark in row.marks]
        title = _("%(name)s on the timeline") % {"name": row.name}
        return timeline.row(self.window, row.bars, spots, row.tail, title)

    def links(self, page: Roadmap) -> Markup:
        """Headings of groups are as high as rows."""
        places, count = {}, 0
        for group in page.groups:
            count += bool(group.name)
            for row in group.rows:
                places[row.pk], count = count, count + 1
        lines = [
            Line(need.at, need.starts, places[need.other], places[need.row], need.wrong, f"{need.row} {need.other}")
            for need in page.links
            if need.row in places and need.other in places
        ]
        return timeline.links(self.window, lines, count) if lines else Markup("")

    def gates(self, strip: Strip) -> Markup:
        cells = [(each.first, each.until, float(each.gates), str(each.gates), each.busy) for each in strip.columns]
        return timeline.columns(self.window, cells, most=max((cell[2] for cell in cells), default=0))

    def budget(self, strip: Strip) -> Markup:
        """In thousands, where there are any."""
        cells = [
            (each.first, each.until, each.budget, short(each.budget, strip.currency), each.peak)
            for each in strip.columns
        ]
        return timeline.columns(self.window, cells, most=max((cell[2] for cell in cells), default=0))

    def _gate(self, row: Row, gate: Gate) -> Spot:
        marks = [("data-gate", "")]
        if gate.movable:
            marks.append(("data-move", self.address("gate_move", gate.key)))
        words = gate_words(row, gate, self.day(gate.on))
        return Spot(gate.at, gate.kind, words, self.address("gate", gate.key), tuple(marks))

    def _mark(self, row: Row, mark: Mark) -> Spot:
        kind = "reached" if mark.done else "missed" if mark.late else "milestone"
        address = reverse("milestone", args=[mark.pk])
        return Spot(
            mark.on, kind, mark_words(row, mark, self.day(mark.on)), address, (("data-gate", ""), ("data-sheet", ""))
        )


def short(amount: float, currency: str) -> str:
    """€12k: columns are narrow."""
    if amount >= 950:
        return pgettext("thousands of a currency", "%(money)sk") % {"money": money(round(amount / 1000), currency)}
    return money(round(amount), currency)
