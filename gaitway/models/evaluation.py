from __future__ import annotations

from django.db import models

from gaitway.engine.logic import Outcome, Proposal

from .stage import Stage
from .visible import OfStage


class Evaluation(models.Model):
    """A verdict as it was given, with the spec it was judged by. Never changed."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="evaluations")
    as_of = models.DateField(help_text="Judged at the end of this day")
    at = models.DateTimeField(help_text="When it was computed")
    spec = models.JSONField(help_text="Its rules, dates and KPIs as they stood")
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in Outcome], blank=True)
    stop_outcome = models.CharField(max_length=10, choices=[(o, o) for o in Outcome], blank=True)
    guard_outcome = models.CharField(max_length=10, choices=[(o, o) for o in Outcome], blank=True)
    proposal = models.CharField(max_length=10, choices=[(p, p) for p in Proposal], blank=True)
    findings = models.JSONField(help_text="Findings of `trigger`, `stop` and `guard`, with their numbers")

    objects = OfStage.as_manager()

    class Meta:
        ordering = ["stage", "as_of", "pk"]
        indexes = [models.Index(fields=["stage", "as_of"])]

    def __str__(self) -> str:
        return f"{self.stage} as of {self.as_of}: {self.outcome}"
