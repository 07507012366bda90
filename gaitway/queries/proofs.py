"""Can the stage's dates prove its trigger?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from gaitway.engine import periods, triggers
from gaitway.engine.facts import Moment
from gaitway.engine.following import YEAR
from gaitway.engine.forecasts import NEEDED
from gaitway.engine.futures import Habit
from gaitway.engine.kpis import KpiSpec
from gaitway.engine.phrases import Phrase
from gaitway.engine.pilots import PILOTS, Assumed, CantSay, Pilots
from gaitway.engine.proofs import Proof, asked, proof
from gaitway.engine.series import Series
from gaitway.models import Stage
from gaitway.queries import observations
from gaitway.queries.gates import parsed
from gaitway.queries.stages import standing

SIZES, LARGEST = ("traffic", "spread"), 1e12
Leaf = triggers.Compare | triggers.Between | triggers.Improves


class CantAssume(ValueError):
    """What somebody expects can't be understood; the message begins with the name of what was given."""


@dataclass(frozen=True, slots=True)
class Proved:
    """A criterion with confidence: what its test can show in the stage's dates, as it is written and with the other
    test, which looks by the stage's end where it is written for any time, and the other way round. `history`: from how
    many periods traffic and spread are known. `guessed`: nobody named the expected value. `missing`: why there is no
    answer."""

    criterion: str
    kpi: str
    by_stage_end: bool
    history: int
    guessed: bool = False
    proof: Proof | None = None
    other: Proof | None = None
    missing: str = ""

    @property
    def provable(self) -> bool | None:
        return self.proof.provable if self.proof else None

    def as_json(self) -> dict[str, Any]:
        """Absent is null; `proof` and `other` have the fields of the engine's Proof."""
        return {**asdict(self), "provable": self.provable, "missing": self.missing or None}


def of(stage: Stage, as_of: date, assumed: Mapping[str, Assumed] | None = None, *, count: int = PILOTS) -> list[Proved]:
    """Every criterion of the stage's trigger that asks for confidence. `assumed` by the key of the KPI."""
    trigger = parsed(stage.trigger)
    if trigger is None:
        return []
    kpis = stage.read()
    found = observations.series(list(kpis.values()))
    return proved(trigger, {name: found[kpi.pk] for name, kpi in kpis.items()}, moment(stage, as_of), assumed, count)


def proved(
    trigger: triggers.Trigger,
    series: Mapping[str, Series],
    when: Moment,
    assumed: Mapping[str, Assumed] | None = None,
    count: int = PILOTS,
) -> list[Proved]:
    """The same of any trigger, from the `series` of the KPIs that it reads, by the names that stand in it."""
    return [_proved(*each, series, when, (assumed or {}).get(each[0].kpi, Assumed()), count) for each in sure(trigger)]


def assumed(
    stage: Stage, expect: Sequence[str] = (), traffic: Sequence[str] = (), spread: Sequence[str] = ()
) -> dict[str, Assumed]:
    """By KPI, what somebody expects, written as VALUE or KPI=VALUE: its value as in a trigger, the sample of a period,
    the standard deviation. Raises CantAssume."""
    trigger = parsed(stage.trigger)
    keys = dict.fromkeys(leaf.kpi for leaf, _share, _denied in sure(trigger)) if trigger else {}
    specs = {name: kpi.spec() for name, kpi in stage.read().items() if name in keys}
    values = _by_kpi("expect", expect, specs)
    sizes = {name: _by_kpi(name, texts, specs) for name, texts in zip(SIZES, (traffic, spread), strict=True)}
    return {
        key: Assumed(
            _value(values[key], spec) if key in values else None,
            *(_size(name, sizes[name].get(key)) for name in SIZES),
        )
        for key, spec in specs.items()
    }


def moment(stage: Stage, as_of: date) -> Moment:
    """When the stage began and shall end; as it is planned where the initiative isn't in it."""
    stood = standing(list(stage.initiative.changes.order_by("number")), as_of)
    here = stood is not None and stood.place.stage == stage.key
    started = stood.since if stood and here else stage.starts or as_of
    return Moment(as_of, started, stage.ends, begun=stood.begun if stood and stood.place.stage else None)


def sure(trigger: triggers.Trigger) -> Iterator[tuple[Leaf, int, bool]]:
    """The criteria that ask for confidence, as `engine.proofs.asked` gives them."""
    for leaf, share, denied in asked(trigger):
        if isinstance(leaf, Leaf) and leaf.qualifiers.confidence:
            yield leaf, share, denied


def pilots(
    leaf: Leaf, share: int, denied: bool, series: Mapping[str, Series], when: Moment, assumed: Assumed, count: int
) -> Pilots:
    """`series` by key, of every KPI that the trigger reads. The last year tells how they behave. Raises CantSay."""
    if denied:
        raise CantSay(Phrase("it stands under 'not': write the comparison the other way round"))
    if isinstance(leaf, triggers.Between):
        raise CantSay(Phrase("a range has to be shown from both sides: ask for each of them in a stage of its own"))
    history = series[leaf.kpi]
    spec = history.spec
    if isinstance(leaf, triggers.Improves) and leaf.other:
        other = series[leaf.other]
        if other.spec.cadence is not spec.cadence:
            words = {"kpi": spec.key, "other": leaf.other}
            raise CantSay(Phrase("%(kpi)s and %(other)s don't have their values equally often", **words))
        will_be, _ = recent(other, when.as_of).pooled()
        spec = replace(spec, baseline=spec.baseline if will_be is None else will_be)
    return Pilots.of(leaf, spec, habit(history, when.as_of), when, assumed, past=history, share=share, count=count)


def habit(history: Series, as_of: date) -> Habit | None:
    """None where too little is known to tell how a KPI spreads."""
    known = recent(history, as_of)
    return Habit.of(known) if np.count_nonzero(known.present) >= NEEDED else None


def recent(history: Series, as_of: date) -> Series:
    """The year up to the end of `as_of`."""
    cadence = history.spec.cadence
    last = min(history.last or 0, periods.last_complete(as_of, cadence))
    return history.between(max(history.first, last - int(YEAR / cadence.days) + 1), last)


def _proved(
    leaf: Leaf, share: int, denied: bool, series: Mapping[str, Series], when: Moment, assumed: Assumed, count: int
) -> Proved:
    confidence = leaf.qualifiers.confidence
    by_stage_end = confidence is not None and confidence.by_stage_end
    size = int(np.count_nonzero(recent(series[leaf.kpi], when.as_of).present))
    found = Proved(triggers.show(leaf), leaf.kpi, by_stage_end, size if size >= NEEDED else 0)

    def shown(leaf: Leaf) -> Proof:
        return proof(pilots(leaf, share, denied, series, when, assumed, count))

    try:
        other = None if leaf.qualifiers.window else shown(_other(leaf))  # a window has no test by the stage's end
        named = {assumed.expected, series[leaf.kpi].spec.target}
        known = shown(leaf)
        return replace(found, proof=known, other=other, guessed=known.expected not in named)
    except CantSay as error:
        return replace(found, missing=error.args[0])


def _other(leaf: Leaf) -> Leaf:
    """The same criterion with the other test."""
    confidence = leaf.qualifiers.confidence
    assert confidence is not None  # noqa: S101  # only such criteria are asked
    changed = replace(confidence, by_stage_end=not confidence.by_stage_end)
    return replace(leaf, qualifiers=replace(leaf.qualifiers, confidence=changed))


def _by_kpi(name: str, texts: Sequence[str], specs: Mapping[str, KpiSpec]) -> dict[str, str]:
    """KPI=VALUE, or a value alone where the trigger has one KPI to prove."""
    found = {}
    for text in texts:
        key, sign, value = text.rpartition("=")
        if not specs:
            raise CantAssume(f"{name} {text}: the trigger has nothing to prove.")
        if not sign and len(specs) > 1:
            raise CantAssume(f"{name} {text}: of which one? Write {' or '.join(f'{each}={text}' for each in specs)}.")
        if sign and key not in specs:
            raise CantAssume(f"{name} {text}: the trigger has nothing to prove of {key!r}, only of {', '.join(specs)}.")
        found[key or next(iter(specs))] = value.strip()
    return found


def _value(text: str, spec: KpiSpec) -> float:
    """A number as in a trigger."""
    try:
        leaf = triggers.parse(f"{spec.key} >= {text}")
        if isinstance(leaf, triggers.Compare) and leaf.qualifiers == triggers.Qualifiers():
            return triggers.number(leaf.value, spec)
    except triggers.TriggerError as error:
        raise CantAssume(f"expect {text}: {error.message}.") from None
    raise CantAssume(f"expect {text}: it is one value, such as 3.3%.")


def _size(name: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise CantAssume(f"{name} {text}: it is a number above zero.")
    if number > LARGEST:
        raise CantAssume(f"{name} {text}: it is larger than that of any pilot.")
    return number
