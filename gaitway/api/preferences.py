"""How one is told, what one follows, and which columns one's portfolio has."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway.actions import people, preferences
from gaitway.models import Person as PersonRow
from gaitway.models.preference import CHOSEN
from gaitway.queries import portfolio
from gaitway.queries import preferences as asked

from .scopes import ACT
from .values import In, Out, Target, viewer

router = Router()
Level = Literal["needs me", "follow", "quiet"]
Mail = Literal["at once", "digest", "off"]
Name = Literal[
    "state", "stage", "spark", "now", "met", "gate", "checked", "outlook", "owner", "sponsor", "area", "objective", "tasks",
]  # fmt: skip


class Telling(Out):
    """`gates`, `decisions`, `plans`: how near these events come; `mail_needs`, `mail_follow`: what of it is mailed;
    `digest_day`: 0 is Monday, null is no digest. `followed`: what one follows without a role in it."""

    gates: str
    decisions: str
    plans: str
    mail_needs: str
    mail_follow: str
    digest_day: int | None
    followed: list[Target]


class Wishing(In):
    gates: Level
    decisions: Level
    plans: Level
    mail_needs: Mail
    mail_follow: Mail
    digest_day: Annotated[int, Field(ge=0, le=6)] | None


class Columns(Out):
    columns: list[str]


class Choosing(In):
    """Beside the name, in any order; none: those of the house."""

    columns: Annotated[list[Name], Field(max_length=20)]


@router.get("/me/notices", response=Telling)
def notices(request: HttpRequest) -> dict[str, object]:
    """How you are told of what happens."""
    return _telling(viewer(request))


@router.put("/me/notices", response=Telling, auth=ACT)
def wish(request: HttpRequest, wishing: Wishing) -> dict[str, object]:
    """All at once."""
    person = viewer(request)
    preferences.put(
        person, levels={group.value: getattr(wishing, group.value) for group in CHOSEN}, mail_needs=wishing.mail_needs,
        mail_follow=wishing.mail_follow, digest_day=wishing.digest_day, by=person, at=timezone.now(),
    )  # fmt: skip
    return _telling(person)


@router.post("/initiatives/{pair:initiative_id}/follow", response={204: None}, auth=ACT)
def follow(request: HttpRequest, initiative_id: str) -> Status[None]:
    """From now on you hear of it. Following twice changes nothing."""
    person = viewer(request)
    preferences.follow(asked.find_initiative(person, initiative_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/initiatives/{pair:initiative_id}/unfollow", response={204: None}, auth=ACT)
def unfollow(request: HttpRequest, initiative_id: str) -> Status[None]:
    person = viewer(request)
    preferences.unfollow(asked.find_initiative(person, initiative_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/objectives/{pair:objective_id}/follow", response={204: None}, auth=ACT)
def follow_all(request: HttpRequest, objective_id: str) -> Status[None]:
    """All of its initiatives that you may see."""
    person = viewer(request)
    preferences.follow(asked.find_objective(person, objective_id), by=person, at=timezone.now())
    return Status(204, None)


@router.post("/objectives/{pair:objective_id}/unfollow", response={204: None}, auth=ACT)
def unfollow_all(request: HttpRequest, objective_id: str) -> Status[None]:
    person = viewer(request)
    preferences.unfollow(asked.find_objective(person, objective_id), by=person, at=timezone.now())
    return Status(204, None)


@router.get("/me/columns", response=Columns)
def columns(request: HttpRequest) -> dict[str, object]:
    """Those that your portfolio has."""
    return {"columns": portfolio.columns(viewer(request).columns)}


@router.put("/me/columns", response=Columns, auth=ACT)
def choose(request: HttpRequest, choosing: Choosing) -> dict[str, object]:
    person = viewer(request)
    people.set_columns(person, portfolio.kept_columns(choosing.columns), by=person, at=timezone.now())
    return {"columns": portfolio.columns(person.columns)}


def _telling(person: PersonRow) -> dict[str, object]:
    said = asked.of(person)
    names = ("gates", "decisions", "plans", "mail_needs", "mail_follow", "digest_day")
    followed = [each.target for each in asked.followed(person)]
    return {**{name: getattr(said, name) for name in names}, "followed": followed}
