"""Who is told of an event, and how urgently: in the inbox, and as each person chose by mail; and through the channels of
the house. What goes out is written down here as a delivery, and sent by the worker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from gaitway.actions import channels, deliveries
from gaitway.models import Channel, Event, Notice, Person, Preference, Role, Stage
from gaitway.models.preference import CHOSEN, Group
from gaitway.queries import messages, preferences

Level = Notice.Level
SPONSOR, LEAD, TEAM, VIEWER = Role.Kind.SPONSOR, Role.Kind.LEAD, Role.Kind.CONTRIBUTOR, Role.Kind.VIEWER
GATHER = timedelta(seconds=30)  # until a mail goes out: what happens together comes in one

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
}


@transaction.atomic
def tell(event: Event, *, at: datetime) -> list[Notice]:
    """Writes the notices of an event, each once however often this runs. Nobody is told of what they did themselves,
    nor of what they may not see."""
    _channels(event, at=at)
    if event.kind == Event.Kind.OWED:
        return _owed(event, at=at)
    people = _people(event)
    if not people:
        return []
    stage = Stage.objects.filter(initiative=event.initiative, key=event.data.get("stage", "")).first()
    wishes = preferences.all_of(list(people))
    group = Group.of(event.kind)
    told = []
    for person, asked in people.items():
        level = wishes[person.pk].level(group) if group in CHOSEN and asked != Level.NEEDS_ME else asked
        if level != Preference.Level.QUIET and messages.for_person(event, person):
            gate = stage if asked == Level.NEEDS_ME else None
            told.append(_write(event, person, level, wishes[person.pk], gate, at=at, asked=asked == Level.NEEDS_ME))
    return told


def _people(event: Event) -> dict[Person, str]:
    """By their roles, and who follows it."""
    levels = _levels(event)
    if not levels or event.initiative is None or _decided(event):
        return {}
    people: dict[Person, str] = {}
    for role in event.initiative.roles.select_related("person"):
        level = levels.get(role.role)
        if level and role.person_id != event.by_id and people.get(role.person) != Level.NEEDS_ME:
            people[role.person] = level
    for person in preferences.followers(event):
        if person.pk != event.by_id:
            people.setdefault(person, Level.FOLLOW)
    return people


def _decided(event: Event) -> bool:
    """A move that was decided is told as the decision."""
    return event.kind == Event.Kind.STAGE_MOVED and bool(event.data.get("decision"))


def _owed(event: Event, *, at: datetime) -> list[Notice]:
    """A value is owed by one person."""
    person = Person.objects.filter(pk=event.data["person"], is_active=True).first()
    if person is None or not messages.for_person(event, person):
        return []
    return [_write(event, person, Level.NEEDS_ME, preferences.of(person), None, at=at, asked=False)]


def _levels(event: Event) -> dict[str, str]:
    levels = AUDIENCE.get(event.kind, {})
    if event.kind == Event.Kind.VERDICT and event.data["proposal"]:
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
