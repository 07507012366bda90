"""Where the house tells outside its pages, and how that goes: for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import AfterValidator, Field, StringConstraints

from gaitway.actions import Refused, channels, deliveries
from gaitway.models import Channel as Row
from gaitway.notices import sending
from gaitway.notices.base import Undelivered
from gaitway.queries import deliveries as asked

from .scopes import ACT
from .values import In, Out, Person, shown_once, text, viewer

router = Router()
Group = Literal["gates", "decisions", "plans", "kpis"]


class Channel(Out):
    """Without its address, which is a secret in itself. `state`: off, ended, resting, failing, fine or new; `groups`: what it
    tells; `two_secrets`: the secret before the present one signs too."""

    channel_id: int = Field(validation_alias="pk")
    kind: str
    name: str
    host: str
    owner: Person | None
    groups: list[str]
    made_at: datetime
    state: str
    rests_until: datetime | None
    waiting: int
    sent: int
    failed: int
    last_sent: datetime | None
    fault: str
    two_secrets: bool


class ChannelMade(Out):
    """`secret`: what a webhook is signed with, in this answer alone. Null for others, and where an answer is repeated."""

    channel_id: int
    name: str
    host: str
    secret: str | None


class Secret(Out):
    """In this answer alone; null where an answer is repeated."""

    secret: str | None


class Delivery(Out):
    """What was laid aside. `what`: the kind of its event, or a digest; `alive`: its channel was not ended."""

    delivery_id: int = Field(validation_alias="pk")
    channel: str
    to: str
    what: str
    asked_at: datetime
    attempt: int
    fault: str
    alive: bool


class Retried(Out):
    """How many are tried again."""

    deliveries: int


class Leading(In):
    """Where a channel leads, and what it tells."""

    kind: Literal["slack", "teams", "webhook"]
    name: Annotated[str, StringConstraints(max_length=100), AfterValidator(text)]
    address: Annotated[str, StringConstraints(max_length=2000), AfterValidator(text)]
    groups: Annotated[list[Group], Field(min_length=1, max_length=10)] = ["gates", "decisions"]


@router.get("/channels", response=list[Channel])
def listed(request: HttpRequest) -> list[asked.ChannelLine]:
    """And how each goes. None for who isn't an administrator."""
    return asked.channels(viewer(request), timezone.now(), email_on=settings.EMAIL_ON)


@router.post("/channels", response={201: ChannelMade}, auth=ACT)
def add(request: HttpRequest, leading: Leading) -> Status[object]:
    """Send a test then, so that you know that it arrives."""
    row, secret = channels.add(**leading.model_dump(), by=viewer(request), at=timezone.now())
    shown_once(request, "secret")
    return Status(201, {"channel_id": row.pk, "name": row.name, "host": row.host, "secret": secret or None})


@router.post("/channels/{int:channel_id}/test", response={204: None}, auth=ACT)
def test(request: HttpRequest, channel_id: int) -> Status[None]:
    """Sends a message that says that it is a test; refused where it doesn't arrive."""
    channel = _channel(request, channel_id)
    try:
        sending.try_out(channel, viewer(request), at=timezone.now())
    except Undelivered as error:
        raise Refused(str(error)) from None
    return Status(204, None)


@router.post("/channels/{int:channel_id}/secret", response=Secret, auth=ACT)
def rotate(request: HttpRequest, channel_id: int) -> dict[str, object]:
    """A new secret for a webhook. The one before signs too until it is forgotten."""
    made = channels.rotate(_channel(request, channel_id), by=viewer(request), at=timezone.now())
    shown_once(request, "secret")
    return {"secret": made}


@router.post("/channels/{int:channel_id}/forget", response={204: None}, auth=ACT)
def forget(request: HttpRequest, channel_id: int) -> Status[None]:
    """Only the present secret signs from now on."""
    channels.forget_before(_channel(request, channel_id), by=viewer(request), at=timezone.now())
    return Status(204, None)


@router.post("/channels/{int:channel_id}/end", response={204: None}, auth=ACT)
def end(request: HttpRequest, channel_id: int) -> Status[None]:
    """Nothing goes there any more, and its secrets are gone."""
    channels.end(_channel(request, channel_id), by=viewer(request), at=timezone.now())
    return Status(204, None)


@router.get("/deliveries", response=list[Delivery])
def failed(request: HttpRequest) -> list[asked.FailedLine]:
    """What didn't arrive and was laid aside, the newest 50. None for who isn't an administrator."""
    return asked.failed(viewer(request))


@router.post("/deliveries/{int:delivery_id}/retry", response=Retried, auth=ACT)
def retry(request: HttpRequest, delivery_id: int) -> dict[str, int]:
    person = viewer(request)
    found = asked.find(person, delivery_id)
    return {"deliveries": deliveries.retry_failed([found], by=person, at=timezone.now())}


@router.post("/deliveries/retry", response=Retried, auth=ACT)
def retry_all(request: HttpRequest) -> dict[str, int]:
    """All that was laid aside, of the channels that are alive."""
    person = viewer(request)
    return {"deliveries": deliveries.retry_failed(asked.all_failed(person), by=person, at=timezone.now())}


def _channel(request: HttpRequest, pk: int) -> Row:
    return asked.find_channel(viewer(request), pk)
