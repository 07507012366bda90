from __future__ import annotations

from functools import cache
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, gettext

from gaitway.engine.periods import MONTHS, WEEKDAYS
from gaitway.engine.stages import GAITS, Ladder, Rung

from .person import Person


class OpenQuerySet(models.QuerySet[Any]):
    """What stands in the strategy itself, not in one initiative: for everyone in the house, not for guests."""

    def visible_to(self, viewer: Person | AnonymousUser) -> Self:
        if isinstance(viewer, AnonymousUser) or not viewer.is_active or viewer.is_guest:
            return self.none()
        return self.all()


def gaits() -> list[dict[str, str]]:
    return [{"key": rung.key, "name": rung.name} for rung in GAITS.rungs]


class Strategy(models.Model):
    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    vision = models.TextField(blank=True)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    zone = models.CharField(max_length=60, blank=True, help_text="In which its days begin; nothing: GAITWAY_TIME_ZONE")
    week_start = models.CharField(max_length=10, choices=[(d, d) for d in WEEKDAYS], default="monday")
    fiscal_start = models.CharField(max_length=10, choices=[(m, m) for m in MONTHS], default="january")
    stages = models.JSONField(default=gaits, help_text="The ladder: key and name of each stage, in order")
    groups = models.JSONField(default=dict, help_text="Name to e-mails: who decides beside the sponsors")
    gates = models.JSONField(default=dict, help_text="Stage to who decides at its gate, where not the sponsor alone")

    limits = models.JSONField(default=dict, help_text="State of tasks to how many may stand in it on the board at once")

    objects = OpenQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "strategies"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")) | Q(ends=None) | Q(starts=None), name="strategy_dates"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone or settings.TIME_ZONE)

    @property
    def ladder(self) -> Ladder:
        """The three gaits are called as the reader's language calls them, unless the strategy names its stages itself."""
        return _ladder(self._named, get_language())

    @property
    def declared(self) -> Ladder:
        """The ladder as it was written."""
        return _ladder(self._named, None)

    @property
    def _named(self) -> tuple[tuple[str, str], ...]:
        return tuple((rung["key"], rung["name"]) for rung in self.stages)


@cache
def _ladder(named: tuple[tuple[str, str], ...], language: str | None) -> Ladder:
    rungs = tuple(Rung(key, name) for key, name in named)
    if language is None or rungs != GAITS.rungs:
        return Ladder(rungs)
    words = {"crawl": gettext("Crawl"), "walk": gettext("Walk"), "run": gettext("Run")}
    return Ladder(tuple(Rung(key, words[key]) for key, _name in named))


class Objective(models.Model):
    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="objectives")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    outcome = models.TextField(blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="objectives")
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    objects = OpenQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [models.UniqueConstraint(fields=["strategy", "key"], name="objective_key_once")]

    def __str__(self) -> str:
        return self.name


class KeyResult(models.Model):
    objective = models.ForeignKey(Objective, models.CASCADE, related_name="key_results")
    kpi = models.ForeignKey("gaitway.Kpi", models.PROTECT, related_name="key_results")
    target = models.FloatField()
    due = models.DateField(null=True)

    objects = OpenQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["objective", "kpi"], name="key_result_once")]

    def __str__(self) -> str:
        return f"{self.kpi} to {self.target:g}"
