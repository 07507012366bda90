from __future__ import annotations

from django.db import models
from django.db.models import Q

from .initiative import Initiative
from .person import Person
from .strategy import Strategy
from .visible import VisibleQuerySet, involved


class EventQuerySet(VisibleQuerySet["Event"]):
    def seen_by(self, viewer: Person) -> Q:
        rule = involved(viewer, "initiative") & Q(initiative__isnull=False)
        return rule if viewer.is_guest else rule | Q(initiative=None)


class Event(models.Model):
    """That something happened: written with the change itself, in one transaction; people are told from it later."""

    class Kind(models.TextChoices):
        STRATEGY_APPLIED = "strategy applied"
        STAGE_MOVED = "stage moved"
        VERDICT = "verdict"
        OVERDUE = "stage past its end"
        DECISION = "decision"
        AMENDMENT = "amendment"
        APPROVAL = "approval"
        TASK_DONE = "task done"
        CHECKED = "checklist item done"
        REVISED = "observations revised"
        LIMITS = "limits re-set"
        INVITED = "person invited"
        DEFINED = "KPI defined anew"
        OWED = "value owed"
        IMPORTED = "table imported"
        UNDONE = "import undone"
        RESTORED = "backup restored"

    kind = models.CharField(max_length=40, choices=Kind)
    strategy = models.ForeignKey(Strategy, models.PROTECT, null=True, related_name="events")
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, related_name="events")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["-at", "-id"]), models.Index(fields=["initiative", "-at"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
