"""The shape of the strategy file, from which the JSON Schema is published."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from gaitway.lib import days
from gaitway.lib.measures import MeasureShape
from gaitway.lib.measures.shape import Zone

KEY = r"^[a-z][a-z0-9_-]{0,59}$"
Key = Annotated[str, StringConstraints(pattern=KEY)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
Long = Annotated[str, StringConstraints(max_length=20_000, strip_whitespace=True)]
Email = Annotated[
    str, StringConstraints(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+$", max_length=254, to_lower=True)
]


def _day(value: Any) -> Any:
    return value if isinstance(value, date) else days.parse(value)


Day = Annotated[date, BeforeValidator(_day)]


class Span(tuple[date, date]):
    """From the first to the last day, as `2011-01-03/2011-03-31`."""

    def __str__(self) -> str:
        return f"{self[0].isoformat()}/{self[1].isoformat()}"


def _span(value: Any) -> Any:
    if isinstance(value, Span):
        return value
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)\s*/\s*(\d{4}-\d\d-\d\d)", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is not a span of dates like 2026-01-01/2026-03-31")
    first, last = _day(match[1]), _day(match[2])
    if last < first:
        raise ValueError(f"the span ends on {last} before it starts on {first}")
    return Span((first, last))


class Money(tuple[Decimal, str]):
    """An amount and its currency, as `5000 EUR`."""

    def __str__(self) -> str:
        return f"{self[0].normalize():f} {self[1]}"


def _money(value: Any) -> Any:
    if isinstance(value, Money):
        return value
    match = re.fullmatch(r"(\d{1,14}(?:\.\d{1,2})?)\s*([A-Z]{3})", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is not an amount of money like 5000 EUR")
    return Money((Decimal(match[1]), match[2]))


_HOURS = {"h": Decimal(1) / 8, "d": Decimal(1), "w": Decimal(5)}


class Effort(Decimal):
    """Working days, written `5d`, `2w` (of 5 days) or `4h` (of 8 a day)."""

    def __str__(self) -> str:
        return f"{self.normalize():f}d"


def _effort(value: Any) -> Any:
    if isinstance(value, Effort):
        return value
    match = re.fullmatch(r"(\d{1,5}(?:\.\d{1,4})?)\s*([hdw])", value) if isinstance(value, str) else None
    if not match:
        raise ValueError(f"{value!r} is not an effort like 5d, 2w or 4h")
    return Effort(Decimal(match[1]) * _HOURS[match[2]])


def _number(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?\s*%", value):
        value = "".join(value.split())
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is not a number like 12.5 or 3%")
    try:
        finite = math.isfinite(float(str(value).removesuffix("%")))
    except ValueError:  # more digits than Python reads
        finite = False
    if not finite:
        raise ValueError("must be a finite number")
    return value


_text = PlainSerializer(str, return_type=str)
Dates = Annotated[
    Any,
    BeforeValidator(_span),
    _text,
    Field(json_schema_extra={"type": "string", "examples": ["2026-01-01/2026-03-31"]}),
]
Amount = Annotated[
    Any, BeforeValidator(_money), _text, Field(json_schema_extra={"type": "string", "examples": ["5000 EUR"]})
]
Estimate = Annotated[
    Any, BeforeValidator(_effort), _text, Field(json_schema_extra={"type": "string", "examples": ["5d"]})
]
Number = Annotated[
    Any, BeforeValidator(_number), Field(json_schema_extra={"type": ["number", "string"], "examples": [12.5, "3%"]})
]


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _once(values: list[str]) -> list[str]:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{value!r} stands here twice")
    return values


People = Annotated[list[Email], AfterValidator(_once)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class TaskShape(Shape):
    name: Text
    owner: Email | None = None
    accountable: Email | None = Field(default=None, description="Who answers for it; left out: the lead")
    due: Day | None = None
    estimate: Estimate | None = None


class StageShape(Shape):
    dates: Dates | None = None
    budget: Amount | None = None
    trigger: Long = ""
    stop: Long = ""
    guardrail: Long = ""
    policy: Literal["sponsor", "automatic"] = "sponsor"
    check_in: Literal["week", "fortnight", "month", "never"] = Field(
        default="week", description="How often its people say how it goes"
    )
    checklist: Annotated[list[Text], AfterValidator(_once)] = []
    tasks: list[TaskShape] = []


class MilestoneShape(Shape):
    """A day that matters beside the gates."""

    name: Annotated[
        str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True), AfterValidator(_one_line)
    ]
    on: Day


class InitiativeShape(Shape):
    key: Key
    name: Text
    area: Text | None = None
    sponsor: Email | None = None
    lead: Email | None = None
    team: People = []
    consulted: People = Field(default=[], description="Asked before it is decided")
    viewers: People = Field(default=[], description="Told what happens, and may see it where it is restricted")
    restricted: bool = False
    needs: Annotated[list[Key], AfterValidator(_once)] = []
    spending: Key | None = Field(default=None, description="The KPI that counts the money spent")
    stage: Key | None = None
    state: Literal["proposed", "active", "paused", "stopped", "finished"] = "active"
    hypothesis: Long = ""
    crawl: StageShape | None = None
    walk: StageShape | None = None
    run: StageShape | None = None
    stages: dict[Key, StageShape] = Field(default={}, description="The stages of a ladder of your own")
    milestones: list[MilestoneShape] = Field(default=[], description="Days that matter beside the gates")

    def plan(self) -> dict[str, StageShape]:
        """Every stage that the file plans, by its key."""
        gaits = {"crawl": self.crawl, "walk": self.walk, "run": self.run}
        return {key: stage for key, stage in gaits.items() if stage is not None} | self.stages


class KeyResultShape(Shape):
    kpi: Key
    target: Number
    due: Day | None = None


class ObjectiveShape(Shape):
    key: Key
    name: Text
    outcome: Long = ""
    owner: Email | None = None
    key_results: list[KeyResultShape] = []
    initiatives: list[InitiativeShape] = []


class AreaRolesShape(Shape):
    """What people are in every initiative of an area."""

    sponsor: Email | None = None
    lead: Email | None = None
    team: People = []
    consulted: People = []
    viewers: People = []


class AreaShape(Shape):
    """What one area of a KPI began at and should reach."""

    baseline: Number | None = None
    target: Number | None = None


class KpiShape(Shape):
    name: Text
    definition: Long = ""
    kind: Literal["proportion", "mean", "ratio", "count", "level"]
    unit: Annotated[str, StringConstraints(max_length=30)] = ""
    direction: Literal["up", "down", "within"] = "up"
    every: Literal["day", "week", "month", "quarter"]
    baseline: Number | None = None
    target: Number | None = None
    tolerance: Number | None = None
    owner: Email | None = None
    source: Key | None = None
    sql: Long = ""
    query: Long = Field(default="", description="The same as sql, where the source's language isn't SQL")
    measure: MeasureShape | None = Field(default=None, description="What is counted, declared without SQL")
    split_by: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] = Field(
        default="", description="The column that holds the area: one series an area"
    )
    areas: dict[Text, AreaShape] = Field(default={}, description="Further areas, and the numbers of each")
    since: Day | None = Field(default=None, description="Nothing before this day is pulled")
    lookback: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        default=None, description="How many known periods are pulled again; left out: all, each time"
    )
    due_after: Annotated[int, Field(ge=0, le=366)] | None = Field(
        default=None, description="Days from the end of a period until its value is owed"
    )


class SourceShape(Shape):
    """A source with more to say than where it is."""

    at: Text
    at_once: Annotated[int, Field(ge=1, le=32)] = 1
    options: dict[str, Any] = {}


class RungShape(Shape):
    key: Key
    name: Text


class CalendarShape(Shape):
    """How the periods of KPIs are cut."""

    zone: Zone | None = None
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = "monday"
    fiscal_start: Literal[
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ] = "january"  # fmt: skip


class HeadShape(Shape):
    key: Key
    name: Text
    period: Dates | None = None
    vision: Long = ""
    calendar: CalendarShape = CalendarShape()
    stages: list[RungShape] | None = Field(default=None, description="The ladder, where it isn't crawl, walk, run")
    groups: dict[Key, Annotated[list[Email], AfterValidator(_once)]] = Field(
        default={}, description="Who decides beside the sponsors"
    )
    gates: dict[Key, Text] = Field(
        default={}, description="Who decides at the gate of a stage, as 'sponsor and finance' or '2 of board'"
    )


class StrategyFile(Shape):
    gaitway: Literal[1] = Field(description="The version of this format")
    strategy: HeadShape
    people: dict[Email, Text] = {}
    areas: dict[Text, AreaRolesShape] = Field(default={}, description="Who is what in all initiatives of an area")
    sources: dict[Key, Text | SourceShape] = {}
    kpis: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")], KpiShape] = {}
    objectives: list[ObjectiveShape] = []


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the file, so that editors complete it."""
    schema = StrategyFile.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Gaitway strategy file"}
