from __future__ import annotations

from django.db import models

from .strategy import OpenQuerySet, Strategy


class Source(models.Model):
    """Where KPI data comes from. `location` is the absolute path of a file or an address; a secret in it is the name of
    an environment variable, `${GAITWAY_SOURCE_…}`, so that none is kept here."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="sources")
    key = models.CharField(max_length=60)
    location = models.TextField()
    options = models.JSONField(default=dict, help_text="What its connector takes besides: format, table, …")
    at_once = models.PositiveSmallIntegerField(default=1, help_text="How many of its KPIs are pulled side by side")
    retired_at = models.DateTimeField(null=True)

    objects = OpenQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "key"], name="source_key_once"),
            models.CheckConstraint(condition=models.Q(at_once__gte=1), name="source_at_once"),
        ]

    def __str__(self) -> str:
        return self.key
