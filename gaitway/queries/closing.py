"""How the evidence on a criterion closed in, day by day, up to a verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from gaitway.engine import evidence, periods, triggers
from gaitway.engine.facts import Moment
from gaitway.engine.following import Followed, follow
from gaitway.engine.logic import Outcome
from gaitway.engine.proofs import asked
from gaitway.engine.rules import Ask, Control, Rule, Target
from gaitway.engine.series import Series
from gaitway.engine.tracks import OUTCOMES
from gaitway.models import Evaluation, Kpi, StageChange
from gaitway.queries import observations
from gaitway.queries.gates import parsed
from gaitway.queries.stages import standing
from gaitway.queries.values import Closing, Look, Mark
from gaitway.queries.words import closing as words

DRAWN = 20  # looks; each needs an interval of its own
Sure = triggers.Compare | triggers.Between | triggers.Improves


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
    series = {name: found[kpi.pk] for name, kpi in kpis.items()}
    when = _moment(shown, changes)
    made = ((triggers.show(leaf), _closing(leaf, share, series, when)) for leaf, share in sure)
    return {text: closing for text, closing in made if closing}


def _moment(shown: Evaluation, changes: Sequence[StageChange]) -> Moment:
    stood = standing(changes, shown.as_of)
    started, ends = date.fromisoformat(shown.spec["started"]), shown.spec["ends"]
    begun = stood.begun if stood else started
    return Moment(shown.as_of, started, date.fromisoformat(ends) if ends else None, begun=begun)


def _closing(leaf: Sure, share: int, series: Mapping[str, Series], when: Moment) -> Closing | None:
    """None where nothing of the KPI was known."""
    followed = follow(leaf, series, when, share)
    if followed is None or followed.ask is None:
        return None
    run, rule = followed.run, followed.rule
    size = periods.last_complete(when.as_of, run.spec.cadence) - run.first + 1
    seen = np.flatnonzero(run.present[: max(size, 0)])
    if not len(seen):
        return None
    last = int(seen[-1])
    outcome = followed.track.outcome[0, : last + 1]
    picked = set(seen[np.linspace(0, len(seen) - 1, min(DRAWN, len(seen))).round().astype(int)].tolist())
    verdict, fell = OUTCOMES[int(outcome[-1])], None
    if verdict is not Outcome.UNKNOWN:
        turned = np.flatnonzero(outcome != outcome[-1])
        since = int(turned[-1]) + 1 if len(turned) else 0
        picked.add(since)
        day = periods.end(run.first + since, run.spec.cadence)
        fell = Mark(day, words.verdict(verdict, day))
    looks = _against(rule, followed, sorted(picked)) if isinstance(rule, Control) else _alone(followed, sorted(picked))
    top = rule.high if isinstance(rule, Target) and rule.op == "in" else None
    return Closing(looks, _op(rule), top, verdict, fell, _both(followed, followed.ask, last))


def _alone(followed: Followed, picked: Sequence[int]) -> list[Look]:
    """By the same process that gives the verdict."""
    run, rule, ask = followed.run, followed.rule, followed.ask
    assert isinstance(rule, Target) and ask is not None  # noqa: S101, PT018  # the caller has looked
    kind, cadence, alpha = run.spec.kind, run.spec.cadence, ask.alpha / len(rule.sides())
    if ask.ends is not None:
        lows, highs = evidence.bounds(kind, cadence, run.values, alpha=alpha, plan=ask.plan, ends=ask.ends)
        return [_look(followed, look, float(lows[look]), float(highs[look]), rule.low) for look in picked]
    found = []
    for look in picked:
        known = run.values[: look + 1]
        low, high = evidence.interval(kind, cadence, known, alpha=alpha, plan=ask.plan, window=ask.window)
        found.append(_look(followed, look, low, high, rule.low))
    return found


def _against(rule: Control, followed: Followed, picked: Sequence[int]) -> list[Look]:
    """A running control moves what is wanted; the interval is that of the difference to it."""
    run, ask = followed.run, followed.ask
    assert ask is not None  # noqa: S101  # the caller has looked
    wanted, found = rule.wanted(run.values[None], ask.window)[0], []
    for look in picked:
        known, control = run.values[: look + 1], rule.control[0, : look + 1]
        gap = evidence.control.interval(
            run.spec.kind, run.spec.cadence, known, control, rule.factor, alpha=ask.alpha, plan=ask.plan
        )
        goal = float(wanted[look])
        low, high = (None if side is None else goal + side for side in gap)
        found.append(_look(followed, look, low, high, goal))
    return found


def _look(followed: Followed, look: int, low: float | None, high: float | None, wanted: float) -> Look:
    day = periods.end(followed.run.first + look, followed.run.spec.cadence)
    return Look(day, _finite(followed.track.value[0, look]), _finite(low), _finite(high), _finite(wanted))


def _both(followed: Followed, ask: Ask, last: int) -> str:
    """Where the criterion is judged by the stage's end: what that test says, and what the one at any time does."""
    if ask.ends is None:
        return ""
    run = followed.run
    known = run.values[None, : last + 1]

    def fallen(ask: Ask) -> tuple[str, date | None]:
        for flags, name in zip(followed.rule.shown(known, ask), (Outcome.MET, Outcome.UNMET), strict=True):
            if flags[0, -1]:
                since = np.flatnonzero(~flags[0])
                return name, periods.end(run.first + (int(since[-1]) + 1 if len(since) else 0), run.spec.cadence)
        return Outcome.UNKNOWN, None

    return words.both(*fallen(replace(ask, ends=None)), *fallen(ask))


def _op(rule: Rule) -> str:
    """As the drawing of evidence takes it."""
    if isinstance(rule, Target):
        return "between" if rule.op == "in" else rule.op
    return ">=" if isinstance(rule, Control) and rule.up else "<="


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None
