"""Each initiative as a row: its stages, gates, milestones and what is foreseen. The number of queries doesn't grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from gaitway.engine.stages import State
from gaitway.models import Forecast, Initiative
from gaitway.queries import coming, parts
from gaitway.queries.health import health
from gaitway.queries.values import Step

from .seen import Dated, Seen
from .values import COMING, LATE, PASSED, STOPPED, Bar, Gate, Mark, Row, Tail

DAY = timedelta(days=1)
OVER = (State.FINISHED, State.STOPPED)


def needed(initiatives: Iterable[Seen]) -> dict[int, list[int]]:
    """What needs what, among these. One query."""
    numbers = {each.pk for each in initiatives}
    found: dict[int, list[int]] = {}
    pairs = Initiative.needs.through.objects.order_by("pk")
    for row, other in pairs.values_list("from_initiative_id", "to_initiative_id"):
        if row in numbers and other in numbers:
            found.setdefault(row, []).append(other)
    return found


def foreseen(initiatives: Sequence[Seen]) -> dict[int, Forecast]:
    """The newest forecast of each present gate, by its stage. One query."""
    here = [stage for each in initiatives if each.state == State.ACTIVE and (stage := each.present)]
    kept = coming.newest(stage.pk for stage in here)
    return {stage: made for (stage, about), made in kept.items() if about == Forecast.About.GATE}


def row(initiative: Seen, today: date, needs: dict[int, list[int]]) -> Row:
    """What is planned and what was passed. How it stands is told by `told`."""
    ladder = initiative.ladder
    steps = parts.steps(initiative, initiative.stages, initiative.changes)
    tones = {step.key: tone(index, len(steps)) for index, step in enumerate(steps)}
    stage = initiative.stage_key
    name = ladder.name(stage) if stage in ladder.keys else ""
    return Row(
        initiative.pk, initiative.whole_key, initiative.name, initiative.lead, initiative.sponsor,
        initiative.area, initiative.objective, stage, name[:1].upper(), tones.get(stage, 0), name,
        initiative.state or State.PROPOSED.value, "",
        [bar for step in steps if (bar := _bar(step, tones[step.key], bool(stage), today))],
        _gates(initiative, initiative.whole_key, steps, today),
        [Mark(m.pk, m.name, m.on, m.done_on is not None, m.done_on is None and m.on < today) for m in initiative.milestones],
        None, needs.get(initiative.pk, []),
    )  # fmt: skip


def told(row: Row, initiative: Seen, today: date, forecasts: dict[int, Forecast]) -> Row:
    """With how it stands and what is foreseen, after `judge`."""
    here = initiative.present
    made = forecasts.get(here.pk) if here and initiative.state == State.ACTIVE else None
    state = health(initiative, here, today) or State.PROPOSED.value
    return replace(row, state=state, tail=_tail(made, here, today) if here else None)


def tone(index: int, count: int) -> int:
    """1 to 3: however long the ladder is, its hue goes from the lightest to the darkest."""
    return index + 1 if count <= 3 else 1 + round(index * 2 / (count - 1))


def _gone(step: Step, started: bool, today: date) -> bool:
    """A later stage that was planned for days that are over, after a step back: nobody comes there by these dates."""
    return step.status == "ahead" and started and step.end is not None and step.end < today


def _bar(step: Step, tone: int, started: bool, today: date) -> Bar | None:
    if step.start is None or step.status == "skipped" or _gone(step, started, today):
        return None
    over = step.status in ("done", "stopped")
    end = (step.end or today) if over else (step.end + DAY if step.end else max(today, step.start))
    late = today + DAY if step.status == "current" and step.end and today > step.end else None
    return Bar(
        step.key, step.letter, step.name, tone, step.status, step.start, max(end, step.start + DAY), late
    )  # fmt: skip


def _gates(initiative: Seen, key: str, steps: Sequence[Step], today: date) -> list[Gate]:
    found = []
    for index, step in enumerate(steps):
        if step.end is None or step.status == "skipped" or _gone(step, bool(initiative.stage_key), today):
            continue
        to = steps[index + 1].name if index + 1 < len(steps) else ""
        kind = {"done": PASSED, "stopped": STOPPED}.get(step.status, COMING)
        if kind == COMING and initiative.state in OVER:
            continue  # nobody comes there any more
        if kind == COMING and step.end < today:
            kind = LATE
        at = step.end if kind in (PASSED, STOPPED) else step.end + DAY
        movable = kind in (COMING, LATE)
        found.append(Gate(f"{key}/{step.key}", step.name, to, step.end, at, kind, movable))
    return found


def _tail(made: Forecast | None, stage: Dated, today: date) -> Tail | None:
    if made is None or made.numbers["refused"]:
        return None
    _low, _lower, middle, upper, high = (day and date.fromisoformat(day) for day in made.numbers["days"])
    if middle is None:
        return None
    # 80 % lies a third of the way from 75 % to 90 %.
    eighty = upper + (high - upper) / 3 if upper and high else None
    begin = stage.ends + DAY if stage.ends and stage.ends < middle else today
    return Tail(min(begin, middle), middle, eighty, date.fromisoformat(made.numbers["until"]))
