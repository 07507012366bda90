from __future__ import annotations

from django.db import models
from django.db.models import Q

from .kpi import Kpi, KpiQuerySet
from .person import Person


class LimitResetQuerySet(models.QuerySet["LimitReset"]):
    def visible_to(self, viewer: Person) -> LimitResetQuerySet:
        kpis: KpiQuerySet = Kpi.objects.visible_to(viewer)
        return self.filter(kpi__in=kpis)


class LimitReset(models.Model):
    """That what a KPI usually does is worked out anew from a period on, for a reason that somebody knows."""

    kpi = models.ForeignKey(Kpi, models.PROTECT, related_name="limit_resets")
    period = models.DateField(help_text="The first day of the first period with new limits")
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = LimitResetQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "period"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "period"], name="limit_reset_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="limit_reset_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} from {self.period}"
