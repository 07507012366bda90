from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from .decision import Decision
from .initiative import Initiative
from .person import Person
from .strategy import Strategy
from .task import Task
from .visible import VisibleQuerySet


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, viewer: Person | AnonymousUser) -> Self:
        """Where one may see something that was on its agenda, and whoever began it."""
        if isinstance(viewer, AnonymousUser) or not viewer.is_active:
            return self.none()
        if viewer.sees_all:
            return self.all()
        seen = ReviewItem.objects.visible_to(viewer).values("review")
        return self.filter(Q(pk__in=seen) | Q(by=viewer))


class Review(models.Model):
    """A meeting that goes through the initiatives of a strategy that need talk. Written by actions.meetings alone."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="reviews")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When its minutes were sent to all")
    current = models.ForeignKey(
        "gaitway.ReviewItem", models.SET_NULL, null=True, related_name="+", help_text="What is talked about now"
    )
    changes = models.PositiveIntegerField(default=0, help_text="Grows with each change: who looks on hears of it")

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.strategy.key} {self.started_at:%Y-%m-%d}"


class ReviewItem(models.Model):
    """An initiative on the agenda of a review, and why it stands there."""

    class Reason(models.TextChoices):
        """In the order in which they are talked about."""

        GATE = "gate"  # somebody has to decide
        OFF_TRACK = "off track"
        DISAGREEMENT = "disagreement"  # the owner is more hopeful than the evidence
        NO_DATA = "no data"
        FLAGGED = "flagged"  # somebody wants to talk about it

    review = models.ForeignKey(Review, models.CASCADE, related_name="items")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="review_items")
    reason = models.CharField(max_length=20, choices=Reason)
    position = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    discussed_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "initiative"], name="review_item_once"),
            models.CheckConstraint(
                condition=Q(reason__in=["gate", "off track", "disagreement", "no data", "flagged"]),
                name="review_item_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review}: {self.initiative.key}"


class OfItem(VisibleQuerySet["ReviewNote"]):
    initiative: ClassVar[str] = "item__initiative"


class ReviewNote(models.Model):
    """What was said of an initiative in a review: a note, an action that became a task, or a decision at its gate."""

    class Kind(models.TextChoices):
        NOTE = "note"
        ACTION = "action"
        DECISION = "decision"

    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField(blank=True)
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="said_in")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfItem.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "by"], condition=Q(kind="note"), name="review_note_once"),
            models.CheckConstraint(
                condition=Q(kind="decision", decision__isnull=False)
                | Q(kind__in=["note", "action"], decision__isnull=True),
                name="review_note_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
