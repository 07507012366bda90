from __future__ import annotations

from django.db import models
from django.db.models import Q


class Hold(models.Model):
    """That nothing leaves the house for now: what came out of a backup isn't told or asked for twice before somebody has
    looked at it. Belongs to this installation alone, so that no archive holds it."""

    reason = models.TextField()
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="hold_reasoned")]

    def __str__(self) -> str:
        return self.reason
