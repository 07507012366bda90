"""Who is told of an event, and how urgently. Each notice has its own delivery state."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from gaitway.models import Delegation, Event, Notice, Person, Role, Stage

Level = Notice.Level
SPONSOR, LEAD, TEAM, VIEWER = Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR, Role.Kind.VIEWER

# What one person alone is told: who owes a value, who was given a role, who stands in for somebody.
TO_ONE = {
    Event.Kind.OWED: Level.NEEDS_ME,
    Event.Kind.ROLE_GIVEN: Level.FOLLOW,
    Event.Kind.ROLE_TAKEN: Level.FOLLOW,
    Event.Kind.DELEGATED: Level.FOLLOW,
    Event.Kind.DELEGATION_ENDED: Level.FOLLOW,
}
# By kind of event: which roles are told, and which of them it needs. A verdict needs somebody only where it proposes.
AUDIENCE: dict[str, dict[str, str]] = {
    Event.Kind.VERDICT: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.OVERDUE: {SPONSOR: Level.NEEDS_ME, LEAD: Level.FOLLOW},
    Event.Kind.DECISION: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.STAGE_MOVED: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.AMENDMENT: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.APPROVAL: {LEAD: Level.FOLLOW},
    Event.Kind.TASK_DONE: {LEAD: Level.FOLLOW},
    # Of no initiative: they stand in the feed, and the gates that they move tell for themselves.
    Event.Kind.IMPORTED: {},
    Event.Kind.UNDONE: {},
    Event.Kind.RESTORED: {},
}


@transaction.atomic
def tell(event: Event, *, at: datetime) -> list[Notice]:
    """Writes the notices of an event, each once however often this runs. Nobody is told of what they did themselves,
    nor of what they may not see."""
    if event.kind in TO_ONE:
        return _to_one(event, at=at)
    levels = _levels(event)
    if not levels or event.initiative is None or (event.data.get("decision") and event.kind == Event.Kind.STAGE_MOVED):
        return []  # a move that was decided is told as the decision
    people: dict[Person, str] = {}
    there = Q(initiative=event.initiative) | Q(area__isnull=False, area=event.initiative.area_id)
    for role in Role.objects.filter(there).select_related("person"):
        level = levels.get(role.role)
        if level and role.person_id != event.by_id and people.get(role.person) != Level.NEEDS_ME:
            people[role.person] = level
    _add_those_who_stand_in(people, event, at=at)
    stage = Stage.objects.filter(initiative=event.initiative, key=event.data.get("stage", "")).first()
    told = []
    for person, level in people.items():
        if Event.objects.visible_to(person).filter(pk=event.pk).exists():
            told.append(_write(event, person, level, stage, at=at))
    return told


def _add_those_who_stand_in(people: dict[Person, str], event: Event, *, at: datetime) -> None:
    """What needs somebody who is away needs who stands in for them too."""
    day = timezone.localdate(at)
    needed = [person for person, level in people.items() if level == Level.NEEDS_ME]
    for each in Delegation.objects.running(day).filter(person__in=needed).select_related("to"):
        if each.to_id != event.by_id:
            each.to.day = day
            people.pop(each.to, None)  # the one who has the day
            people[each.to] = Level.NEEDS_ME


def _to_one(event: Event, *, at: datetime) -> list[Notice]:
    person = Person.objects.filter(pk=event.data["person"], is_active=True).exclude(pk=event.by_id).first()
    if person is None or not Event.objects.visible_to(person).filter(pk=event.pk).exists():
        return []
    defaults = {"level": TO_ONE[Event.Kind(event.kind)], "delivered_at": at}
    key = {"event": event, "person": person, "channel": Notice.Channel.INBOX}
    return [Notice.objects.get_or_create(**key, defaults=defaults)[0]]


def _levels(event: Event) -> dict[str, str]:
    levels = AUDIENCE.get(event.kind, {})
    if event.kind == Event.Kind.VERDICT and event.data["proposal"]:
        return {**levels, SPONSOR: Level.NEEDS_ME}
    return levels


def _write(event: Event, person: Person, level: str, stage: Stage | None, *, at: datetime) -> Notice:
    """The inbox is delivered by being written."""
    open_gate = stage is not None and stage.initiative.stage_key == stage.key and stage.initiative.state == "active"
    settled = level == Level.NEEDS_ME and not open_gate  # decided before anyone was told
    notice, _ = Notice.objects.get_or_create(
        event=event,
        person=person,
        channel=Notice.Channel.INBOX,
        defaults={
            "level": level,
            "stage": stage if level == Level.NEEDS_ME else None,
            "delivered_at": at,
            "done_at": at if settled else None,
        },
    )
    return notice
