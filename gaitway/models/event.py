from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from gaitway.lib import chain

from .initiative import Initiative
from .kpi import Kpi
from .person import Person
from .strategy import Strategy
from .visible import VisibleQuerySet, involved


class EventQuerySet(VisibleQuerySet["Event"]):
    def seen_by(self, viewer: Person) -> Q:
        rule = involved(viewer, "initiative") & Q(initiative__isnull=False)
        own = ~Q(kind=Event.Kind.SIGN_IN) | Q(by=viewer)
        open_to_all = Q(initiative=None) & ~Q(kind__in=Event.AUDITED) & own & ~Q(Exists(_hidden(viewer)))
        return rule if viewer.is_guest else rule | open_to_all

    def news(self) -> Self:
        """Without what is written for the audit alone."""
        return self.exclude(kind__in=Event.AUDITED)


def _hidden(viewer: Person) -> QuerySet[Kpi]:
    """The KPI that an event tells of, where this person may not see it: restricted initiatives alone read it."""
    told = KeyTextTransform("kpi", OuterRef("data"))
    here = Kpi.objects.filter(strategy=OuterRef("strategy"), key=told)
    return here.exclude(pk__in=Kpi.objects.visible_to(viewer).values("pk"))


class Event(models.Model):
    """That something happened: written with the change itself, in one transaction; people are told from it later.

    All events are one chain (`number`, `digest`): who changes one breaks it. Written by actions.events alone."""

    class Kind(models.TextChoices):
        STRATEGY_APPLIED = "strategy applied"
        STAGE_MOVED = "stage moved"
        VERDICT = "verdict"
        OVERDUE = "stage past its end"
        DECISION = "decision"
        VOTED = "vote"
        SUPERSEDED = "decision superseded"
        FULFILLED = "condition fulfilled"
        AMENDMENT = "amendment"
        APPROVAL = "approval"
        TASK_DONE = "task done"
        CHECKED = "checklist item done"
        REVISED = "observations revised"
        LIMITS = "limits re-set"
        INVITED = "person invited"
        ACCESS = "access changed"
        CLOSED = "account closed"
        REOPENED = "account reopened"
        SIGN_IN = "sign-in changed"  # for the person and those who see everything
        DEFINED = "KPI defined anew"
        OWED = "value owed"
        IMPORTED = "table imported"
        UNDONE = "import undone"
        TASK_REOPENED = "task reopened"
        RENAMED = "person renamed"
        JOINED = "first sign-in"
        TOKEN_MADE = "token made"  # noqa: S105  # a kind of event
        TOKEN_ENDED = "token ended"  # noqa: S105
        PULL_ASKED = "pull asked for"
        PULL_CANCELLED = "pull cancelled"
        ROLE_GIVEN = "role given"
        ROLE_TAKEN = "role taken"
        DELEGATED = "delegated"
        DELEGATION_ENDED = "delegation ended"
        VIEWED_AS = "viewed as"
        CHECK_IN = "check-in"
        CHECK_IN_DUE = "check-in due"
        RESTORED = "backup restored"
        MILESTONE = "milestone"
        ARRANGED = "initiatives arranged"
        TASK_ADDED = "task added"
        TASK_GIVEN = "task given"  # to its owner
        TASK_CHANGED = "task changed"
        TASK_MOVED = "task moved"  # between columns that aren't done
        TASK_RETIRED = "task retired"
        TASK_RESTORED = "task restored"
        TASK_POINT = "point of a task"
        COMMENTED = "comment"
        COMMENT_REMOVED = "comment removed"
        ATTACHED = "file or link added"
        DETACHED = "file or link removed"
        BOARD_LIMITS = "limits of the board"
        SCREEN_MADE = "screen made"
        SCREEN_ENDED = "screen ended"
        ASKED = "check-in asked for"
        INITIATIVE_ADDED = "initiative added"
        INITIATIVE_CHANGED = "initiative changed"
        INITIATIVE_RETIRED = "initiative retired"
        INITIATIVE_BACK = "initiative brought back"
        CHECKLIST_CHANGED = "checklist changed"
        REVIEW_ENDED = "review ended"
        REVIEWED = "talked about in a review"

    AUDITED = (
        Kind.RENAMED, Kind.JOINED, Kind.TOKEN_MADE, Kind.TOKEN_ENDED, Kind.PULL_ASKED, Kind.PULL_CANCELLED,
        Kind.ARRANGED,
        Kind.TASK_CHANGED, Kind.TASK_MOVED, Kind.TASK_RETIRED, Kind.TASK_RESTORED, Kind.TASK_POINT,
        Kind.COMMENT_REMOVED, Kind.ATTACHED, Kind.DETACHED, Kind.BOARD_LIMITS,
        Kind.SCREEN_MADE, Kind.SCREEN_ENDED,
    )  # fmt: skip
    """Kinds that nobody is told of: they stand in the audit, and those of a task on its page."""

    OF_TASKS = (
        Kind.TASK_ADDED, Kind.TASK_GIVEN, Kind.TASK_CHANGED, Kind.TASK_MOVED, Kind.TASK_DONE, Kind.TASK_REOPENED,
        Kind.TASK_RETIRED, Kind.TASK_RESTORED, Kind.TASK_POINT, Kind.COMMENTED, Kind.COMMENT_REMOVED, Kind.ATTACHED,
        Kind.DETACHED,
    )  # fmt: skip
    """Those that say in `task_id` of which task they tell."""

    number = models.PositiveBigIntegerField(unique=True, help_text="Its place in the chain, without a gap from 1")
    kind = models.CharField(max_length=40, choices=Kind)
    strategy = models.ForeignKey(Strategy, models.PROTECT, null=True, related_name="events")
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, related_name="events")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="For whom `by` acted")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    request = models.CharField(max_length=64, blank=True, help_text="The id of the request that did it")
    digest = models.CharField(max_length=64, help_text="SHA-256 of it and of the digest before it")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"]), models.Index(fields=["initiative", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"

    def record(self) -> dict[str, Any]:
        """What its digest is made of."""
        names = ("number", "kind", "strategy_id", "initiative_id", "by_id", "behalf_id", "at", "data", "request")
        return {name: getattr(self, name) for name in names}

    def seal(self, before: str) -> str:
        """Its digest, after the one `before` it."""
        return chain.digest(before, self.record())


class Head(models.Model):
    """Where the chain of events ends. One row, which also makes writers wait for one another."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=chain.BEGIN)

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"
