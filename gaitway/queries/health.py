"""How an initiative stands: worked out from its latest evaluation and the calendar, never asked.

Unknown is never shown as good: an initiative is on track only where its trigger is met, or where every criterion that
can't be judged yet at least points the right way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from gaitway.engine.burning import too_fast
from gaitway.engine.logic import Outcome, Proposal, Why
from gaitway.engine.stages import State
from gaitway.engine.triggers import Compare, Done, Improves
from gaitway.models import Evaluation
from gaitway.queries.gates import parsed

ON_TRACK, AT_RISK, OFF_TRACK, NO_DATA = "on_track", "at_risk", "off_track", "no_data"
STATES = (OFF_TRACK, NO_DATA, AT_RISK, ON_TRACK)  # worst first
NEARLY_OVER = 0.75  # of the stage's time


@dataclass(frozen=True, slots=True)
class Standing:
    """How an initiative stands, and the day from which it is off track if nothing else happens."""

    state: str
    off_from: date | None = None

    def on(self, day: date) -> str:
        return OFF_TRACK if self.off_from is not None and day >= self.off_from else self.state


class Placed(Protocol):
    """An initiative, as far as its standing asks."""

    @property
    def state(self) -> str: ...
    @property
    def stage_since(self) -> date | None: ...


class Judged(Protocol):
    """A stage, as far as the standing of its initiative asks."""

    @property
    def ends(self) -> date | None: ...
    @property
    def latest(self) -> Evaluation | None: ...


def health(initiative: Placed, stage: Judged | None, today: date) -> str:
    """One of STATES for an active initiative; for any other, its state."""
    return standing(initiative, stage).on(today)


def standing(initiative: Placed, stage: Judged | None) -> Standing:
    """The same of every day: time alone can only make it worse, and only once."""
    if initiative.state != State.ACTIVE:
        return Standing(str(initiative.state))
    latest = stage.latest if stage else None
    if stage is None or latest is None or not latest.findings["trigger"]:
        return Standing(NO_DATA)
    if latest.proposal in (Proposal.STOP, Proposal.BACK) or latest.guard_outcome == Outcome.UNMET:
        return Standing(OFF_TRACK)
    if latest.outcome == Outcome.MET:
        return Standing(ON_TRACK)
    findings = latest.findings["trigger"]
    if any(f["why"] in (Why.STALE, Why.NO_DATA) and f["kpi"] for f in findings):
        return Standing(NO_DATA)
    over = stage.ends + timedelta(days=1) if stage.ends is not None else None
    if latest.outcome == Outcome.UNMET:
        nearly = _nearly_over(stage, initiative) if _excluded(findings) else None
        return Standing(AT_RISK, min((day for day in (over, nearly) if day), default=None))
    fast = any(f.get("burn") and too_fast(f["burn"]) for f in findings)
    return Standing(ON_TRACK if not fast and all(_points_right(f) for f in findings) else AT_RISK, over)


def _nearly_over(stage: Judged, initiative: Placed) -> date | None:
    """The first day on which more than NEARLY_OVER of the stage's time is over."""
    if not stage.ends or not initiative.stage_since or stage.ends <= initiative.stage_since:
        return None
    whole = (stage.ends - initiative.stage_since).days
    return initiative.stage_since + timedelta(days=int(NEARLY_OVER * whole) + 1)


def _excluded(findings: list[Mapping[str, Any]]) -> bool:
    """The evidence, not only the estimate, speaks against a criterion."""
    return any(f["outcome"] == Outcome.UNMET and f["confidence"] for f in findings)


def _points_right(finding: Mapping[str, Any]) -> bool:
    if finding["outcome"] != Outcome.UNKNOWN:
        return bool(finding["outcome"] == Outcome.MET)
    leaf = parsed(finding["criterion"])
    if isinstance(leaf, Done) or not finding["kpi"]:
        return True  # what people still have to do is no bad sign while there is time
    estimate, wanted = finding["estimate"], finding["wanted"]
    if estimate is None or wanted is None:
        return False
    if isinstance(wanted, list):
        return bool(wanted[0] <= estimate <= wanted[1])
    down = isinstance(leaf, Compare) and leaf.op in ("<", "<=")
    if isinstance(leaf, Improves):
        return True
    return bool(estimate <= wanted if down else estimate >= wanted)
