"""Each initiative as a row: its stages, gates, milestones and what is foreseen. The number of queries doesn't grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Prefetch

from gaitway.engine.stages import State
from gaitway.models import Evaluation, Forecast, Initiative, Milestone, Person, Stage, StageChange
from gaitway.queries import coming, parts
from gaitway.queries.health import health
from gaitway.queries.values import Step

from .values import COMING, LATE, PASSED, STOPPED, Bar, Gate, Mark, Row, Tail

DAY = timedelta(days=1)
OVER = (State.FINISHED, State.STOPPED)


def load(viewer: Person) -> list[Initiative]:
    """All that the viewer sees, in their order."""
    changes = StageChange.objects.order_by("number").defer("reason")
    milestones = Milestone.objects.filter(retired_at=None)
    initiatives = (
        Initiative.objects.visible_to(viewer)
        .current()
        .select_related("objective", "area")
        .defer("hypothesis", "objective__outcome")
        .prefetch_related(
            "strategy",  # one for all, and not its ladder read anew with each row
            Prefetch("stages", Stage.objects.defer("trigger", "stop", "guardrail"), to_attr="its_stages"),
            Prefetch("changes", changes, to_attr="its_changes"),
            Prefetch("milestones", milestones, to_attr="its_milestones"),
        )
        .order_by("position", "key")
    )
    return parts.with_roles(initiatives)


def stages_of(initiative: Initiative) -> list[Stage]:
    """Of one that was loaded here. Lists cost a third of what prefetched managers do, and there are many."""
    found: list[Stage] = initiative.its_stages  # type: ignore[attr-defined]  # by the prefetch
    return found


def present(initiative: Initiative) -> Stage | None:
    return next((stage for stage in stages_of(initiative) if stage.key == initiative.stage_key), None)


def needed(initiatives: Iterable[Initiative]) -> dict[int, list[int]]:
    """What needs what, among these. One query."""
    numbers = {each.pk for each in initiatives}
    found: dict[int, list[int]] = {}
    pairs = Initiative.needs.through.objects.order_by("pk")
    for row, other in pairs.values_list("from_initiative_id", "to_initiative_id"):
        if row in numbers and other in numbers:
            found.setdefault(row, []).append(other)
    return found


def judge(initiatives: Sequence[Initiative]) -> None:
    """Gives the present stages of these their latest evaluations. One query."""
    here = [stage for each in initiatives if (stage := present(each)) and stage.latest_id]
    latest = Evaluation.objects.defer("spec").in_bulk([stage.latest_id for stage in here])
    for stage in here:
        stage.latest = latest.get(stage.latest_id)


def foreseen(initiatives: Sequence[Initiative]) -> dict[int, Forecast]:
    """The newest forecast of each present gate, by its stage. One query."""
    here = [stage for each in initiatives if each.state == State.ACTIVE and (stage := present(each))]
    kept = coming.newest(here)
    return {stage: made for (stage, about), made in kept.items() if about == Forecast.About.GATE}


def row(initiative: Initiative, today: date, needs: dict[int, list[int]]) -> Row:
    """What is planned and what was passed. How it stands is told by `told`."""
    ladder = initiative.strategy.ladder
    steps = parts.steps(initiative, stages_of(initiative), initiative.its_changes)  # type: ignore[attr-defined]
    tones = {step.key: tone(index, len(steps)) for index, step in enumerate(steps)}
    key = f"{initiative.strategy.key}/{initiative.key}"
    stage = initiative.stage_key
    return Row(
        initiative.pk, key, initiative.name, parts.lead(initiative), parts.sponsor(initiative),
        initiative.area.name if initiative.area else "", initiative.objective.name,
        stage, ladder.name(stage)[:1].upper() if stage in ladder.keys else "", tones.get(stage, 0),
        ladder.name(stage) if stage in ladder.keys else "",
        initiative.state or State.PROPOSED.value, "",
        [bar for step in steps if (bar := _bar(step, tones[step.key], bool(stage), today))],
        _gates(initiative, key, steps, today),
        [Mark(m.pk, m.name, m.on, m.done_on is not None, m.done_on is None and m.on < today)
         for m in initiative.its_milestones  # type: ignore[attr-defined]
       ],
        None, needs.get(initiative.pk, []),
    )  # fmt: skip


def told(row: Row, initiative: Initiative, today: date, forecasts: dict[int, Forecast]) -> Row:
    """With how it stands and what is foreseen, after `judge`."""
    here = present(initiative)
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


def _gates(initiative: Initiative, key: str, steps: Sequence[Step], today: date) -> list[Gate]:
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


def _tail(made: Forecast | None, stage: Stage, today: date) -> Tail | None:
    if made is None or made.numbers["refused"]:
        return None
    _low, _lower, middle, upper, high = (day and date.fromisoformat(day) for day in made.numbers["days"])
    if middle is None:
        return None
    # 80 % lies a third of the way from 75 % to 90 %.
    eighty = upper + (high - upper) / 3 if upper and high else None
    begin = stage.ends + DAY if stage.ends and stage.ends < middle else today
    return Tail(min(begin, middle), middle, eighty, date.fromisoformat(made.numbers["until"]))
