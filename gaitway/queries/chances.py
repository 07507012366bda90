"""What a trigger could show, while it is written: in the stage's dates, and on the history of its KPIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import triggers
from gaitway.engine.trials import on_kpis
from gaitway.models import Kpi, Stage
from gaitway.queries import observations, paper, proofs, trials
from gaitway.queries.triggers import Fault, Room, measured, parsed
from gaitway.queries.words import faults, findings
from gaitway.queries.words import proofs as proofs_words
from gaitway.queries.words import trials as words

SIMULATED = 6  # criteria that are simulated at once: each takes a second
# Enough while one writes; `plan-evidence` and `try` take more.
PILOTS, SHUFFLES, LONGEST = 100, 200, timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Shown:
    """A criterion with confidence: whether the stage's dates can prove it. `table`: the test as it is written beside the
    other one, where there are `both`. `half` and `most`: by when half and nine of ten pilots that are as good as
    expected have their verdict, None where that isn't within three times the dates."""

    line: paper.Provable
    table: Sequence[tuple[str, str, str]]
    by_stage_end: bool
    start: date
    both: bool = False
    half: date | None = None
    most: date | None = None


@dataclass(frozen=True, slots=True)
class Chances:
    """What could be proved, and what the trigger would have said on the history of its KPIs. `refused` and `untried`
    say why there is nothing; `taken`: the criteria that were taken as given, since no KPI tells of them."""

    proofs: Sequence[Shown] = ()
    refused: str = ""
    fired: str = ""
    chance: Sequence[str] = ()
    turns: Sequence[str] = ()
    first: date | None = None
    last: date | None = None
    taken: Sequence[str] = ()
    untried: str = ""


def of(stage: Stage, trigger: str, room: Room, today: date) -> Chances:
    """Simulates pilots and tries history: seconds. Nothing of a text that has a fault, or is empty."""
    rule = parsed(trigger, room)
    if rule is None or isinstance(rule, Fault):
        return Chances()
    read = room.read(rule)
    found = observations.series(list(read.values()))
    series = {name: found[kpi.pk] for name, kpi in read.items()}
    size = sum(bool(triggers.kpis(leaf)) for leaf in triggers.criteria(rule))
    if size > SIMULATED:
        many = ngettext("%(n)s criterion on KPIs", "%(n)s criteria on KPIs", size) % {"n": size}
        why = _("%(many)s are too many to be simulated at once: %(most)s at most.") % {"many": many, "most": SIMULATED}
        return Chances(refused=why, untried=why)
    moment = proofs.moment(stage, today)
    proved = [_proof(each, read, moment.started) for each in proofs.proved(rule, series, moment, count=PILOTS)]
    none = "" if proved else _("No criterion asks for confidence: each is met as soon as its number is, by luck too.")
    rest, taken = on_kpis(rule)
    labels = [findings.label(leaf, {}) for leaf in taken]
    if rest is None:
        return Chances(
            proved, none, taken=labels, untried=_("No KPI tells of it, so there is no history to try it on.")
        )
    try:
        rows = {name: read[name] for name in triggers.kpis(rest)}
        tried = trials.on_history(rest, rows, series, longest=LONGEST, count=SHUFFLES)
    except (triggers.TriggerError, trials.CantTry) as error:
        said = faults.why(error)
        return Chances(proved, none, taken=labels, untried=f"{said[:1].upper()}{said[1:]}.")
    return Chances(
        proved, none, words.fired(tried), words.chance(tried), words.turns(tried.trial),
        tried.first, tried.last, labels,
    )  # fmt: skip


def _proof(each: proofs.Proved, read: Mapping[str, Kpi], start: date) -> Shown:
    like, proof, line = measured(read)[each.kpi], each.proof, paper.provable(each, read)
    if proof is None:
        return Shown(line, (), each.by_stage_end, start)
    half, most = (start + timedelta(days=day - 1) if day else None for day in proof.days)
    table = proofs_words.table(each, like)
    return Shown(line, table, each.by_stage_end, start, each.other is not None, half, most)
