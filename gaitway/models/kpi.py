from __future__ import annotations

from django.db import models
from django.db.models import Q

from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence

from .area import Area
from .person import Person
from .source import Source
from .strategy import Strategy
from .visible import involved


class KpiQuerySet(models.QuerySet["Kpi"]):
    def visible_to(self, viewer: Person) -> KpiQuerySet:
        """For everyone in the house, but one that only restricted initiatives read is for their people;
        a guest sees those of the initiatives that it sees."""
        if not viewer.is_authenticated or not viewer.is_active:
            return self.none()
        if viewer.sees_all:
            return self.all()
        from .stage import Stage

        mine = Stage.objects.filter(involved(viewer, "initiative")).values("kpis")
        rule = Q(pk__in=mine)
        return self.filter(rule if viewer.is_guest else rule | ~Q(stages__initiative__restricted=True)).distinct()


class Kpi(models.Model):
    """A key performance indicator. Baseline, target and tolerance are in its natural number (3 % is 0.03)."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="kpis")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in Kind])
    unit = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=10, choices=[(d, d) for d in Direction], default=Direction.UP)
    cadence = models.CharField(max_length=30, choices=[(c, c) for c in Cadence])
    baseline = models.FloatField(null=True)
    target = models.FloatField(null=True)
    tolerance = models.FloatField(null=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="kpis")
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="kpis")
    sql = models.TextField(blank=True, help_text="A query in the language of its source")
    measure = models.JSONField(null=True, help_text="Declared without SQL: table, time, measure, where")
    split_by = models.CharField(max_length=200, blank=True, help_text="The column that holds the area")
    whole = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="parts", help_text="The KPI that this is one area of"
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="kpis")
    since = models.DateField(null=True, help_text="Nothing before this day is pulled")
    lookback = models.PositiveIntegerField(
        null=True, help_text="Periods pulled again each time; nothing: all of them, each time"
    )
    due_after = models.PositiveSmallIntegerField(
        null=True, help_text="Days from the end of a period until its value is owed"
    )
    version = models.PositiveIntegerField(default=0, help_text="How often its definition was written")
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    pulled_at = models.DateTimeField(null=True)
    asked = models.TextField(blank=True, help_text="The words in which its source was asked the last time")
    pull_fault = models.TextField(blank=True, help_text="Why the last pull failed, or nothing")

    objects = KpiQuerySet.as_manager()

    class Meta:
        verbose_name = "KPI"
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "key"], name="kpi_key_once"),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="kpi_kind"),
            models.CheckConstraint(condition=Q(cadence__in=list(Cadence)), name="kpi_cadence"),
            models.CheckConstraint(condition=Q(direction__in=list(Direction)), name="kpi_direction"),
            models.CheckConstraint(condition=Q(whole=None) | Q(area__isnull=False), name="kpi_part_has_its_area"),
            models.UniqueConstraint(fields=["whole", "area"], name="kpi_area_once"),
            models.CheckConstraint(condition=Q(tolerance__gte=0) | Q(tolerance=None), name="kpi_tolerance"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def every(self) -> str:
        """Day, week, month or quarter."""
        return Cadence(self.cadence).unit.value

    def spec(self) -> KpiSpec:
        return KpiSpec(
            self.key, Kind(self.kind), Cadence(self.cadence), self.unit, Direction(self.direction),
            self.baseline, self.target, self.tolerance,
        )  # fmt: skip
