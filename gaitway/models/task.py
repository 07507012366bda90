from __future__ import annotations

from django.db import models
from django.db.models import Q

from .initiative import Initiative
from .person import Person
from .stage import Stage
from .visible import VisibleQuerySet


class Task(models.Model):
    """Work of a stage. Done means `done_on` has a day."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="tasks")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tasks")
    accountable = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="answers_for", help_text="Answers for it; nobody: the lead"
    )
    due = models.DateField(null=True)
    estimate_days = models.FloatField(null=True)
    position = models.PositiveIntegerField(default=0)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "name"], name="task_once"),
            models.CheckConstraint(condition=Q(estimate_days__gte=0) | Q(estimate_days=None), name="task_estimate"),
        ]

    def __str__(self) -> str:
        return self.name
