from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Q, QuerySet

from gaitway.models import Initiative, Invitation, Person, Role

SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """`state`: active, invited (has not come in yet) or closed. `secured`: has a second factor; of who comes in by single
    sign-on alone it is the provider's matter (None)."""

    person: Person
    state: str
    secured: bool | None
    invited_until: datetime | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    pk: int
    browser: str
    ip: str
    began_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class Account:
    """How one signs in: a password, codes from an app, passkeys, recovery codes that are left, links to single sign-on."""

    password: bool
    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None
    links: list[SocialAccount]
    sessions: list[SessionLine]


def listed(viewer: Person, at: datetime) -> list[PersonLine]:
    """Everybody, for administrators alone: raises Person.DoesNotExist for others."""
    if not viewer.is_administrator or not viewer.is_active:
        raise Person.DoesNotExist
    secured = set(Authenticator.objects.filter(type__in=SECOND).values_list("user_id", flat=True))
    linked = set(SocialAccount.objects.values_list("user_id", flat=True))
    open_ = Invitation.objects.filter(used_at=None, expires_at__gt=at, person__isnull=False)
    until = dict(open_.values_list("person_id", "expires_at"))
    return [
        PersonLine(
            person,
            "closed" if not person.is_active else "active" if person.joined_at else "invited",
            True if person.pk in secured else None if person.pk in linked and not person.has_usable_password() else False,
            until.get(person.pk),
        )
        for person in Person.objects.filter(is_system=False).order_by("-is_active", "name", "email")
    ]  # fmt: skip


def seeing(initiative: Initiative) -> QuerySet[Person]:
    """Those who may see it by their access or their roles: the other way round of `visible_to`. Without those who stand in
    for somebody."""
    access = Person.Access
    open_to = [access.ADMINISTRATOR, access.STRATEGIST, *([] if initiative.restricted else [access.MEMBER])]
    here = Q(initiative=initiative) | Q(area__isnull=False, area=initiative.area_id)
    inside = Q(access__in=open_to) | Q(pk__in=Role.objects.filter(here).values("person"))
    found: QuerySet[Person] = Person.objects.filter(inside, is_active=True, is_system=False)
    return found


def find(viewer: Person, pk: int) -> Person:
    """Somebody to manage, for administrators alone. Raises Person.DoesNotExist."""
    if not viewer.is_administrator or not viewer.is_active:
        raise Person.DoesNotExist
    found: Person = Person.objects.get(pk=pk, is_system=False)
    return found


def invited(email: str) -> Person | None:
    """Who was invited under this address and has not come in yet."""
    rows = Person.objects.filter(email=email.strip().lower(), is_active=True, is_system=False, joined_at=None)
    found: Person | None = rows.first()
    return found


def passkey(person: Person, pk: int) -> Authenticator:
    """One's own. Raises Authenticator.DoesNotExist."""
    found: Authenticator = Authenticator.objects.get(pk=pk, user=person, type=Authenticator.Type.WEBAUTHN)
    return found


def account(person: Person, session_key: str | None) -> Account:
    """One's own. `session_key` is that of the browser which asks."""
    factors = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    codes = next((each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None)
    return Account(
        person.has_usable_password(),
        next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        None if codes is None else len(codes.wrap().get_unused_codes()),
        list(SocialAccount.objects.filter(user=person).order_by("pk")),
        [
            SessionLine(
                each.pk, _browser(each.user_agent), each.ip, each.created_at, each.last_seen_at,
                each.session_key == session_key,
            )
            for each in UserSession.objects.filter(user=person).order_by("-last_seen_at")
            if each.exists()
        ],
    )  # fmt: skip


def _browser(agent: str) -> str:
    """Firefox on Linux: as much as a person recognises. The order matters, because every browser names its ancestors."""
    browsers = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "Windows": "Windows", "Mac OS": "macOS", "Linux": "Linux",
    }  # fmt: skip
    names = [next((said for mark, said in table.items() if mark in agent), "") for table in (browsers, systems)]
    return " · ".join(filter(None, names)) or agent[:40] or "–"
