"""How the evidence on a criterion closed in, day by day, up to a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from gaitway.engine import evidence, periods, triggers
from gaitway.engine.facts import Moment
from gaitway.engine.following import Followed, follow
from gaitway.engine.logic import Outcome
from gaitway.engine.proofs import asked
from gaitway.engine.rules import Ask, Control, Target
from gaitway.engine.series import Series
from gaitway.engine.tracks import OUTCOMES
from gaitway.models import Evaluation, Kpi, StageChange
from gaitway.queries import observations
from gaitway.queries.gates import parsed
from gaitway.queries.stages import standing
from gaitway.queries.values import Mark
from gaitway.queries.words import closing as words

DRAWN = 24  # looks; each needs an interval of its own
Sure = triggers.Compare | triggers.Between | triggers.Improves


@dataclass(frozen=True, slots=True)
class Look:
    """What was known at the end of `day`: the estimate, what the evidence didn't exclude, and what was wanted."""

    day: date
    value: float | None
    low: float | None
    high: float | None
    wanted: float | None


@dataclass(frozen=True, slots=True)
class Closing:
    """`verdict` is the day from which it has been what it is now, and `outcome` which; None and unknown before.
    `said`: both tests, where the criterion asks for the one by the stage's end."""

    looks: Sequence[Look]
    op: str
    wanted_high: float | None
    outcome: str
    verdict: Mark | None
    said: str


def of(shown: Evaluation, kpis: Mapping[str, Kpi], changes: Sequence[StageChange]) -> dict[str, Closing]:
    """By the text of each criterion of the trigger that asks for confidence, as far as it was known when it was judged.
    Two queries."""
    trigger = parsed(shown.spec["trigger"])
    sure = [
        (leaf, share)
        for leaf, share, _denied in (asked(trigger) if trigger else ())
        if isinstance(leaf, Sure) and leaf.qualifiers.confidence
    ]
    if not sure:
        return {}
    found = observations.series(list(kpis.values()), known_at=shown.at)
    series = {kpi.key: found[kpi.pk] for kpi in kpis.values()}
    when = _moment(shown, changes)
    made = ((triggers.show(leaf), _closing(leaf, share, series, when)) for leaf, share in sure)
    return {text: closing for text, closing in made if closing}


def _moment(shown: Evaluation, changes: Sequence[StageChange]) -> Moment:
    stood = standing(changes, shown.as_of)
    started, ends = date.fromisoformat(shown.spec["started"]), shown.spec["ends"]
    begun = stood.begun if stood else started
    return Moment(shown.as_of, started, date.fromisoformat(ends) if ends else None, begun=begun)


def _closing(leaf: Sure, share: int, series: Mapping[str, Series], when: Moment) -> Closing | None:
    followed = follow(leaf, series, when, share)
    if followed is None or followed.ask is None:
        return None
    run, rule = followed.run, followed.rule
    size = min(periods.last_complete(when.as_of, run.spec.cadence) - run.first + 1, len(run.values))
    seen = np.flatnonzero(run.present[: max(size, 0)])
    if not len(seen):
        return None
    outcome = followed.track.outcome[0, : seen[-1] + 1]
    turned = np.flatnonzero(outcome != outcome[-1])
    since = int(turned[-1]) + 1 if len(turned) else 0
    picked = set(seen[np.linspace(0, len(seen) - 1, min(DRAWN, len(seen))).round().astype(int)].tolist())
    verdict = OUTCOMES[int(outcome[-1])]
    fell = None
    if verdict is not Outcome.UNKNOWN:
        picked.add(since)
        day = periods.end(run.first + since, run.spec.cadence)
        fell = Mark(day, words.verdict(verdict, day))
    return Closing(
        _looks(followed, followed.ask, sorted(picked)), _op(followed), followed.rule.high if _op(followed) == "between" else None,
        verdict, fell, _both(followed, followed.ask, int(seen[-1])),
    )  # fmt: skip


def _looks(followed: Followed, ask: Ask, picked: Sequence[int]) -> list[Look]:
    run, rule = followed.run, followed.rule
    kind, cadence, values = run.spec.kind, run.spec.cadence, run.values
    if isinstance(rule, Control):
        wanted = rule.wanted(values[None], ask.window)[0]
    else:
        wanted = np.full(len(values), rule.low)  # type: ignore[attr-defined]  # the other rule
    alpha = ask.alpha / (len(rule.sides()) if isinstance(rule, Target) else 1)
    ends = None
    if ask.ends is not None and isinstance(rule, Target):
        ends = evidence.bounds(kind, cadence, values, alpha=alpha, plan=ask.plan, ends=ask.ends)

    def interval(look: int) -> tuple[float | None, float | None]:
        """The same process that gives the verdict, at this look."""
        known = values[: look + 1]
        if ends is not None:
            return float(ends[0][look]), float(ends[1][look])
        if isinstance(rule, Control):
            control = rule.control[0, : look + 1]
            gap = evidence.control.interval(kind, cadence, known, control, rule.factor, alpha=alpha, plan=ask.plan)
            return tuple(None if side is None else float(wanted[look]) + side for side in gap)  # type: ignore[return-value]
        return evidence.interval(kind, cadence, known, alpha=alpha, plan=ask.plan, window=ask.window)

    return [
        Look(
            periods.end(run.first + look, cadence), _finite(followed.track.value[0, look]),
            *map(_finite, interval(look)), _finite(wanted[look]),
        )
        for look in picked
    ]  # fmt: skip


def _both(followed: Followed, ask: Ask, last: int) -> str:
    """Where the criterion is judged by the stage's end: what that test says, and what the one at any time does."""
    if ask.ends is None:
        return ""
    run = followed.run

    def fallen(ask: Ask) -> tuple[str, date | None]:
        met, unmet = (side[0, : last + 1] for side in followed.rule.shown(run.values[None, : last + 1], ask))
        for flags, name in ((met, "met"), (unmet[-1:].repeat(len(unmet)) & unmet, "unmet")):
            if flags[-1]:
                return name, periods.end(run.first + int(np.argmax(flags)), run.spec.cadence)
        return "unknown", None

    return words.both(*fallen(replace(ask, ends=None)), *fallen(ask))


def _op(followed: Followed) -> str:
    """As the drawing of evidence takes it."""
    rule = followed.rule
    if isinstance(rule, Target):
        return "between" if rule.op == "in" else rule.op
    return ">=" if isinstance(rule, Control) and rule.up else "<="


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
