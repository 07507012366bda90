"""One delivery, or several mails to one person as one: who may hear it now, and how it is put."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from gaitway.lib import sealed
from gaitway.lib.outgoing import Door
from gaitway.models import Channel, Delivery, Notice, Person, Preference
from gaitway.queries import deliveries, messages, preferences
from gaitway.queries.messages import Message
from gaitway.queries.words import speaking

from . import digest, email, links, slack, teams, webhook
from .base import Undelivered

Kind = Channel.Kind
MUTE = "Who it was for may no longer see it."


def unwanted(channel: Channel, delivery: Delivery) -> str:
    """Why nobody is to be told any more, or nothing. Asked right before it is sent: rights are those of that moment."""
    event = delivery.event
    if channel.kind == Kind.EMAIL:
        person = delivery.person
        if person is None or not Person.objects.filter(pk=person.pk, is_active=True).exists():
            return "Who it was for can't sign in any more."
        if event is None:
            return (
                ""
                if preferences.of(person).digest_day is not None
                else "The digest was switched off before it was sent."
            )
        notice = deliveries.notice_of(delivery)
        if notice is None or notice.done_at is not None:
            return "It was done before it was sent."
        wish = preferences.of(person)
        wanted = wish.mail_needs if notice.level == Notice.Level.NEEDS_ME else wish.mail_follow
        if wanted != Preference.Mail.AT_ONCE:
            return "Mail was switched off before it was sent."
        return "" if messages.for_person(event, person) else MUTE
    if event is None:
        return ""
    if channel.kind == Kind.WEBHOOK:
        owner = Person.objects.filter(pk=channel.owner_id or 0).first()
        return "" if owner is not None and messages.for_person(event, owner) else MUTE
    return "" if messages.for_everyone(event) else MUTE


def send(channel: Channel, due: Sequence[Delivery], *, at: datetime, door: Door | None = None) -> None:
    """Several only where they are mails to one person. Raises Undelivered, and Unwanted."""
    first = due[0]
    if channel.kind == Kind.EMAIL:
        assert first.person is not None  # noqa: S101  # `unwanted` was asked
        made = digest.mail(first.person, at) if first.event is None else notices_mail(first.person, due)
        email.send(first.person, made, first.key)
        return
    address, secrets = _opened(channel)
    out = door or Door()
    event = first.event
    assert event is not None  # noqa: S101  # only mails are about no event
    with speaking.to(None):
        match channel.kind:
            case Kind.SLACK:
                slack.send(out, address, messages.of(event), at=at)
            case Kind.TEAMS:
                teams.send(out, address, messages.of(event), at=at)
            case _:
                webhook.send(out, address, secrets, first.key, webhook.payload(event), at=at)


def try_out(channel: Channel, person: Person, *, at: datetime, door: Door | None = None) -> None:
    """A message that says that it is a test; a mail goes to `person`. Raises Undelivered."""
    with speaking.to(person if channel.kind == Kind.EMAIL else None):
        _try_out(channel, person, at=at, door=door)


def _try_out(channel: Channel, person: Person, *, at: datetime, door: Door | None) -> None:
    said = Message(
        "test", "", _("This is a test"),
        _("%(person)s sent it to see whether messages of Gaitway arrive.") % {"person": person}, at, None,
    )  # fmt: skip
    key = f"test:{channel.pk}:{int(at.timestamp())}"
    if channel.kind == Kind.EMAIL:
        page = {"messages": [said], "person": person, "link": links.of, "inbox": links.to("inbox"),
                "settings": links.to("preferences"), "unsubscribe": links.to("preferences")}  # fmt: skip
        text, html = render_to_string("mail/notices.txt", page), render_to_string("mail/notices.html", page)
        email.send(person, email.Mail(said.title, text, html), key)
        return
    address, secrets = _opened(channel)
    match channel.kind:
        case Kind.SLACK:
            slack.send(door or Door(), address, said, at=at)
        case Kind.TEAMS:
            teams.send(door or Door(), address, said, at=at)
        case _:
            data = {
                "type": "test",
                "timestamp": at.isoformat(),
                "data": {"title": said.title, "url": links.to("portfolio")},
            }
            webhook.send(door or Door(), address, secrets, key, data, at=at)


def _opened(channel: Channel) -> tuple[str, list[str]]:
    """The address, and what it is signed with. Raises Undelivered."""
    try:
        secrets = [sealed.unseal(each) for each in (channel.secret, channel.secret_before) if each]
        return sealed.unseal(channel.address), secrets
    except sealed.Unreadable as error:
        raise Undelivered(f"{channel.name}: {error}", again=True, whole=True) from None


def notices_mail(person: Person, due: Sequence[Delivery]) -> email.Mail:
    """In the language of the person."""
    with speaking.to(person):
        return _notices_mail(person, due)


def _notices_mail(person: Person, due: Sequence[Delivery]) -> email.Mail:
    told: list[Message] = []
    for delivery in due:
        notice = deliveries.notice_of(delivery)
        if delivery.event is not None:
            told.append(messages.of(delivery.event, notice.stage if notice else None))
    told.sort(key=lambda message: (not message.decide, -message.at.timestamp()))
    end = links.to("unsubscribe", preferences.unsubscribe_token(person, preferences.MAIL))
    page = {"messages": told, "person": person, "link": links.of, "inbox": links.to("inbox"),
            "settings": links.to("preferences"), "unsubscribe": end}  # fmt: skip
    more = f" (+{len(told) - 1})" if len(told) > 1 else ""
    return email.Mail(
        told[0].title + more,
        render_to_string("mail/notices.txt", page),
        render_to_string("mail/notices.html", page),
        end,
    )
