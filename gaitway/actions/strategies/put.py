"""Writes one thing of a strategy file into the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from gaitway.actions import boards, definitions, initiatives, milestones, people, roles, triggers
from gaitway.engine.periods import Cadence
from gaitway.models import (
    Area,
    ChecklistItem,
    Initiative,
    KeyResult,
    Kpi,
    Milestone,
    Objective,
    Person,
    Role,
    Source,
    Stage,
    Strategy,
    Task,
)

from .flat import Fields, Thing
from .kpis import part_key


@dataclass
class Put:
    """`by` and `at` hold for everything that is written; what was written is remembered by its key."""

    by: Person
    at: datetime
    strategy: Strategy = field(init=False)

    def thing(self, thing: Thing, fields: Fields) -> None:
        noun, *keys = thing
        getattr(self, f"_{noun}")(*keys, fields)

    def _strategy(self, key: str, fields: Fields) -> None:
        starts, ends = fields["period"] or (None, None)
        calendar = {**fields["calendar"], "zone": fields["calendar"]["zone"] or ""}
        values = {"name": fields["name"], "vision": fields["vision"], "stages": fields["stages"], **calendar}
        values |= {"groups": fields["groups"], "gates": fields["gates"]}
        self.strategy, _ = Strategy.objects.update_or_create(
            key=key, defaults={**values, "starts": starts, "ends": ends}
        )

    def _person(self, email: str, fields: Fields) -> None:
        person = people.invite(email, name=fields.get("name", ""), by=self.by, at=self.at)
        if "name" in fields and person.name != fields["name"]:
            people.rename(person, fields["name"], by=self.by, at=self.at)

    def _area(self, name: str, fields: Fields) -> None:
        self._roles(Area.objects.get_or_create(name=name)[0], fields)

    def _source(self, key: str, fields: Fields) -> None:
        self._keyed(Source, key, **fields)

    def _kpi(self, key: str, fields: Fields) -> None:
        values = {name: value for name, value in fields.items() if name not in ("every", "source", "owner", "areas")}
        source = Source.objects.get(strategy=self.strategy, key=fields["source"]) if fields["source"] else None
        cadence = Cadence.of(fields["every"], self.strategy.week_start, self.strategy.fiscal_start)
        values |= {"cadence": cadence, "source": source, "owner": self._who(fields["owner"])}
        kpi = self._keyed(Kpi, key, **values)
        for area, (baseline, target) in fields["areas"].items():
            here = Area.objects.get_or_create(name=area)[0]
            own = {
                "name": f"{kpi.name}, {area}"[:200],
                "baseline": baseline,
                "target": target,
                "position": kpi.position,
            }
            part = self._keyed(Kpi, part_key(key, area), **{**values, **own, "whole": kpi, "area": here})
            definitions.write(part, by=self.by, at=self.at)
        kpi.parts.exclude(area__name__in=fields["areas"]).update(retired_at=self.at)
        definitions.write(kpi, by=self.by, at=self.at)

    def _objective(self, key: str, fields: Fields) -> None:
        owner = self._who(fields["owner"])
        objective = self._keyed(Objective, key, name=fields["name"], outcome=fields["outcome"], owner=owner)
        objective.key_results.all().delete()
        for kpi, target, due in fields["key results"]:
            found = Kpi.objects.get(strategy=self.strategy, key=kpi)
            KeyResult.objects.create(objective=objective, kpi=found, target=target, due=due)

    def _initiative(self, key: str, fields: Fields) -> None:
        area = Area.objects.get_or_create(name=fields["area"])[0] if fields["area"] else None
        initiative = initiatives.put(
            self.strategy, key, objective=Objective.objects.get(strategy=self.strategy, key=fields["objective"]), area=area,
            name=fields["name"], hypothesis=fields["hypothesis"], restricted=fields["restricted"],
            spending=Kpi.objects.filter(strategy=self.strategy, key=fields["spending"]).first(),
        )  # fmt: skip
        self._roles(initiative, fields)

    def needs(self, key: str, needed: Iterable[str]) -> None:
        """After every initiative is there."""
        initiative = Initiative.objects.get(strategy=self.strategy, key=key)
        initiative.needs.set(Initiative.objects.filter(strategy=self.strategy, key__in=list(needed)))

    def _roles(self, place: Initiative | Area, fields: Fields) -> None:
        kind = Role.Kind
        wanted = [(fields["sponsor"], kind.SPONSOR), (fields["lead"], kind.LEAD)]
        for name, role in (("team", kind.CONTRIBUTOR), ("consulted", kind.CONSULTED), ("viewers", kind.VIEWER)):
            wanted += [(email, role) for email in fields[name]]
        pairs = [(Person.objects.get(email=email), role) for email, role in wanted if email]
        roles.arrange(place, pairs, by=self.by, at=self.at)

    def _stage(self, initiative_key: str, key: str, fields: Fields) -> None:
        initiative = Initiative.objects.get(strategy=self.strategy, key=initiative_key)
        starts, ends = fields["dates"] or (None, None)
        budget, currency = fields["budget"] or (None, "")
        values = {"starts": starts, "ends": ends, "budget": budget, "currency": currency}
        values |= {"policy": fields["policy"], "check_in": fields["check_in"]}
        stage, _ = Stage.objects.update_or_create(initiative=initiative, key=key, defaults=values)
        triggers.put(stage, {name: fields[name] for name in triggers.RULES}, at=self.at)
        stage.checklist.exclude(text__in=fields["checklist"]).delete()
        for position, text in enumerate(fields["checklist"]):
            ChecklistItem.objects.update_or_create(stage=stage, text=text, defaults={"position": position})

    def readers(self) -> None:
        """After an area was given or taken: which stage reads which part is worked out anew."""
        for stage in Stage.objects.filter(initiative__strategy=self.strategy).select_related("initiative"):
            triggers.attach(stage)

    def _task(self, initiative_key: str, stage_key: str, name: str, fields: Fields) -> None:
        initiative = Initiative.objects.get(strategy=self.strategy, key=initiative_key)
        stage = Stage.objects.get(initiative=initiative, key=stage_key)
        people = {"owner": self._who(fields["owner"]), "accountable": self._who(fields["accountable"])}
        values = {**people, "due": fields["due"], "estimate_days": fields["estimate"]}
        kept = {**values, "initiative": initiative, "retired_at": None}
        new = {**kept, "rank": boards.last(Task.State.TO_DO)}
        Task.objects.update_or_create(stage=stage, name=name, defaults=kept, create_defaults=new)

    def _milestone(self, initiative_key: str, name: str, fields: Fields) -> None:
        initiative = Initiative.objects.get(strategy=self.strategy, key=initiative_key)
        there = Milestone.objects.filter(initiative=initiative, name=name).first()
        if there is not None and there.retired_at is None:
            milestones.change(there, name=name, on=fields["on"], by=self.by, at=self.at)
        else:
            milestones.add(initiative, name, fields["on"], by=self.by, at=self.at)

    def retire(self, thing: Thing) -> None:
        """Takes a thing out of the strategy. What has a history is kept, out of sight."""
        noun, *keys = thing
        match noun:
            case "area":
                roles.arrange(Area.objects.get(name=keys[0]), [], by=self.by, at=self.at)
            case "stage":
                Stage.objects.filter(initiative__strategy=self.strategy, initiative__key=keys[0], key=keys[1]).delete()
            case "task":
                found = Task.objects.filter(initiative__strategy=self.strategy, initiative__key=keys[0])
                found.filter(stage__key=keys[1], name=keys[2]).update(retired_at=self.at)
            case "milestone":
                mark = Milestone.objects.get(
                    initiative__strategy=self.strategy, initiative__key=keys[0], name=keys[1], retired_at=None
                )
                milestones.retire(mark, by=self.by, at=self.at)
            case "kpi":
                here = Kpi.objects.filter(strategy=self.strategy)
                here.filter(Q(key=keys[0]) | Q(whole__key=keys[0])).update(retired_at=self.at)
            case _:
                model = {"source": Source, "objective": Objective, "initiative": Initiative}[noun]
                model._default_manager.filter(strategy=self.strategy, key=keys[0]).update(retired_at=self.at)

    def order(self, things: Iterable[Thing]) -> None:
        """The order of the file is the order of the pages."""
        models: dict[str, Any] = {"kpi": Kpi, "objective": Objective, "initiative": Initiative}
        for position, (noun, *keys) in enumerate(things):
            if noun in models:
                named = Q(key=keys[0]) | Q(whole__key=keys[0]) if noun == "kpi" else Q(key=keys[0])
                here = models[noun].objects.filter(named, strategy=self.strategy)
                here.exclude(position=position).update(position=position)
            elif noun == "task":
                tasks = Task.objects.filter(
                    initiative__strategy=self.strategy, initiative__key=keys[0], stage__key=keys[1]
                )
                tasks.filter(name=keys[2]).exclude(position=position).update(position=position)

    def _keyed(self, model: Any, key: str, **values: Any) -> Any:
        defaults = {**values, "retired_at": None}
        return model.objects.update_or_create(strategy=self.strategy, key=key, defaults=defaults)[0]

    def _who(self, email: str | None) -> Person | None:
        return Person.objects.get(email=email) if email else None


def first_day(dates: tuple[date, date] | None, *, today: date) -> date:
    """When a stage of the file began: on the first of its dates, where that isn't still to come."""
    return min(dates[0], today) if dates else today
