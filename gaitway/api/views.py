from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from gaitway.actions import views
from gaitway.models import View as Row
from gaitway.queries import views as asked

from .scopes import ACT
from .values import In, Out, Person, viewer

router = Router()
Page = Literal["portfolio", "roadmap", "board", "kpis", "decisions"]
Scope = Literal["mine", "team", "everyone"]


class View(Out):
    """`owner` is null for one's own. `query` is that of its page."""

    view_id: int = Field(validation_alias="pk")
    name: str
    page: str
    scope: str
    query: str
    owner: Person | None
    pinned: bool
    digest: bool
    opens: bool


class Saved(Out):
    view_id: int = Field(validation_alias="pk")
    name: str
    page: str
    scope: str
    query: str


class Saving(In):
    name: Annotated[str, Field(max_length=100)]
    page: Page = "portfolio"
    query: Annotated[str, Field(max_length=8000)] = ""
    scope: Scope = "mine"


class ViewChanging(In):
    """What isn't said stays as it is."""

    name: Annotated[str, Field(max_length=100)] | None = None
    scope: Scope | None = None


class Keeping(In):
    """What isn't said stays as it is."""

    pinned: bool | None = None
    digest: bool | None = None
    opens: bool | None = None


@router.get("/views", response=list[View])
def listed(
    request: HttpRequest, page: Literal["", "portfolio", "roadmap", "board", "kpis", "decisions"] = ""
) -> list[asked.Tab]:
    """The saved views that one may open, of all pages or of one; those that one has pinned first."""
    return asked.listed(viewer(request), page)


@router.post("/views", response={201: Saved}, auth=ACT)
def save(request: HttpRequest, saving: Saving) -> Status[Row]:
    """Saves one's own. A name that one has on this page already gets the new question."""
    return Status(201, views.save(**saving.model_dump(), by=viewer(request), at=timezone.now()))


@router.patch("/views/{int:view_id}", response=Saved, auth=ACT)
def change(request: HttpRequest, view_id: int, changing: ViewChanging) -> Row:
    """Another name, or other readers: by its owner, and of what is for everyone by those who see everything."""
    person = viewer(request)
    view = asked.find(person, view_id)
    name, scope = changing.name or view.name, changing.scope or view.scope
    return views.change(view, name=name, scope=scope, by=person, at=timezone.now())


@router.post("/views/{int:view_id}/keep", response={204: None}, auth=ACT)
def keep(request: HttpRequest, view_id: int, keeping: Keeping) -> Status[None]:
    """Pins it, puts its week into one's digest, lets its page open with it; or no longer."""
    person, at = viewer(request), timezone.now()
    view = asked.find(person, view_id)
    if keeping.pinned is not None:
        (views.pin if keeping.pinned else views.unpin)(view, by=person, at=at)
    if keeping.digest is not None:
        views.subscribe(view, keeping.digest, by=person, at=at)
    if keeping.opens is not None:
        views.open_with(view, keeping.opens, by=person, at=at)
    return Status(204, None)


@router.post("/views/{int:view_id}/delete", response={204: None}, auth=ACT)
def delete(request: HttpRequest, view_id: int) -> Status[None]:
    person = viewer(request)
    views.delete(asked.find(person, view_id), by=person, at=timezone.now())
    return Status(204, None)
