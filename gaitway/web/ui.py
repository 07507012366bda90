"""The style guide: every part in every state, in light beside dark. Its samples are plain values and no rows; it is for
those who build and adapt, and in English."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markupsafe import Markup

from gaitway.actions import NotAllowed
from gaitway.queries import rights
from gaitway.queries.behaviour import Sign
from gaitway.queries.roadmap.values import Bar, Tail
from gaitway.queries.roadmap.window import Window
from gaitway.queries.values import Line, Measure, Step

from .charts import timeline
from .charts.strategymap import strategymap
from .charts.timeline import Spot
from .viewer import viewer

TODAY = date(2026, 3, 2)
WEEK = timedelta(weeks=1)
VALUES = (31, 29, 33, None, 28, 31, 30, 38, 42, 49)
SHARE = Measure("level", "%")
STATES = ("on_track", "at_risk", "off_track", "no_data", "proposed", "paused", "stopped", "finished")


@dataclass(frozen=True, slots=True)
class Reading:
    """A point of a chart, or a look at the evidence."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    wanted: float | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    day: date
    median: float
    low50: float
    high50: float
    low80: float
    high80: float


@dataclass(frozen=True, slots=True)
class Move:
    day: date
    label: str


@dataclass(frozen=True, slots=True)
class Usual:
    first: date
    last: date
    mean: float
    lower: float
    upper: float
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Of the strategy map: a strategy, an objective or an initiative."""

    name: str
    state: str = ""
    objectives: list[Branch] = field(default_factory=list)
    initiatives: list[Branch] = field(default_factory=list)


class Fields(forms.Form):
    name = forms.CharField(error_messages={"required": "Give it a name that is not taken."})
    why = forms.CharField(required=False)


def days(count: int) -> list[date]:
    return [TODAY - WEEK * (count - index) for index in range(count)]


POINTS = [
    Reading(day, value, value and value - 4, value and value + 4)
    for day, value in zip(days(len(VALUES)), VALUES, strict=True)
]
LOOKS = [Reading(day, 24 + i, 24 + i - 30 / (i + 2), 24 + i + 30 / (i + 2), 24) for i, day in enumerate(days(5))]
COMING = [Foreseen(TODAY + WEEK * i, 50 + i, 48 + i * 0.6, 52 + i * 1.4, 45 + i * 0.2, 55 + i * 1.8) for i in range(4)]
LADDER = [
    Step("crawl", "Crawl", "C", "done", date(2025, 9, 1), date(2025, 12, 5), 20_000, 17_400, "EUR"),
    Step("walk", "Walk", "W", "current", date(2025, 12, 5), date(2026, 5, 29), 60_000, 41_200, "EUR",
         (date(2026, 4, 6), date(2026, 5, 18))),
    Step("run", "Run", "R", "ahead", date(2026, 6, 1), date(2026, 12, 18), 240_000, provable=False),
]  # fmt: skip
LADDERS = [
    [Step(key, key.title(), key[0].upper(), status) for key, status in zip(("crawl", "walk", "run"), each, strict=True)]
    for each in (("ahead", "ahead", "ahead"), ("current", "ahead", "ahead"), ("done", "current", "ahead"),
                 ("done", "done", "current"), ("done", "stopped", "ahead"))
]  # fmt: skip
FINDINGS = [
    Line("unknown", "All of these", "all"),
    Line("met", "Adoption ≥ 40% for 4 weeks", depth=1, measure=SHARE, estimate=43, low=41, high=46, op=">=", wanted=40,
         confidence=0.95, sample=1_280, sample_name="answers"),
    Line("unmet", "Cost of an order ≤ 4.20 EUR", depth=1, measure=Measure("level", "EUR"), estimate=4.6, low=4.4,
         high=4.8, op="<=", wanted=4.2, reason="It was above in each of the last four weeks."),
    Line("unknown", "Any of these", "any", depth=2),
    Line("unknown", "Checked by security", depth=3, reason="It waits since nine days."),
]  # fmt: skip
SIGNS = [
    Sign("rise", "good", "A real rise", "Since week 31."), Sign("fall", "bad", "A real fall"),
    Sign("usual", "plain", "No real change"), Sign("above", "good", "Meets its target"),
    Sign("across", "plain", "May or may not meet it"), Sign("below", "bad", "Misses its target"),
    Sign("unknown", "plain", "Not known yet"),
]  # fmt: skip
MAP = Branch(
    "Less waste",
    objectives=[
        Branch("Half of the bottles come back", initiatives=[Branch("Refill stations", "on_track"), Branch("Deposit", "at_risk")]),
        Branch("Nothing is thrown away", initiatives=[Branch("Second market", "off_track"), Branch("Repair", "no_data")]),
    ],
)  # fmt: skip
WINDOW = Window.of("month", "2025-09", TODAY)
BARS = [
    Bar("crawl", "C", "Crawl", 1, "done", date(2025, 9, 1), date(2025, 12, 5)),
    Bar("walk", "W", "Walk", 2, "current", date(2025, 12, 5), date(2026, 5, 29)),
    Bar("run", "R", "Run", 3, "ahead", date(2026, 5, 29), date(2026, 8, 20)),
]
SPOTS = [
    Spot(date(2025, 12, 5), "passed", "passed"), Spot(date(2026, 5, 29), "coming", "coming"),
    Spot(date(2026, 2, 1), "late", "past its date"), Spot(date(2026, 3, 20), "milestone", "milestone"),
    Spot(date(2026, 1, 12), "reached", "reached"), Spot(date(2026, 8, 20), "stopped", "stopped"),
]  # fmt: skip
TAIL = Tail(TODAY, date(2026, 4, 20), date(2026, 5, 18), date(2026, 8, 30))


def lane() -> Markup:
    return timeline.row(WINDOW, BARS, SPOTS, TAIL, "Refill stations")


def axis() -> Markup:
    return timeline.axis(WINDOW, lambda first: f"{first:%b}", TODAY, "today")


def sample(look: str, now: datetime) -> dict[str, Any]:
    """What one side shows; `look` makes the names of its fields its own."""
    names = ("Ada Novak", "Luca Brandt")
    ada, luca = (SimpleNamespace(name=name, email=f"{name[:4].strip().lower()}@example.com") for name in names)
    wrong = Fields({f"{look}-why": "It was liked in Oslo."}, prefix=look)
    wrong.full_clean()
    made = {
        "by": ada, "from_stage": "Crawl", "to_stage": "Walk", "at": now, "conditions": "Hire two people", "gate": "",
        "due": TODAY, "superseded": False, "corrects": False,
    }  # fmt: skip
    return {
        "ada": ada, "luca": luca,
        "fields": Fields(initial={"name": "Refill stations"}, prefix=f"{look}-fine"), "wrong": wrong,
        "decisions": [
            SimpleNamespace(**made, choice="conditional go", against_evidence=True, reason="The shops ask for it."),
            SimpleNamespace(**made | {"conditions": ""}, choice="stop", against_evidence=False, reason="We learned enough."),
        ],
    }  # fmt: skip


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    person = viewer(request)
    if not rights.may_see_guide(person):
        raise NotAllowed(_("The style guide is for strategists and administrators."))
    now = timezone.now()
    page = {
        "sides": [(look, sample(look, now)) for look in ("light", "dark")],
        "states": STATES, "points": POINTS, "looks": LOOKS, "coming": COMING, "ladder": LADDER, "ladders": LADDERS,
        "findings": FINDINGS, "signs": SIGNS, "map": strategymap(MAP), "axis": axis, "lane": lane, "now": now, "share": SHARE,
        "usual": [Usual(POINTS[0].day, POINTS[6].day, 31, 24, 38), Usual(POINTS[7].day, POINTS[-1].day, 43, 35, 51, True)],
        "rise": {POINTS[-1].day: "above its usual"}, "moves": [Move(POINTS[7].day, "Walk")],
        "quantiles": [TODAY + WEEK * weeks for weeks in (3, 5, 8, 10, 14)], "start": TODAY, "until": TODAY + WEEK * 26,
        "ends": TODAY + WEEK * 12,
    }  # fmt: skip
    return render(request, "ui.html", page)
