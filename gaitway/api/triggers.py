"""The rules of a stage: looking at what one would write, and writing it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import triggers
from gaitway.models import Stage
from gaitway.queries import chances as proved
from gaitway.queries import triggers as asked

from .scopes import ACT
from .values import Finding, In, Out, Provable, Reason, text, viewer

router = Router()
Rule = Annotated[str, StringConstraints(max_length=4000), AfterValidator(text)]


class Fault(Out):
    line: int
    column: int
    message: str
    expected: list[str]
    suggestion: str


class Reading(Out):
    """A rule as it was read: its one form, in words, and what it says today; or the fault in it."""

    text: str
    canonical: str
    sentence: str
    outcome: str
    lines: list[Finding]
    fault: Fault | None


class TriggerProof(Out):
    """`half` and `most`: by when half and nine of ten pilots that are as good as expected have their verdict."""

    line: Provable
    by_stage_end: bool
    start: date
    half: date | None
    most: date | None
    table: list[tuple[str, str, str]]


class Chances(Out):
    proofs: list[TriggerProof]
    refused: str
    fired: str
    chance: list[str]
    turns: list[str]
    first: date | None
    last: date | None
    taken: list[str]
    untried: str


class Rules(Out):
    """`version` is that of the rules that are kept: send it back with what you write."""

    stage_id: str
    version: str
    can_write: bool
    begun: bool
    as_of: date
    judged: bool
    changed: bool
    trigger: Reading
    stop: Reading
    chances: Chances | None


class Writing(In):
    trigger: Rule
    stop: Rule
    reason: Reason = ""
    version: Annotated[str, Field(max_length=16)] | None = None


@router.get("/stages/{triple:stage_id}/rules", response=Rules)
def look(
    request: HttpRequest, stage_id: str, trigger: Rule | None = None, stop: Rule | None = None, chances: bool = False
) -> dict[str, object]:
    """A trigger and a stop rule as they would be read and judged today; those that are kept, where none are given. With
    `chances` what the stage's dates can prove and what history would have said: seconds."""
    stage = asked.find(viewer(request), stage_id)
    texts = (stage.trigger if trigger is None else trigger, stage.stop if stop is None else stop)
    return _rules(request, stage, *texts, chances=chances)


@router.put("/stages/{triple:stage_id}/rules", response=Rules, auth=ACT)
def write(request: HttpRequest, stage_id: str, writing: Writing) -> dict[str, object]:
    """Writes both rules. Where the stage has begun that is an amendment and needs a reason."""
    person = viewer(request)
    stage = asked.find(person, stage_id)
    triggers.write(stage, **writing.model_dump(), by=person, at=timezone.now())
    stage = asked.find(person, stage_id)
    return _rules(request, stage, stage.trigger, stage.stop)


def _rules(request: HttpRequest, stage: Stage, trigger: str, stop: str, *, chances: bool = False) -> dict[str, object]:
    person, today = viewer(request), timezone.localdate()
    room = asked.Room.of(person, stage)
    page, found = asked.page(person, stage, room), asked.look(stage, trigger, stop, room, today)
    names = ("as_of", "judged", "changed", "trigger", "stop")
    return {
        "stage_id": page.pk, "version": page.version, "can_write": page.can_write, "begun": page.begun,
        **{name: getattr(found, name) for name in names},
        "chances": proved.of(stage, trigger, room, today) if chances and found.fine else None,
    }  # fmt: skip
