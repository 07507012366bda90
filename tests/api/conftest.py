"""The house, seen through the API: the cast with their tokens, something foreign, something of each noun."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gaitway.actions import channels, comments, events, files, initiatives, people, points, tokens, uploads
from gaitway.models import (
    ChecklistItem,
    Condition,
    Decision,
    Delivery,
    Event,
    Kpi,
    Milestone,
    Notice,
    Person,
    Review,
    ReviewItem,
    Stage,
    Task,
)
from tests.web import rows_views
from tests.world import AT, TODAY, World

Call = Callable[..., HttpResponse]


def token(person: Person, *scopes: str, days: int = 90, at: Any = None) -> str:
    _row, text = tokens.make(
        person, name="test", scopes=scopes or ("act",), days=days, by=person, at=at or timezone.now()
    )
    return text


class Caller:
    """A program with a token."""

    def __init__(self, text: str | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {text}"} if text else {}

    def __call__(
        self, verb: str, path: str, body: Any = None, *, kind: str = "application/json", **headers: str
    ) -> HttpResponse:
        """`body`: bytes and texts as they are, anything else as JSON."""
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        sent = {**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        path = path if path.startswith("/") else f"/api/v1/{path}"
        return self.client.generic(verb, path, data, content_type=kind, headers=sent)


@pytest.fixture
def house(world: World) -> World:
    return furnish(world)


def furnish(world: World) -> World:
    """Something foreign, something of each noun."""
    cache.clear()
    stage = Stage.objects.get(initiative=world.iceland, key="crawl")
    Task.objects.create(initiative=world.iceland, stage=stage, name="Secret task")
    ChecklistItem.objects.create(stage=stage, text="Secret item")
    for task in Task.objects.select_related("stage", "initiative__strategy"):
        said = "Secret " if task.initiative == world.iceland else ""
        points.add(task, f"{said}point", by=world.sofia, at=AT)
        comments.add(task, f"{said}comment", by=world.sofia, at=AT)
        files.add(task.initiative, f"{said}plan.txt", f"{said}plan".encode(), by=world.sofia, at=AT, task=task)
        files.link(task.initiative, f"https://example.com/{said.strip()}", by=world.sofia, at=AT, task=task)
    for where, words in ((world.crawl, "Hire two"), (stage, "Secret")):
        said = {"choice": "conditional go", "reason": words, "conditions": words}
        made = Decision.objects.create(
            initiative=where.initiative, stage=where, by=world.sofia, at=AT, effective_on=TODAY, **said
        )
        Condition.objects.create(decision=made, text=words)
        Milestone.objects.create(initiative=where.initiative, name=f"{words} fair", on=TODAY)
    secret = Kpi.objects.create(strategy=world.strategy, key="secret", name="Secret", kind="level", cadence="day")
    secret.stages.set([stage])  # only the restricted initiative reads it
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    Notice.objects.create(event=event, person=world.sofia, level=Notice.Level.FOLLOW, delivered_at=AT)
    for initiative in (world.norway, world.iceland):
        review = Review.objects.create(strategy=world.strategy, by=world.admin, started_at=AT)
        ReviewItem.objects.create(review=review, initiative=initiative, reason="gate")
    initiatives.change(world.norway, {"name": "Norge"}, by=world.luca, at=AT)
    initiatives.change(world.norway, {"name": "Norway"}, by=world.luca, at=AT)
    rows_views.arrange(world)
    hook, _secret = channels.add(
        "webhook", name="Hall", address="https://10.1.2.3/", groups=["gates"], by=world.admin, at=AT
    )
    laid_aside = {"status": Delivery.Status.FAILED, "fault": "refused", "asked_at": AT, "due_at": AT, "ended_at": AT}
    Delivery.objects.create(channel=hook, event=event, key="laid aside", **laid_aside)
    mapping = {"roles": ["period", "kpi:orders"], "kpi": "", "order": "day", "decimal": "."}
    table = ["week", "orders"], [["2026-02-23", "7"]]
    uploads.start(world.strategy, "brought.csv", *table, mapping, by=world.sofia, at=timezone.now())
    people.invite("removed@example.com", by=world.admin, at=AT)
    people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    return world


@pytest.fixture
def caller(house: World) -> Callable[..., Caller]:
    def made(name: str, *scopes: str) -> Caller:
        email = {"admin": "root@example.com"}.get(name, f"{name}@example.com")
        return Caller(token(Person.objects.get(email=email), *scopes))

    return made


def read(response: HttpResponse) -> Any:
    return json.loads(response.content)
