"""What a trigger would have said on a KPI's history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from gaitway.engine import periods, trials, triggers
from gaitway.engine.kpis import Direction
from gaitway.engine.phrases import Phrase
from gaitway.engine.series import Series
from gaitway.engine.trials import Trial
from gaitway.models import Kpi, Person
from gaitway.queries import observations
from gaitway.queries.words.findings import Measured

LONGEST = timedelta(days=1826)  # five years, far more than a stage lasts
SAID = {1: "met", 0: "unknown", -1: "unmet"}
_HEADLESS = re.compile(r"\s*(?:[<>=≤≥]|between\b|improves\b)", re.IGNORECASE)  # the KPI is left out


class CantTry(ValueError):
    """There is nothing to try it on; the message says why."""


@dataclass(frozen=True, slots=True)
class Tried:
    """`trigger` in its canonical form; `kpis` by key, all that it reads; `falling`: those that shall be low."""

    kpi: Kpi
    trigger: str
    first: date
    last: date
    trial: Trial
    kpis: Mapping[str, Measured]
    falling: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        found = self.trial
        return {
            "trigger": self.trigger,
            "kpi": f"{self.kpi.strategy.key}/{self.kpi.key}",
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "periods": found.periods,
            "fired": found.fired.isoformat() if found.fired else None,
            "turns": [{"day": day.isoformat(), "outcome": SAID[code]} for day, code in found.turns],
            "shuffled": found.shuffled,
            "at_target": found.at_target,
            "wanted": dict(found.wanted),
            "histories": found.shuffles,
        }


def tried(viewer: Person, key: str, text: str, first: date | None = None, last: date | None = None) -> Tried:
    """The trigger on the history of the KPI `strategy/key`, or `key` where it is the only one, from its first to its
    last day known, the newest five years at most, where none are given. A trigger that begins with a comparison speaks
    of this KPI; others of its strategy may be read too. Raises Kpi.DoesNotExist, Kpi.MultipleObjectsReturned,
    TriggerError and CantTry."""
    strategy, _sep, name = key.rpartition("/")
    visible = Kpi.objects.visible_to(viewer).filter(retired_at=None).select_related("strategy")
    kpi = visible.get(key=name, **({"strategy__key": strategy} if strategy else {}))
    rows = {row.key: row for row in visible.filter(strategy=kpi.strategy_id)}
    trigger = _parsed(text, kpi.key, rows)
    rows = {read: rows[read] for read in {kpi.key: None, **dict.fromkeys(triggers.kpis(trigger))}}
    found = observations.series(list(rows.values()))
    return on_history(trigger, rows, {read: found[row.pk] for read, row in rows.items()}, first, last)


def on_history(
    trigger: triggers.Trigger,
    rows: Mapping[str, Kpi],
    series: Mapping[str, Series],
    first: date | None = None,
    last: date | None = None,
    *,
    longest: timedelta = LONGEST,
    count: int = trials.SHUFFLES,
) -> Tried:
    """The trigger on the history of the first of its KPIs: `rows` and `series` by the names that stand in it. Without
    a `first` day the newest part, `longest` at most; `count` histories are shuffled. Raises TriggerError and CantTry."""
    key, kpi = next(iter(rows.items()))
    known = _known(series[key])
    last = last or known[1]
    first = first or max(known[0], last - longest)
    words = {"first": first, "last": last, "kpi": key, "since": known[0], "until": known[1]}
    if last < first:
        raise CantTry(Phrase("%(first)s lies after %(last)s: %(kpi)s is known from %(since)s to %(until)s", **words))
    if last - first > LONGEST:
        raise CantTry(Phrase("%(first)s to %(last)s is longer than five years: try it on fewer days", **words))
    cadence = series[key].spec.cadence
    here = series[key].between(periods.first_whole(first, cadence), periods.last_complete(last, cadence))
    if last < known[0] or not here.present.any():
        raise CantTry(
            Phrase("nothing lies from %(first)s to %(last)s: %(kpi)s is known from %(since)s to %(until)s", **words)
        )
    measured = {read: Measured(row.name, row.kind, row.unit, row.every) for read, row in rows.items()}
    trial = trials.trial(trigger, series, first, last, count=count)
    return Tried(kpi, triggers.show(trigger), first, last, trial, measured, _falling(trigger, rows))


def _parsed(text: str, key: str, kpis: Mapping[str, Kpi]) -> triggers.Trigger:
    """Raises TriggerError, with the column as it was written."""
    lead = f"{key} " if _HEADLESS.match(text) else ""
    try:
        trigger = triggers.parse(lead + text)
        triggers.check(trigger, {read: kpi.spec() for read, kpi in kpis.items()}, ends=True)
        if key not in triggers.kpis(trigger):
            raise triggers.TriggerError(Phrase("it says nothing of %(kpi)s", kpi=key))
        return trigger
    except triggers.TriggerError as error:
        shift = len(lead) if error.line == 1 else 0
        at = triggers.Position(error.line, max(error.column - shift, 1))
        raise triggers.TriggerError(error.message, at, error.expected, error.suggestion) from None


def _falling(trigger: triggers.Trigger, kpis: Mapping[str, Kpi]) -> frozenset[str]:
    leaves = list(triggers.criteria(trigger))
    low = {leaf.kpi for leaf in leaves if isinstance(leaf, triggers.Compare) and leaf.op in ("<", "<=")}
    better = {leaf.kpi for leaf in leaves if isinstance(leaf, triggers.Improves)}
    return frozenset(low | {key for key in better if kpis[key].direction == Direction.DOWN})


def _known(series: Series) -> tuple[date, date]:
    """The first day of the first period observed and the last day of the last one."""
    seen = np.flatnonzero(series.present)
    if not len(seen):
        raise CantTry(Phrase("%(kpi)s has no data yet", kpi=series.spec.key))
    cadence = series.spec.cadence
    first, last = series.first + int(seen[0]), series.first + int(seen[-1])
    return periods.start(first, cadence), periods.end(last, cadence)
