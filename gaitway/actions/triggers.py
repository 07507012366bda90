"""The rules of a stage: what moves it on, what ends it, what must not get worse. Nothing else writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import Conflict, NotAllowed, Refused, events, forecasts, gates, stages, summaries
from gaitway.actions.turns import turn
from gaitway.engine import triggers as engine
from gaitway.models import Event, Initiative, Kpi, Person, Stage
from gaitway.queries import rights
from gaitway.queries import triggers as asked
from gaitway.queries.stages import begun
from gaitway.queries.words import faults

RULES = ("trigger", "stop", "guardrail")


@turn()
def write(
    stage: Stage, trigger: str, stop: str, *, by: Person, at: datetime, reason: str = "", version: str | None = None
) -> Stage:
    """Writes the trigger and the stop rule of a stage in their canonical form; an empty text means that there is none.
    Where the stage has begun, that is an amendment and needs a `reason`. Writing what stands there changes nothing.

    `version` is what the writer had seen (`queries.triggers.version`): Conflict where it is another one by now. Raises
    NotAllowed, and Refused for a text that can't be judged, with its line and column."""
    initiative = Initiative.objects.select_for_update().get(pk=stage.initiative_id)
    stage = Stage.objects.select_related("initiative__strategy").get(pk=stage.pk)
    if not rights.may_write_rules(by, initiative):
        raise NotAllowed(
            _("Only the lead of %(initiative)s, a strategist or an administrator can write its triggers.")
            % {"initiative": initiative.name}
        )
    if version is not None and version != asked.version(stage):
        raise Conflict(
            _("The rules of %(stage)s were changed by somebody else meanwhile. Look again, then write.")
            % {"stage": stage}
        )
    room, before = asked.Room.of(by, stage), {"trigger": stage.trigger, "stop": stage.stop}
    after = {name: _canonical(name, text, room) for name, text in (("trigger", trigger), ("stop", stop))}
    changed = {name: (before[name], text) for name, text in after.items() if before[name] != text}
    if not changed:
        return stage
    put(stage, {name: text for name, (_, text) in changed.items()}, at=at)
    if begun(stage):
        stages.amend(stage, changed, reason=reason, by=by, at=at)
    else:
        data = {"stage": stage.key, "fields": list(changed), "reason": reason.strip(), "begun": False}
        events.record(Event.Kind.AMENDMENT, by=by, at=at, initiative=initiative, data=data)
    # The next stage is guarded by what it was earned by.
    for each in Stage.objects.filter(initiative=initiative):
        gates.ask(each, at=at)
    summaries.refresh([initiative], at=at)
    return stage


def put(stage: Stage, texts: Mapping[str, str], *, at: datetime) -> None:
    """Writes some of the RULES, which are canonical, with the KPIs that they read, and asks whether the stage's dates
    can prove them."""
    Stage.objects.filter(pk=stage.pk).update(**texts)
    stage.refresh_from_db(fields=[*texts])
    attach(stage)
    forecasts.ask(stage, at=at)


def attach(stage: Stage) -> None:
    """Works out which KPIs the rules read. One that is split by area is, in an initiative of such an area, that part."""
    texts = [text for text in (stage.trigger, stage.stop, stage.guardrail) if text]
    named = {key for text in texts for key in engine.kpis(engine.parse(text))}
    kpis = list(Kpi.objects.filter(strategy=stage.initiative.strategy_id, key__in=named, retired_at=None))
    area = stage.initiative.area_id
    parts = Kpi.objects.filter(whole__in=kpis, area=area, retired_at=None) if area else Kpi.objects.none()
    here = {part.whole_id: part for part in parts}
    stage.kpis.set([here.get(kpi.pk, kpi) for kpi in kpis])


def _canonical(name: str, text: str, room: asked.Room) -> str:
    try:
        found = room.parse(text)
    except engine.TriggerError as error:
        words = _("The trigger, %(fault)s") if name == "trigger" else _("The stop rule, %(fault)s")
        raise Refused(words % {"fault": faults.placed(error)}) from None
    return engine.show(found) if found else ""
