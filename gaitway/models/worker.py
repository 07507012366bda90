from __future__ import annotations

from django.db import models


class Worker(models.Model):
    """A process that does jobs, while it lives. Says every few seconds that it does; belongs to this installation alone, so
    that no archive holds it."""

    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    beaten_at = models.DateTimeField()

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return self.name
