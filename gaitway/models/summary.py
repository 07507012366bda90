from __future__ import annotations

from django.db import models
from django.db.models import Q

from .initiative import Initiative
from .kpi import Kpi
from .person import Person
from .stage import Stage
from .visible import VisibleQuerySet


class Summary(models.Model):
    """What lists show of an initiative, worked out when it changes and not when somebody looks. Written by
    actions.summaries alone; whoever reads it without one knows nothing of the initiative, which is never good."""

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="summary")
    stage = models.ForeignKey(Stage, models.SET_NULL, null=True, related_name="+", help_text="The present one")
    standing = models.CharField(max_length=20, blank=True, help_text="How it stands, until `off_from`")
    off_from = models.DateField(null=True, help_text="From this day on it is off track, if nothing else happens")
    place = models.SmallIntegerField(default=-1, help_text="Of its stage on the ladder")
    lead = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    sponsor = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    kpi = models.ForeignKey(Kpi, models.SET_NULL, null=True, related_name="+", help_text="Its lead KPI")
    points = models.JSONField(default=list, help_text="The last periods of that KPI: day and value")
    steps = models.JSONField(default=list, help_text="The ladder as it stands")
    met = models.PositiveIntegerField(null=True, help_text="Criteria of the trigger")
    total = models.PositiveIntegerField(null=True)
    verdict = models.CharField(max_length=20, blank=True)
    proposal = models.CharField(max_length=20, blank=True)
    evidence = models.FloatField(null=True, help_text="The e-value of a trigger that is met")
    gate_due = models.DateField(null=True)
    judged_to = models.DateField(null=True)
    tasks = models.PositiveIntegerField(default=0)
    tasks_done = models.PositiveIntegerField(default=0)
    outlook = models.CharField(max_length=20, blank=True, help_text="Of the last check-in")
    outlook_on = models.DateField(null=True)
    due = models.BooleanField(default=False, help_text="Something changed: a worker makes it anew")
    at = models.DateTimeField(help_text="When it was made")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "summaries"
        ordering = ["pk"]
        indexes = [models.Index(fields=["due"], condition=Q(due=True), name="summary_due")]

    def __str__(self) -> str:
        return f"{self.initiative}: {self.standing}"
