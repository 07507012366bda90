from __future__ import annotations

from django.db import models

from .kpi import Kpi, KpiQuerySet
from .person import Person
from .source import Source


class PullQuerySet(models.QuerySet["Pull"]):
    def visible_to(self, viewer: Person) -> PullQuerySet:
        kpis: KpiQuerySet = Kpi.objects.visible_to(viewer)
        return self.filter(kpi__in=kpis)


class Pull(models.Model):
    """How one KPI was asked for at its source, and what came."""

    kpi = models.ForeignKey(Kpi, models.CASCADE, related_name="pulls")
    source = models.ForeignKey(Source, models.CASCADE, related_name="pulls")
    at = models.DateTimeField(help_text="When it ended")
    seconds = models.FloatField(help_text="How long the source took")
    since = models.DateField(null=True, help_text="The first period that was asked for; nothing: all there is")
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    revised = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    fault = models.TextField(blank=True)

    objects = PullQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["kpi", "-at"], name="pull_newest"),
            models.Index(fields=["at"], condition=~models.Q(fault=""), name="pull_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} at {self.at:%Y-%m-%d %H:%M}"
