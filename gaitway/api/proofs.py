from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import Field, StringConstraints

from gaitway.actions import Refused
from gaitway.queries import proofs, reviews
from gaitway.queries.words import findings
from gaitway.queries.words import proofs as words

from .values import Out, viewer

router = Router()
Texts = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100)]], Query(max_length=20, default_factory=list)
]


class Proof(Out):
    """What the test can show in the stage's dates. `days`: the median and the 90 % quantile of the day of the verdict, null
    beyond three times the dates; `missed`: the chance that a pilot as good as expected isn't shown to be; `wrong`: that
    one which is only just at the target is; `smallest`: the least value that 80 % of pilots would show."""

    expected: float
    target: float
    traffic: float
    days: tuple[int | None, int | None]
    missed: float
    wrong: float
    smallest: float | None
    length: int
    provable: bool


class ProofCriterion(Out):
    """`proof` as the criterion is written, `other` with the other test: by the stage's end, or at any time. `missing` says
    why there is none; `history` from how many periods traffic and spread are known; `guessed`: nobody named the expected
    value."""

    criterion: str
    kpi_id: str
    by_stage_end: bool
    history: int
    guessed: bool
    provable: bool | None
    sentence: str
    rests_on: str
    missing: str
    proof: Proof | None
    other: Proof | None


class StageEvidence(Out):
    """Whether the dates of a stage are long enough to prove its trigger; without criteria it asks for no confidence."""

    stage_id: str
    first: date = Field(validation_alias="from")
    last: date | None = Field(validation_alias="to")
    provable: bool
    criteria: list[ProofCriterion]


@router.get("/stages/{triple:stage_id}/evidence", response=StageEvidence)
def evidence(request: HttpRequest, stage_id: str, expect: Texts, traffic: Texts, spread: Texts) -> dict[str, object]:
    """Can this pilot prove it? `expect`, `traffic` and `spread` are VALUE or KPI=VALUE: what is expected, the sample of a
    period, the standard deviation; what isn't given is taken from history."""
    stage, today = reviews.find(viewer(request), stage_id), timezone.localdate()
    try:
        assumed = proofs.assumed(stage, expect, traffic, spread)
    except proofs.CantAssume as error:
        raise Refused(f"query {error}") from None
    when, kpis = proofs.moment(stage, today), stage.read()
    found = proofs.of(stage, today, assumed)
    criteria = []
    for each in found:
        kpi = kpis[each.kpi]
        measured = findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every)
        told = {"sentence": words.sentence(each, measured), "rests_on": words.rests_on(each, measured)}
        names = ("criterion", "by_stage_end", "history", "guessed", "provable", "missing", "proof", "other")
        said = {name: getattr(each, name) for name in names}
        criteria.append({"kpi_id": f"{kpi.strategy.key}/{kpi.key}", **told, **said})
    return {
        "stage_id": stage_id, "from": when.started, "to": when.ends,
        "provable": bool(found) and all(each.provable for each in found), "criteria": criteria,
    }  # fmt: skip
