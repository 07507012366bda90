"""Who is told of an event, and how urgently: in the inbox, and as each person chose by mail; and through the channels of
the house. What goes out is written down here as a delivery, and sent by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from gaitway.actions import channels, deliveries
from gaitway.actions.turns import turn
from gaitway.engine import deciders
from gaitway.models import Channel, Delegation, Event, Notice, Person, Preference, Role, Stage, Task
from gaitway.models.preference import CHOSEN, Group
from gaitway.queries import messages, preferences, reviews, rights

Level = Notice.Level
SPONSOR, LEAD, TEAM, VIEWER = Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR, Role.Kind.VIEWER
GATHER = timedelta(seconds=30)  # until a mail goes out: what happens together comes in one

# What one person alone is told: who owes a value, who was given a role, who stands in for somebody.
TO_ONE = {
    Event.Kind.OWED: Level.NEEDS_ME,
    Event.Kind.CHECK_IN_DUE: Level.NEEDS_ME,
    Event.Kind.ASKED: Level.NEEDS_ME,
    Event.Kind.ROLE_GIVEN: Level.FOLLOW,
    Event.Kind.ROLE_TAKEN: Level.FOLLOW,
    Event.Kind.DELEGATED: Level.FOLLOW,
    Event.Kind.DELEGATION_ENDED: Level.FOLLOW,
    Event.Kind.TASK_GIVEN: Level.FOLLOW,
}
# By kind of event: which roles are told, and which of them it needs. A verdict needs somebody only where it proposes.
AUDIENCE: dict[str, dict[str, str]] = {
    Event.Kind.VERDICT: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.OVERDUE: {SPONSOR: Level.NEEDS_ME, LEAD: Level.FOLLOW},
    Event.Kind.DECISION: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.VOTED: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.SUPERSEDED: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.FULFILLED: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.STAGE_MOVED: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.AMENDMENT: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.APPROVAL: {LEAD: Level.FOLLOW},
    Event.Kind.TASK_DONE: {LEAD: Level.FOLLOW},
    Event.Kind.MILESTONE: dict.fromkeys((SPONSOR, LEAD, TEAM), Level.FOLLOW),
    Event.Kind.CHECK_IN: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},  # it needs the sponsor where help is asked for
    Event.Kind.TASK_ADDED: {},  # its owner hears that it was given, programs by webhook
    Event.Kind.COMMENTED: {},  # who is named, and who has a part in the task
    Event.Kind.INITIATIVE_ADDED: dict.fromkeys((SPONSOR, LEAD, TEAM), Level.FOLLOW),
    Event.Kind.INITIATIVE_CHANGED: {SPONSOR: Level.FOLLOW, LEAD: Level.FOLLOW},
    Event.Kind.INITIATIVE_RETIRED: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.INITIATIVE_BACK: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    Event.Kind.CHECKLIST_CHANGED: {LEAD: Level.FOLLOW},
    Event.Kind.REVIEWED: dict.fromkeys((SPONSOR, LEAD, TEAM, VIEWER), Level.FOLLOW),
    # Of no initiative: they stand in the feed, and the gates that they move tell for themselves.
    Event.Kind.IMPORTED: {},
    Event.Kind.UNDONE: {},
    Event.Kind.RESTORED: {},
    Event.Kind.REVIEW_ENDED: {},
}


@turn()
def tell(event: Event, *, at: datetime) -> list[Notice]:
    """Writes the notices of an event, each once however often this runs. Nobody is told of what they did themselves,
    nor of what they may not see."""
    _channels(event, at=at)
    if event.kind in TO_ONE:
        return _to_one(event, at=at)
    people = _spoken_to(event) if event.kind == Event.Kind.COMMENTED else _people(event, at=at)
    if not people:
        return []
    stage = Stage.objects.filter(initiative=event.initiative, key=event.data.get("stage", "")).first()
    wishes = preferences.all_of(list(people))
    group = Group.of(event.kind)
    told = []
    for person, asked in people.items():
        level = wishes[person.pk].level(group) if group in CHOSEN and asked != Level.NEEDS_ME else asked
        if level != Preference.Level.QUIET and messages.for_person(event, person):
            # What needs somebody waits for a decision at the gate; a call for help waits for nothing but them.
            waits = asked == Level.NEEDS_ME and event.kind != Event.Kind.CHECK_IN
            gate = stage if waits else None
            told.append(_write(event, person, level, wishes[person.pk], gate, at=at, asked=waits))
    return told


def _people(event: Event, *, at: datetime) -> dict[Person, str]:
    """By their roles, and who follows it."""
    levels = _levels(event)
    if not levels or event.initiative is None or _decided(event):
        return {}
    people: dict[Person, str] = {}
    there = Q(initiative=event.initiative) | Q(area__isnull=False, area=event.initiative.area_id)
    for role in Role.objects.filter(there).select_related("person"):
        level = levels.get(role.role)
        if level and role.person_id != event.by_id and people.get(role.person) != Level.NEEDS_ME:
            people[role.person] = level
    asked = _deciders(event)
    if asked is not None:
        people = {**dict.fromkeys(people, Level.FOLLOW.value), **dict.fromkeys(asked, Level.NEEDS_ME.value)}
    _add_those_who_stand_in(people, event, at=at)
    for person in preferences.followers(event):
        if person.pk != event.by_id:
            people.setdefault(person, Level.FOLLOW)
    return people


def _spoken_to(event: Event) -> dict[Person, str]:
    """Whom a comment names needs to answer; the owner of the task, and who spoke before, may want to hear."""
    task = Task.objects.filter(pk=event.data["task_id"]).first()
    if task is None:
        return {}
    part = Q(pk=task.owner_id) | Q(pk__in=task.comments.filter(removed_at=None).values("by"))
    hear = Person.objects.filter(part, is_active=True)
    named = Person.objects.filter(pk__in=event.data["mentioned"], is_active=True)
    found = {**dict.fromkeys(hear, Level.FOLLOW.value), **dict.fromkeys(named, Level.NEEDS_ME.value)}
    return {person: level for person, level in found.items() if person.pk != event.by_id}


def _deciders(event: Event) -> list[Person] | None:
    """Where this waits for several to decide: those whom the rule of the gate names, and who haven't voted yet."""
    asks = event.kind in (Event.Kind.OVERDUE, Event.Kind.VOTED) or (
        event.kind == Event.Kind.VERDICT and event.data["proposal"]
    )
    stage = Stage.objects.filter(initiative=event.initiative, key=event.data.get("stage", "")).first() if asks else None
    if stage is None or rights.rule(stage) == deciders.ALONE:
        return None
    voted = {vote.behalf_id or vote.by_id for vote in reviews.votes(stage, stage.initiative)}
    return [person for person in rights.voters(stage) if person.pk not in voted and person.pk != event.by_id]


def _decided(event: Event) -> bool:
    """A move that was decided is told as the decision."""
    return event.kind == Event.Kind.STAGE_MOVED and bool(event.data.get("decision"))


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
    if person is None or not messages.for_person(event, person):
        return []
    level = TO_ONE[Event.Kind(event.kind)]
    return [_write(event, person, level, preferences.of(person), None, at=at, asked=False)]


def _levels(event: Event) -> dict[str, str]:
    levels = AUDIENCE.get(event.kind, {})
    if event.kind == Event.Kind.VERDICT and event.data["proposal"]:
        return {**levels, SPONSOR: Level.NEEDS_ME}
    if event.kind == Event.Kind.CHECK_IN and event.data["help"]:
        return {**levels, SPONSOR: Level.NEEDS_ME}
    return levels


def _write(
    event: Event, person: Person, level: str, wish: Preference, stage: Stage | None, *, at: datetime, asked: bool
) -> Notice:
    """The inbox is delivered by being written. `asked`: it waits for a decision at the gate of `stage`."""
    open_gate = stage is not None and stage.initiative.stage_key == stage.key and stage.initiative.state == "active"
    settled = asked and not open_gate  # decided before anyone was told
    notice, made = Notice.objects.get_or_create(
        event=event,
        person=person,
        channel=Notice.Channel.INBOX,
        defaults={"level": level, "stage": stage, "delivered_at": at, "done_at": at if settled else None},
    )
    mailed = wish.mail_needs if level == Level.NEEDS_ME else wish.mail_follow
    if made and not settled and mailed == Preference.Mail.AT_ONCE and settings.EMAIL_ON:
        key = f"mail:{event.pk}:{person.pk}"
        deliveries.ask(channels.email(at=at), key, event=event, person=person, wait=GATHER, at=at)
    return notice


def _channels(event: Event, *, at: datetime) -> None:
    group = Group.of(event.kind)
    if group is None:
        return
    for channel in _listening(group):
        if _is_for(channel, event):
            deliveries.ask(channel, f"channel:{channel.pk}:{event.pk}", event=event, at=at)


def _listening(group: Group) -> Iterable[Channel]:
    alive = Channel.objects.alive().exclude(kind=Channel.Kind.EMAIL).select_related("owner")
    return [channel for channel in alive if group in channel.groups]


def _is_for(channel: Channel, event: Event) -> bool:
    from .webhook import TYPES

    if channel.kind == Channel.Kind.WEBHOOK:
        return event.kind in TYPES and channel.owner is not None and messages.for_person(event, channel.owner)
    # A room hears what people are told: no noise within limits, and a decided move once.
    return bool(_levels(event)) and not _decided(event) and messages.for_everyone(event)
