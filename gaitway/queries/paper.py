"""Can the dates of a stage prove its trigger, as pages show it while the stage is still on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gaitway.engine.logic import Outcome
from gaitway.engine.phrases import Phrase
from gaitway.engine.proofs import Proof
from gaitway.engine.stages import State
from gaitway.models import Forecast, Initiative, Kpi, Stage
from gaitway.queries.coming import About, Kept, measured
from gaitway.queries.gates import parsed
from gaitway.queries.proofs import Proved
from gaitway.queries.words import findings, proofs


@dataclass(frozen=True, slots=True)
class Provable:
    """One criterion on paper. `state`: yes, no or unknown."""

    state: str
    label: str
    sentence: str
    rests_on: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Whether the dates of a stage can prove what its trigger asks for, as it was kept."""

    stage: str
    as_of: date
    lines: Sequence[Provable]

    @property
    def provable(self) -> bool:
        """Nothing in it is known to be out of reach."""
        return all(line.state != "no" for line in self.lines)


def on_paper(stage: Stage, name: str, made: Forecast | None, kpis: Mapping[str, Kpi]) -> OnPaper | None:
    """None where none was kept of the stage as it is planned now."""
    if made is None or made.numbers["spec"] != _plan(stage):
        return None
    return OnPaper(name, made.as_of, [provable(_proved(row), kpis) for row in made.numbers["proofs"]])


def papers(initiative: Initiative, here: Stage | None, kept: Kept) -> dict[str, OnPaper]:
    """By stage: the present one while its trigger isn't met, and those ahead. From prefetched stages."""
    if initiative.state in (State.STOPPED, State.FINISHED):
        return {}
    ladder, stages = initiative.ladder, {stage.key: stage for stage in initiative.stages.all()}
    met = here is not None and here.latest is not None and here.latest.outcome == Outcome.MET
    first = ladder.position(here.key) + met if here else 0
    found = {}
    for rung in ladder.rungs[first:]:
        if stage := stages.get(rung.key):
            kpis = stage.read()
            if paper := on_paper(stage, rung.name, kept.get((stage.pk, About.PROOF)), kpis):
                found[rung.key] = paper
    return found


def provable(proved: Proved, kpis: Mapping[str, Kpi]) -> Provable:
    """`kpis` by the names that stand in the trigger."""
    leaf, like = parsed(proved.criterion), measured(kpis.get(proved.kpi))
    state = {True: "yes", False: "no", None: "unknown"}[proved.provable]
    named = {proved.kpi: like} if like else {}
    label = findings.label(leaf, named) if leaf else proved.criterion  # type: ignore[arg-type]  # it is one criterion
    like = like or findings.PLAIN
    return Provable(state, label, proofs.sentence(proved, like), proofs.rests_on(proved, like))


def _proved(row: Mapping[str, Any]) -> Proved:
    """From as it is kept."""

    def read(numbers: Mapping[str, Any] | None) -> Proof | None:
        return Proof(**{**numbers, "days": tuple(numbers["days"])}) if numbers else None

    named = {name: row[name] for name in ("criterion", "kpi", "by_stage_end", "history")}
    missing = Phrase.of(row["said"]) if "said" in row else row["missing"] or ""
    return Proved(**named, proof=read(row["proof"]), other=read(row["other"]), missing=missing)


def _plan(stage: Stage) -> dict[str, str]:
    """As `actions.forecasts.keep_proof` keeps it."""
    return {"trigger": stage.trigger, "starts": str(stage.starts), "ends": str(stage.ends)}
