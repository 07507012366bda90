from __future__ import annotations

from django.db import models
from django.db.models import Q

from .initiative import Initiative
from .person import Person
from .stage import Stage
from .visible import VisibleQuerySet


class CheckIn(models.Model):
    """What somebody who works on an initiative says of it: the outlook, and what stands behind it. Never changed: who
    thinks differently later checks in again."""

    class Outlook(models.TextChoices):
        """The answer to "Will the next gate be reached in time?"."""

        ON_TRACK = "on track"  # yes
        AT_RISK = "at risk"  # unsure
        OFF_TRACK = "off track"  # no

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="check_ins")
    stage = models.ForeignKey(Stage, models.PROTECT, null=True, related_name="check_ins")
    outlook = models.CharField(max_length=20, choices=Outlook)
    gate_due = models.DateField(null=True, help_text="The date that the outlook is about, as it was planned then")
    successes = models.TextField(blank=True)
    difficulties = models.TextField(blank=True)
    help = models.TextField(blank=True, help_text="What is needed, and from whom")
    next = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was recorded")
    on = models.DateField(help_text="The day of which it speaks: a telephone may send it later")
    key = models.CharField(max_length=64, blank=True, help_text="Given by who sends it: twice is once")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-at", "-pk"]
        indexes = [models.Index(fields=["initiative", "-on", "-at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(outlook__in=["on track", "at risk", "off track"]), name="check_in_outlook"
            ),
            models.UniqueConstraint(fields=["by", "key"], condition=~Q(key=""), name="check_in_once"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative.key}: {self.outlook}"
