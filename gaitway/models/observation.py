from __future__ import annotations

from django.db import models
from django.db.models import Q

from gaitway.engine.kpis import NUMBERS, Kind

from .kpi import Kpi, KpiQuerySet
from .person import Person
from .pull import Pull
from .upload import Upload

COLUMNS = tuple(dict.fromkeys(name for names in NUMBERS.values() for name in names))


class ObservationQuerySet(models.QuerySet["Observation"]):
    def visible_to(self, viewer: Person) -> ObservationQuerySet:
        kpis: KpiQuerySet = Kpi.objects.visible_to(viewer)
        return self.filter(kpi__in=kpis)


def _shape() -> Q:
    """Exactly the numbers of one kind are there, and they make sense; or none, where a period was withdrawn."""
    rule = Q(**{f"{name}__isnull": True for name in COLUMNS}) & Q(revision__gt=1)
    limits = {
        Kind.PROPORTION: Q(successes__gte=0, trials__gte=models.F("successes")),
        Kind.MEAN: Q(n__gte=0, variance__gte=0),
        Kind.RATIO: Q(denominator__gte=0),
        Kind.COUNT: Q(events__gte=0, exposure__gt=0),
        Kind.LEVEL: Q(),
    }
    for kind, names in NUMBERS.items():
        rule |= Q(**{f"{name}__isnull": name not in names for name in COLUMNS}) & limits[kind]
    return rule


class Observation(models.Model):
    """What was known of one period of one KPI. Never changed: a correction is a row with the next revision, so that
    "as known on day D" can always be asked."""

    # No index of their own: that of `observation_once` begins with the KPI, and nobody asks by person.
    kpi = models.ForeignKey(Kpi, models.PROTECT, db_index=False, related_name="observations")
    period = models.DateField(help_text="The first day of the period")
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="+")

    pull = models.ForeignKey(
        Pull, models.PROTECT, null=True, db_index=False, related_name="+", help_text="That brought it"
    )
    upload = models.ForeignKey(Upload, models.PROTECT, null=True, db_index=False, related_name="observations")

    successes = models.FloatField(null=True)
    trials = models.FloatField(null=True)
    n = models.FloatField(null=True)
    mean = models.FloatField(null=True)
    variance = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    events = models.FloatField(null=True)
    exposure = models.FloatField(null=True)
    value = models.FloatField(null=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["kpi", "period", "revision"]
        indexes = [models.Index(fields=["upload"], condition=Q(upload__isnull=False), name="observation_upload")]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "period", "revision"], name="observation_once"),
            models.CheckConstraint(condition=_shape(), name="observation_numbers"),
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} {self.period} r{self.revision}"
