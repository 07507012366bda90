"""How a person wants to be told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused
from gaitway.actions.turns import turn
from gaitway.models import Following, Initiative, Objective, Person, Preference
from gaitway.models.preference import CHOSEN


@turn()
def put(
    person: Person,
    *,
    levels: Mapping[str, str],
    mail_needs: str,
    mail_follow: str,
    digest_day: int | None,
    by: Person,
    at: datetime,
) -> Preference:
    """All at once. `levels`: by group. Raises NotAllowed for anybody else's, Refused for what isn't on the list."""
    _require_self(person, by)
    if set(levels) != {str(group) for group in CHOSEN} or not set(levels.values()) <= set(Preference.Level.values):
        raise Refused(_("Each group of events has one level."))
    if not {mail_needs, mail_follow} <= set(Preference.Mail.values):
        raise Refused(_("A mail comes %(values)s.") % {"values": ", ".join(Preference.Mail.values)})
    if digest_day is not None and digest_day not in Preference.Day.values:
        raise Refused(_("The digest comes on a day of the week, or not at all."))
    values = {**levels, "mail_needs": mail_needs, "mail_follow": mail_follow, "digest_day": digest_day}
    return Preference.objects.update_or_create(person=person, defaults=values)[0]


@turn()
def stop_digest(person: Person, *, by: Person, at: datetime) -> None:
    """By the link in it. Whoever has the mail may."""
    Preference.objects.update_or_create(person=person, defaults={"digest_day": None})


@turn()
def stop_mail(person: Person, *, by: Person, at: datetime) -> None:
    """No notice is mailed at once any more; the digest still comes, and the inbox has everything."""
    off = {"mail_needs": Preference.Mail.DIGEST, "mail_follow": Preference.Mail.DIGEST}
    Preference.objects.update_or_create(person=person, defaults=off)


@turn()
def follow(thing: Initiative | Objective, *, by: Person, at: datetime) -> None:
    """Following twice changes nothing."""
    Following.objects.get_or_create(person=by, **_of(thing), defaults={"since": at})


@turn()
def unfollow(thing: Initiative | Objective, *, by: Person, at: datetime) -> None:
    Following.objects.filter(person=by, **_of(thing)).delete()


def _of(thing: Initiative | Objective) -> dict[str, Initiative | Objective]:
    return {"initiative" if isinstance(thing, Initiative) else "objective": thing}


def _require_self(person: Person, by: Person) -> None:
    if by.pk != person.pk:
        raise NotAllowed(_("People choose for themselves how they are told."))
