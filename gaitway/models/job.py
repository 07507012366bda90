from __future__ import annotations

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """Work to be done by `gaitway work`: the only queue. A job is claimed for a time (a lease); who lets the lease run
    out has lost it, and what it then tries to finish is refused by the number of the attempt."""

    class Kind(models.TextChoices):
        EVALUATE = "evaluate"
        PULL = "pull"
        TELL = "tell"
        DELIVER = "deliver"
        FORECAST = "forecast"
        SUMMARISE = "summarise"

    kind = models.CharField(max_length=20, choices=Kind)
    key = models.CharField(max_length=200, help_text="One open job a key")
    payload = models.JSONField(default=dict)
    requests = models.PositiveIntegerField(default=1, help_text="How often it was asked for while open")
    due_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    claimed_by = models.CharField(max_length=100, blank=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    done = models.PositiveIntegerField(default=0, help_text="Steps done of `steps`, for who waits")
    steps = models.PositiveIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, help_text="Somebody asked for it to stop")

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(finished_at=None, dead_at=None), name="job_open_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(finished_at=None, dead_at=None), name="job_open"),
            models.Index(fields=["dead_at"], condition=Q(dead_at__isnull=False), name="job_dead"),
        ]

    def __str__(self) -> str:
        return self.key
