"""The house of the matrix: something foreign, something of each noun, and more people than the cast."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from gaitway.actions import (
    channels,
    comments,
    delegations,
    events,
    files,
    initiatives,
    people,
    points,
    tokens,
    undo,
    uploads,
)
from gaitway.models import (
    ChecklistItem,
    Condition,
    Decision,
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


def furnish(world: World) -> World:
    """Something foreign, something of each noun, and more people."""
    stage = Stage.objects.get(initiative=world.iceland, key="crawl")
    Task.objects.create(initiative=world.iceland, stage=stage, name="Secret task")
    ChecklistItem.objects.create(stage=stage, text="Secret item")
    for task in Task.objects.select_related("stage", "initiative__strategy"):
        by = world.sofia
        said = "Secret " if task.initiative == world.iceland else ""
        points.add(task, f"{said}point", by=by, at=AT)
        comments.add(task, f"{said}comment", by=by, at=AT)
        files.add(task.initiative, f"{said}plan.txt", b"plan", by=by, at=AT, task=task)
        files.link(task.initiative, f"https://example.com/{said.strip()}", by=by, at=AT, task=task)
    for at, words in ((world.crawl, "Hire two"), (stage, "Secret")):
        made = Decision.objects.create(
            initiative=at.initiative, stage=at, choice="conditional go", reason=words, conditions=words,
            by=world.sofia, at=AT, effective_on=TODAY,
        )  # fmt: skip
        Condition.objects.create(decision=made, text=words)
        Milestone.objects.create(initiative=at.initiative, name=f"{words} fair", on=TODAY)
    secret = Kpi.objects.create(strategy=world.strategy, key="secret", name="Secret", kind="level", cadence="day")
    secret.stages.set([stage])  # only the restricted initiative reads it
    for initiative in (world.norway, world.iceland):
        review = Review.objects.create(strategy=world.strategy, by=world.admin, started_at=AT)
        ReviewItem.objects.create(review=review, initiative=initiative, reason="gate")
    initiatives.change(world.norway, {"name": "Norge"}, by=world.luca, at=AT)
    initiatives.change(world.norway, {"name": "Norway"}, by=world.luca, at=AT)
    people.invite("ines@example.com", name="Ines Roth", by=world.admin, at=AT)
    rows_views.arrange(world)
    event = events.record(Event.Kind.TASK_DONE, by=world.luca, at=AT, initiative=world.norway, data={"task": "x"})
    Notice.objects.create(event=event, person=world.sofia, level=Notice.Level.FOLLOW, delivered_at=AT)
    channels.add("webhook", name="x", address="https://10.1.2.3/", groups=["gates"], by=people.terminal(at=AT), at=AT)
    undo.offer(
        "x",
        "display",
        {"theme": "auto", "density": "normal", "keys": True, "language": ""},
        by=world.sofia,
        at=timezone.now(),
    )
    tokens.make(world.sofia, name="x", scopes=["read"], by=world.sofia, at=AT)
    days = {"starts": AT.date(), "ends": AT.date(), "today": AT.date()}
    delegations.make(world.sofia, world.luca, **days, by=world.sofia, at=AT)
    mapping = {"roles": ["period", "kpi:orders"], "kpi": "", "order": "day", "decimal": "."}
    uploads.start(world.strategy, "", ["Week", "Orders"], [["2026-02-23", "7"]], mapping, by=world.sofia, at=AT)
    Person.objects.filter(pk=world.sofia.pk).update(password=make_password("four words of Sofia"))
    SocialAccount.objects.create(user=world.sofia, provider="oidc", uid="1")
    UserSession.objects.create(user=world.sofia, session_key="x", ip="127.0.0.1", user_agent="x")
    removed = people.invite("removed@example.com", by=world.admin, at=AT)
    Person.objects.filter(pk=removed.pk).update(is_active=False)
    people.invite("root@example.com", access=Person.Access.ADMINISTRATOR, by=world.admin, at=AT)
    return world
