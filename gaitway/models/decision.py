from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from gaitway.engine.decisions import Choice

from .evaluation import Evaluation
from .initiative import Initiative
from .person import Person
from .stage import Stage
from .visible import VisibleQuerySet


class Decision(models.Model):
    """What a person decided at a gate, on which evidence. Never changed."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="decisions")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="decisions")
    choice = models.CharField(max_length=20, choices=[(choice, choice) for choice in Choice])
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    due = models.DateField(null=True, help_text="When the conditions must be fulfilled")
    against_evidence = models.BooleanField(default=False)
    evaluation = models.ForeignKey(Evaluation, models.PROTECT, null=True, related_name="decisions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="decisions")
    at = models.DateTimeField()
    effective_on = models.DateField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="decision_reasoned"),
            models.CheckConstraint(
                condition=~Q(choice="conditional go") | ~Q(conditions=""), name="decision_names_its_conditions"
            ),
            models.CheckConstraint(condition=Q(choice__in=list(Choice)), name="decision_choice"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.choice}"

    def record(self) -> dict[str, Any]:
        """What its event vouches for: all of it, with the evidence as it was frozen."""
        names = (
            "initiative_id", "stage_id", "choice", "reason", "conditions", "due", "against_evidence", "by_id", "at",
            "effective_on",
        )  # fmt: skip
        seen = ("as_of", "at", "spec", "outcome", "stop_outcome", "guard_outcome", "proposal", "findings")
        evidence = {name: getattr(self.evaluation, name) for name in seen} if self.evaluation else None
        return {name: getattr(self, name) for name in names} | {"evidence": evidence}
