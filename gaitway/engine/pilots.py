"""Pilots as they might go in a stage's dates, judged by the gate's own rule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from . import periods
from .facts import Moment
from .following import follow
from .futures import Habit, continued, drawn
from .kpis import Direction, Kind, KpiSpec
from .phrases import Phrase
from .rules import Ask, Control, Rule
from .series import Floats, Series
from .tracks import track
from .triggers.check import number
from .triggers.tree import Compare, Improves

PILOTS = 400
LONGEST = 1100  # periods that are simulated
WORTH = 0.1  # an effect nobody named: a tenth better than the target
BEYOND = 3  # so many times the stage's dates are simulated, for verdicts that come too late
PORTIONS = (8, 4, 2, 1)
# By the unit of the cadence, as a sentence needs it.
A_UNIT = {"day": Phrase("a day"), "week": Phrase("a week"), "month": Phrase("a month"), "quarter": Phrase("a quarter")}
UNITS = {"day": Phrase("days"), "week": Phrase("weeks"), "month": Phrase("months"), "quarter": Phrase("quarters")}
HOLDS_NO = {
    "day": Phrase("the stage holds no whole day"),
    "week": Phrase("the stage holds no whole week"),
    "month": Phrase("the stage holds no whole month"),
    "quarter": Phrase("the stage holds no whole quarter"),
}


class CantSay(ValueError):
    """What is missing for an answer; the message names it and says how to give it."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a person says of a pilot: the value they expect, the sample of a period, and the standard deviation of the
    values (of a mean) or of the periods (of a ratio and a level). None where history shall tell."""

    expected: float | None = None
    traffic: float | None = None
    spread: float | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Pilots:
    """`count` pilots of a criterion that wants `target`, `length` periods long and followed for `horizon` ones. They
    have the same luck whatever the truth. `base` is what the control of a comparison truly is."""

    leaf: Compare | Improves
    spec: KpiSpec
    habit: Habit
    moment: Moment
    target: float
    expected: float
    base: float | None
    first: int
    length: int
    horizon: int
    rule: Rule
    ask: Ask
    count: int
    seed: int

    @classmethod
    def of(
        cls,
        leaf: Compare | Improves,
        spec: KpiSpec,
        habit: Habit | None,
        moment: Moment,
        assumed: Assumed = Assumed(),
        *,
        past: Series | None = None,
        share: int = 1,
        count: int = PILOTS,
        seed: int = 0,
    ) -> Pilots:
        """Of the stage from `started` to `ends`. `habit` is how the KPI has behaved so far, `past` what a baseline was
        measured on; of a KPI that is compared with another, the baseline of `spec` is what that one will be. Of
        `share` criteria each has its part of the error. Raises CantSay."""
        if leaf.qualifiers.confidence is None:
            raise CantSay(
                Phrase("it asks for no confidence, so there is nothing to prove: it is met as soon as the number is")
            )
        if moment.ends is None:
            raise CantSay(Phrase("the stage has no dates: give it a span such as 2026-01-01/2026-03-31"))
        if moment.ends < moment.started:
            words = {"began": moment.started, "ends": moment.ends}
            raise CantSay(
                Phrase("the stage began on %(began)s, after its last day %(ends)s: give it new dates", **words)
            )
        target, up = _wanted(leaf, spec)
        habit = _behaves(spec, habit, assumed, target)
        expected = _expected(spec, target, up) if assumed.expected is None else assumed.expected
        if expected == target or (expected > target) != up:
            values = {"value": _written(expected, spec), "target": _written(target, spec)}
            above = Phrase(
                "the expected value %(value)s isn't above the target %(target)s: no pilot can prove that", **values
            )
            below = Phrase(
                "the expected value %(value)s isn't below the target %(target)s: no pilot can prove that", **values
            )
            raise CantSay(above if up else below)
        first = periods.first_whole(moment.started, spec.cadence)
        length = min(periods.last_complete(moment.ends, spec.cadence) - first + 1, LONGEST)
        if length < 1:
            raise CantSay(HOLDS_NO[spec.cadence.unit.value])
        rule, ask = _judged_by(leaf, spec, target, moment, past or Series.of(spec, {}), share)
        base = spec.baseline if isinstance(leaf, Improves) and leaf.other else None
        horizon = min(length * BEYOND, LONGEST)
        return cls(leaf, spec, habit, moment, target, expected, base, first, length, horizon, rule, ask, count, seed)

    def shown(self, truth: float) -> float:
        """The share of pilots that are judged met by the stage's end."""
        return float((self.met(truth, self.length) <= self.length).mean())

    def met(self, truth: float, horizon: int) -> Floats:
        """After how many periods each pilot is judged met, infinite where it isn't: shape (count,). In growing
        portions of the horizon, since a pilot that is met needn't be followed any further."""
        random = np.random.default_rng(self.seed)
        control = np.empty(0) if self.base is None else self._drawn(self.base, random)
        values = self._drawn(truth, random)
        found = np.full(self.count, np.inf)
        for portion in PORTIONS:
            size, left = horizon // portion, np.flatnonzero(np.isinf(found))
            if not size or not len(left):
                continue
            rule = self.rule
            if isinstance(rule, Control):
                rule = replace(rule, control=control[left, :size])
            met = track(self.spec, values[left, :size], rule, self.leaf.qualifiers, self.ask).outcome == 1
            found[left] = np.where(met.any(axis=1), met.argmax(axis=1) + 1.0, np.inf)
        return found

    def _drawn(self, truth: float, random: np.random.Generator) -> Floats:
        """Periods with this true value: shape (count, horizon, numbers of the kind)."""
        habit = self.habit
        if habit.kind in (Kind.PROPORTION, Kind.COUNT, Kind.MEAN):
            return drawn(habit, np.full(self.count, truth), self.horizon, random)
        # `within` is the variance of a period; neighbours lean on one another as they have so far.
        noise = random.standard_normal((self.count, self.horizon))
        phi = (habit.effect - 1) / (habit.effect + 1)
        for period in range(1, self.horizon):
            noise[:, period] = phi * noise[:, period - 1] + np.sqrt(1 - phi**2) * noise[:, period]
        value: Floats = truth + np.sqrt(habit.within) * noise
        if habit.kind is Kind.LEVEL:
            return value[..., None]
        denominators = random.choice(habit.samples, value.shape)
        both: Floats = np.stack((value * denominators, denominators), axis=-1)
        return both


def _judged_by(
    leaf: Compare | Improves, spec: KpiSpec, target: float, moment: Moment, past: Series, share: int
) -> tuple[Rule, Ask]:
    """As the gate will make them: from what came before the stage, and a first period in it."""
    first = periods.first_whole(moment.started, spec.cadence)
    row = np.array([{Kind.MEAN: (1.0, target, 1.0), Kind.LEVEL: (target,)}.get(spec.kind, (target, 1.0))])
    known = {leaf.kpi: continued(Series(spec, past.first, past.values), first, row)}
    if isinstance(leaf, Improves) and leaf.other:
        known[leaf.other] = continued(Series.of(replace(spec, key=leaf.other), {}), first, row)
    followed = follow(leaf, known, moment, share)
    if followed is None or followed.ask is None:
        raise CantSay(Phrase("nobody can say yet by what it will be judged"))
    return followed.rule, followed.ask


def _behaves(spec: KpiSpec, habit: Habit | None, assumed: Assumed, target: float) -> Habit:
    unit, traffic, spread = spec.cadence.unit.value, assumed.traffic, assumed.spread
    if traffic is not None and spec.kind is Kind.LEVEL:
        raise CantSay(Phrase("%(kpi)s is a level and has no traffic: leave --traffic out", kpi=spec.key))
    if spread is not None and spec.kind in (Kind.PROPORTION, Kind.COUNT):
        words = {"kpi": spec.key, "kind": spec.kind}
        raise CantSay(Phrase("%(kpi)s is a %(kind)s and spreads as its traffic makes it: leave --spread out", **words))
    if habit is None:
        if traffic is None and spec.kind in (Kind.PROPORTION, Kind.MEAN):
            words = {"kpi": spec.key, "a_week": A_UNIT[unit]}
            trials = Phrase(
                "%(kpi)s has too little history: say with --traffic how many trials %(a_week)s brings", **words
            )
            values = Phrase(
                "%(kpi)s has too little history: say with --traffic how many values %(a_week)s brings", **words
            )
            raise CantSay(trials if spec.kind is Kind.PROPORTION else values)
        if spread is None and spec.kind in (Kind.MEAN, Kind.RATIO, Kind.LEVEL):
            words = {"kpi": spec.key, "of": Phrase("values") if spec.kind is Kind.MEAN else UNITS[unit]}
            raise CantSay(
                Phrase(
                    "%(kpi)s has too little history: say with --spread the standard deviation of its %(of)s", **words
                )
            )
        samples = np.array([traffic or 1.0])
        return Habit(spec.kind, target, float(samples[0]), samples, 1.0, 1.0, (spread or 0.0) ** 2)
    if traffic is not None:
        # What moves all customers of a day weighs the more, the more of them there are.
        times = traffic / float(habit.samples.mean())
        habit = replace(habit, samples=habit.samples * times, dispersion=1 + (habit.dispersion - 1) * times)
    return habit if spread is None else replace(habit, within=spread**2)


def _wanted(leaf: Compare | Improves, spec: KpiSpec) -> tuple[float, bool]:
    """The target, and whether the good side is above it."""
    if isinstance(leaf, Compare):
        if leaf.op == "=":
            raise CantSay(Phrase("no evidence can show that a value is exactly this"))
        return number(leaf.value, spec), leaf.op in (">=", ">")
    up = spec.direction is not Direction.DOWN
    if spec.baseline is None:
        words = {"kpi": spec.key, "other": leaf.other}
        history = Phrase("%(other)s has no history to improve on: give %(kpi)s a baseline", **words)
        raise CantSay(
            history if leaf.other else Phrase("%(kpi)s has no baseline to improve on: give %(kpi)s a baseline", **words)
        )
    return spec.baseline + abs(spec.baseline) * float(leaf.by.amount) / 100 * (1 if up else -1), up


def _expected(spec: KpiSpec, target: float, up: bool) -> float:
    """The KPI's own target where it lies beyond what the trigger wants; else a tenth better."""
    if spec.target is not None and (spec.target > target) == up and spec.target != target:
        return spec.target
    if target == 0:
        raise CantSay(
            Phrase("a tenth better than 0 is 0: say with --expect which value of %(kpi)s you expect", kpi=spec.key)
        )
    better = target + abs(target) * WORTH * (1 if up else -1)
    return min(better, (target + 1) / 2) if spec.kind is Kind.PROPORTION else better


def _written(value: float, spec: KpiSpec) -> str:
    return f"{value * 100:g}%" if spec.kind is Kind.PROPORTION else f"{value:g}"
