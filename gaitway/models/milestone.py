from __future__ import annotations

from django.db import models

from .initiative import Initiative
from .person import Person
from .visible import VisibleQuerySet


class Milestone(models.Model):
    """A day that matters in an initiative beside its gates: a fair, a launch, a contract that ends."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="milestones")
    name = models.CharField(max_length=200)
    on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.UniqueConstraint(fields=["initiative", "name"], name="milestone_once")]

    def __str__(self) -> str:
        return self.name
