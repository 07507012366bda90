from __future__ import annotations

from django.db import models

from .kpi import Kpi, KpiQuerySet
from .person import Person


class DefinitionQuerySet(models.QuerySet["Definition"]):
    def visible_to(self, viewer: Person) -> DefinitionQuerySet:
        kpis: KpiQuerySet = Kpi.objects.visible_to(viewer)
        return self.filter(kpi__in=kpis)


class Definition(models.Model):
    """What a KPI counted from a moment on: its source, its SQL or measure, its words. Never changed; a new version marks
    the series."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="definitions")
    version = models.PositiveIntegerField()
    fields = models.JSONField(help_text="As they stood from then on")
    changed = models.JSONField(default=list, help_text="The names of those that differ from the version before")
    counts_anew = models.BooleanField(default=False, help_text="It may count something else than before")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "version"]
        constraints = [models.UniqueConstraint(fields=["kpi", "version"], name="definition_once")]

    def __str__(self) -> str:
        return f"{self.kpi_id} v{self.version}"
