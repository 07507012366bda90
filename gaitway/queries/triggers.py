"""A trigger while it is written: what is wrong with it, and what it would say today."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from gaitway.engine import gates as judge
from gaitway.engine import triggers
from gaitway.engine.facts import Facts
from gaitway.engine.kpis import KpiSpec
from gaitway.engine.stages import State
from gaitway.models import Kpi, Person, Stage
from gaitway.queries import observations, parts, proofs, reviews, rights
from gaitway.queries.gates import History
from gaitway.queries.portfolio import gate_key
from gaitway.queries.stages import begun
from gaitway.queries.values import KpiRef, Line
from gaitway.queries.words import faults, findings
from gaitway.queries.words import triggers as words

LISTED = 60  # KPIs that the page names
ALIKE = 0.6  # how like what was written a word must be to be taken for it
_WORD = re.compile(r'[\w.%€$£-]+|"[^"]*"?|\S')


@dataclass(frozen=True, slots=True)
class Room:
    """What the rules of a stage may speak of: the KPIs that their writer may see, by the names that stand for them in
    the area of the initiative, its tasks, and whether it ends."""

    kpis: Mapping[str, Kpi]
    specs: Mapping[str, KpiSpec]
    tasks: Collection[str]
    ends: bool

    @classmethod
    def of(cls, person: Person, stage: Stage) -> Room:
        """Two queries."""
        initiative = stage.initiative
        rows = Kpi.objects.visible_to(person).filter(strategy=initiative.strategy_id, retired_at=None)
        kpis = {kpi.key: kpi for kpi in rows.select_related("strategy", "whole")}
        here = (kpi for kpi in kpis.values() if kpi.whole and kpi.area_id == initiative.area_id)
        kpis |= {part.whole.key: part for part in here if part.whole}
        tasks = stage.tasks.filter(retired_at=None).values_list("name", flat=True)
        specs = {name: kpi.spec() for name, kpi in kpis.items()}
        return cls(kpis, specs, frozenset(tasks), stage.starts is not None and stage.ends is not None)

    def parse(self, text: str) -> triggers.Trigger | None:
        """As a strategy file would take it; None of an empty text. Raises TriggerError."""
        if not text.strip():
            return None
        found = triggers.parse(text)
        triggers.check(found, self.specs, tasks=self.tasks, ends=self.ends)
        return found

    def read(self, *rules: triggers.Trigger | None) -> dict[str, Kpi]:
        """The KPIs that these rules read, in their order."""
        return {key: self.kpis[key] for rule in rules if rule for key in triggers.kpis(rule)}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the line in which it stands: what lies `before` it, the word itself, and the rest. `mended`: the
    whole text with what was probably meant, "" where that wouldn't do."""

    line: int
    column: int
    message: str
    expected: Sequence[str]
    suggestion: str
    before: str
    word: str
    after: str
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A rule as it was read. `outcome` and the findings in `lines` are those of today, "" and none where nothing is
    judged yet. With a `fault` there is nothing else."""

    text: str
    canonical: str = ""
    sentence: str = ""
    outcome: str = ""
    lines: Sequence[Line] = ()
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Both rules. `judged`: whether the stage is the present one, so that today has something to say."""

    trigger: Reading
    stop: Reading
    as_of: date
    judged: bool
    changed: bool

    @property
    def fine(self) -> bool:
        return not (self.trigger.fault or self.stop.fault)


@dataclass(frozen=True, slots=True)
class TriggerPage:
    pk: str
    initiative_key: str
    initiative_name: str
    stage: str
    to_stage: str
    trigger: str
    stop: str
    version: str
    starts: date | None
    ends: date | None
    begun: bool
    can_write: bool
    kpis: Sequence[tuple[str, KpiRef]]
    more: int


def version(stage: Stage) -> str:
    """Of its trigger and stop rule: another one as soon as either is changed."""
    return hashlib.sha256(f"{stage.trigger}\0{stage.stop}".encode()).hexdigest()[:16]


def page(viewer: Person, stage: Stage, room: Room) -> TriggerPage:
    """`stage` as `reviews.find` gives it."""
    initiative = stage.initiative
    ladder = initiative.ladder
    following = ladder.shifted(stage.key, 1) if stage.key in ladder.keys else None
    own = set(stage.kpis.values_list("pk", flat=True))
    named = sorted(room.kpis.items(), key=lambda pair: (pair[1].pk not in own, pair[1].position, pair[0]))
    return TriggerPage(
        gate_key(initiative, stage), f"{initiative.strategy.key}/{initiative.key}", initiative.name,
        ladder.name(stage.key) if stage.key in ladder.keys else stage.key,
        ladder.name(following) if following else _("Finish"), stage.trigger, stage.stop, version(stage), stage.starts,
        stage.ends, begun(stage), rights.may_write_rules(viewer, initiative),
        [(name, KpiRef.of(kpi)) for name, kpi in named[:LISTED]], max(len(named) - LISTED, 0),
    )  # fmt: skip


def look(stage: Stage, trigger: str, stop: str, room: Room, today: date) -> Look:
    """Reads both texts and judges them as of today, where the stage is the present one."""
    initiative = stage.initiative
    judged = initiative.state == State.ACTIVE and initiative.stage_key == stage.key
    found = {name: parsed(text, room) for name, text in (("trigger", trigger), ("stop", stop))}
    rules = {name: rule for name, rule in found.items() if not isinstance(rule, Fault)}
    read = room.read(*rules.values())
    numbers = observations.series(list(read.values())) if judged else {}
    moment = proofs.moment(stage, today)
    facts = History.of([stage]).facts(stage, moment) if judged and any(map(_on_facts, rules.values())) else Facts()

    def reading(text: str, rule: triggers.Trigger | Fault | None) -> Reading:
        if rule is None or isinstance(rule, Fault):
            return Reading(text, fault=rule)
        canonical, outcome, said = triggers.show(rule), "", []
        if judged:
            verdict = judge.judge(rule, {name: numbers[kpi.pk] for name, kpi in read.items()}, facts, moment)
            outcome, said = verdict.outcome.value, [asdict(finding) for finding in verdict.findings]
        sentence = words.sentence(rule, measured(read))
        return Reading(text, canonical, sentence, outcome, parts.checklist(canonical, said, read))

    kept = {"trigger": stage.trigger, "stop": stage.stop}
    changed = any(not isinstance(rule, Fault) and _shown(rule) != kept[name] for name, rule in found.items())
    return Look(reading(trigger, found["trigger"]), reading(stop, found["stop"]), today, judged, changed)


def parsed(text: str, room: Room) -> triggers.Trigger | Fault | None:
    """None of an empty text."""
    text = text.replace("\r\n", "\n")
    try:
        return room.parse(text)
    except triggers.TriggerError as error:
        fault = _placed(text, error)
        return replace(fault, mended=_mended(text, fault, room))


def _placed(text: str, error: triggers.TriggerError) -> Fault:
    lines, at = text.split("\n"), error.column - 1
    row = lines[error.line - 1] if error.line <= len(lines) else ""
    found = _WORD.match(row, at)
    end = found.end() if found else at
    expected = tuple(map(faults.say, error.expected))
    return Fault(
        error.line, error.column, faults.say(error.message), expected, error.suggestion or "",
        row[:at], row[at:end], row[end:],
    )  # fmt: skip


def _mended(text: str, fault: Fault, room: Room) -> str:
    """With the suggestion in the place of a word that is like it, where that place is then read."""
    if SequenceMatcher(None, fault.word, fault.suggestion).ratio() < ALIKE:
        return ""
    lines = text.split("\n")
    lines[fault.line - 1] = fault.before + fault.suggestion + fault.after
    mended = "\n".join(lines)
    try:
        room.parse(mended)
    except triggers.TriggerError as error:
        return mended if (error.line, error.column) != (fault.line, fault.column) else ""
    return mended


def _shown(rule: triggers.Trigger | None) -> str:
    return triggers.show(rule) if rule else ""


def _on_facts(rule: triggers.Trigger | None) -> bool:
    return rule is not None and any(not triggers.kpis(leaf) for leaf in triggers.criteria(rule))


def measured(read: Mapping[str, Kpi]) -> dict[str, findings.Measured]:
    return {name: findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every) for name, kpi in read.items()}


def find(viewer: Person, key: str) -> Stage:
    """By `strategy/initiative/stage`. Raises Stage.DoesNotExist."""
    return reviews.find(viewer, key)
