from __future__ import annotations

from django.db import models
from django.db.models import Q

from .kpi import Kpi
from .stage import Stage


class Forecast(models.Model):
    """What was expected, as of a day. Kept, so that it can be compared with what came. Never changed."""

    class About(models.TextChoices):
        VALUES = "values"  # of a KPI: median and bands of its next periods
        GATE = "gate"  # of a stage: when its trigger will be judged met
        PROOF = "proof"  # of a stage: whether its dates can prove what its trigger asks for

    about = models.CharField(max_length=10, choices=About)
    kpi = models.ForeignKey(Kpi, models.PROTECT, null=True, related_name="forecasts")
    stage = models.ForeignKey(Stage, models.CASCADE, null=True, related_name="forecasts")
    as_of = models.DateField(help_text="From what was complete at the end of this day")
    at = models.DateTimeField(help_text="When it was computed")
    numbers = models.JSONField()

    class Meta:
        ordering = ["as_of", "pk"]
        indexes = [models.Index(fields=["kpi", "as_of"]), models.Index(fields=["stage", "about", "as_of"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(kpi=None, stage__isnull=False) | Q(kpi__isnull=False, stage=None), name="forecast_of_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.about} of {self.kpi or self.stage} as of {self.as_of}"
