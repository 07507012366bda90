from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused
from gaitway.actions.turns import turn
from gaitway.lib import sealed
from gaitway.lib.outgoing import Failed
from gaitway.models import Channel, Delivery, Person
from gaitway.models.preference import Group

Kind = Channel.Kind
DEFAULT_GROUPS = (Group.GATES, Group.DECISIONS)


@turn()
def email(*, at: datetime) -> Channel:
    """The one for mail; made at its first use."""
    channel, _ = Channel.objects.get_or_create(kind=Kind.EMAIL, defaults={"name": "E-mail", "made_at": at})
    return channel


@turn()
def add(
    kind: str,
    *,
    name: str,
    address: str,
    groups: Collection[str],
    owner: Person | None = None,
    by: Person,
    at: datetime,
) -> tuple[Channel, str]:
    """The channel, and for a webhook the secret that it is signed with, which nobody can be told again. Raises NotAllowed,
    and Refused with the place and the fix."""
    _require_administrator(by)
    if kind not in (Kind.SLACK, Kind.TEAMS, Kind.WEBHOOK):
        raise Refused(_("A channel is slack, teams or webhook."))
    name = name.strip()
    if not name or len(name) > 100:
        raise Refused(_("A channel needs a name of at most 100 characters: where does it lead?"))
    if not groups or not set(groups) <= set(Group.values):
        raise Refused(
            _("A channel tells one group of events or more: %(values)s.") % {"values": ", ".join(Group.values)}
        )
    secret = fresh_secret() if kind == Kind.WEBHOOK else ""
    channel = Channel.objects.create(
        kind=kind, name=name, owner=(owner or by) if kind == Kind.WEBHOOK else None,
        groups=[group for group in Group.values if group in groups], host=_host(address), address=sealed.seal(address.strip()),
        secret=sealed.seal(secret), made_at=at,
    )  # fmt: skip
    return channel, secret


@turn()
def rotate(channel: Channel, *, by: Person, at: datetime) -> str:
    """A new secret for a webhook, told this once. The one before signs too until `forget_before`, so that nothing is lost
    while the receiver is changed."""
    _require_administrator(by)
    if channel.kind != Kind.WEBHOOK or channel.ended_at:
        raise Refused(_("Only a webhook that is alive has a secret."))
    secret = fresh_secret()
    rows = Channel.objects.filter(pk=channel.pk)
    rows.update(secret=sealed.seal(secret), secret_before=channel.secret)
    return secret


@turn()
def forget_before(channel: Channel, *, by: Person, at: datetime) -> None:
    _require_administrator(by)
    Channel.objects.filter(pk=channel.pk).update(secret_before="")


@turn()
def end(channel: Channel, *, by: Person, at: datetime) -> None:
    """Nothing goes there any more, and its secrets are gone. Ending it twice changes nothing."""
    _require_administrator(by)
    if channel.kind == Kind.EMAIL:
        raise Refused(_("Mail is switched off by leaving GAITWAY_EMAIL_URL out."))
    Channel.objects.filter(pk=channel.pk, ended_at=None).update(ended_at=at, address="", secret="", secret_before="")
    waiting = Delivery.objects.filter(channel=channel, status=Delivery.Status.PENDING)
    waiting.update(status=Delivery.Status.DROPPED, ended_at=at, fault=f"{by} ended the channel.")


def fresh_secret() -> str:
    """As the Standard Webhooks write it."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _host(address: str) -> str:
    """Raises Refused where nobody could go there. Whether anybody may is asked when something is sent, each time."""
    from gaitway.lib.outgoing.urls import parse

    try:
        url = parse(address.strip())
    except Failed as error:
        raise Refused(str(error)) from None
    return f"{url.host}:{url.port}" if url.port else url.host


def _require_administrator(by: Person) -> None:
    if not by.is_administrator:
        raise NotAllowed(_("Only administrators look after channels."))
