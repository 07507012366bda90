"""What answers and requests are made of. Answers name every field that leaves the house; requests refuse any that
isn't known, and take no number for a text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.urls import register_converter
from django.urls.converters import StringConverter
from django.utils import timezone
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from gaitway.lib import days
from gaitway.models import Person as PersonRow


class Pair(StringConverter):
    """strategy/kpi or strategy/initiative."""

    regex = "[^/]+/[^/]+"


class Triple(StringConverter):
    """strategy/initiative/stage."""

    regex = "[^/]+/[^/]+/[^/]+"


register_converter(Pair, "pair")
register_converter(Triple, "triple")


def viewer(request: HttpRequest) -> PersonRow:
    """Who asks; the door let nobody else in."""
    assert isinstance(request.user, PersonRow)  # noqa: S101  # tells the type checker what the door guarantees
    request.user.day = timezone.localdate()
    return request.user


def shown_once(request: HttpRequest, *names: str) -> None:
    """These fields of the answer are secrets: the door keeps it for an Idempotency-Key without them."""
    request.shown_once = names  # type: ignore[attr-defined]  # for door.Door


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, populate_by_name=True)


class In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else days.parse(value)


def text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half of a character") from None
    return value


Day = Annotated[date, BeforeValidator(_day, json_schema_input_type=date), Field(strict=False)]
Reason = Annotated[str, StringConstraints(max_length=5000), AfterValidator(text)]
Line = Annotated[str, StringConstraints(max_length=300), AfterValidator(text)]


class Person(Out):
    person_id: int = Field(validation_alias="pk")
    name: str
    email: str


class KpiRef(Out):
    kpi_id: str = Field(validation_alias="key")
    name: str
    kind: str
    unit: str
    direction: str
    cadence: str


class Point(Out):
    day: date
    value: float | None
    low: float | None
    high: float | None
    sample: float | None


class Mark(Out):
    day: date
    label: str


class Step(Out):
    """One stage of the ladder. `status`: done, current, ahead, skipped or stopped; `earned`: the days between which it
    will be, in four of five futures."""

    key: str
    name: str
    status: str
    start: date | None
    end: date | None
    budget: float | None
    currency: str
    earned: tuple[date, date | None] | None
    provable: bool


class Finding(Out):
    """One line of a trigger with its numbers. `kind`: criterion, or any, all, not and at_least above their parts."""

    result: str
    label: str
    kind: str
    depth: int
    text: str
    reason: str
    kpi: KpiRef | None
    estimate: float | None
    low: float | None
    high: float | None
    confidence: float | None
    op: str
    wanted: float | None
    wanted_high: float | None
    sample: float | None
    periods: int | None
    sentence: str


class Expected(Out):
    """When the trigger will be met: the days of the 10, 25, 50, 75 and 90 % quantiles, null beyond `until`."""

    as_of: date
    sentence: str
    notes: list[str]
    days: list[date | None]
    until: date | None
    refused: str


class Decision(Out):
    choice: str
    by: Person
    at: datetime
    reason: str
    from_stage: str
    to_stage: str
    against_evidence: bool
    conditions: str
    due: date | None


class Target(Out):
    kind: str
    key: str | int
    name: str


class FeedItem(Out):
    at: datetime
    actor: Person | None
    kind: str
    text: str
    quote: str
    target: Target | None
    against_evidence: bool


class Provable(Out):
    state: str
    label: str
    sentence: str
    rests_on: str


class OnPaper(Out):
    stage: str
    as_of: date
    provable: bool
    lines: list[Provable]


class Responsibility(Out):
    """Who does what: of the initiative where `task_id` is null, else of the task. `fault`: where nobody is accountable."""

    what: str
    task_id: int | None = Field(validation_alias="task")
    responsible: list[Person]
    accountable: Person | None
    consulted: list[Person]
    informed: list[Person]
    fault: str


class Since(Out):
    """What changed since the last talk, decision or beginning of the stage, whichever was last (`why`, on `day`)."""

    day: date
    why: str
    lines: list[str]

    @field_validator("lines", mode="before")
    @classmethod
    def _words(cls, lines: list[tuple[str, str]]) -> list[str]:
        return [words for _tone, words in lines]
