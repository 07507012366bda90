from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

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
    behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", help_text="For whom `by` decided")
    at = models.DateTimeField()
    effective_on = models.DateField()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by", help_text="Which it puts right"
    )

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
            "initiative_id", "stage_id", "choice", "reason", "conditions", "due", "against_evidence", "by_id",
            "behalf_id", "at", "effective_on", "supersedes_id",
        )  # fmt: skip
        seen = ("as_of", "at", "spec", "outcome", "stop_outcome", "guard_outcome", "proposal", "findings")
        evidence = {name: getattr(self.evaluation, name) for name in seen} if self.evaluation else None
        return {name: getattr(self, name) for name in names} | {"evidence": evidence}


class Vote(models.Model):
    """A voice at a gate that several people decide. Never changed: who thinks again votes again."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="votes")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="votes")
    round = models.PositiveIntegerField(help_text="How many stage changes there had been: a decision ends a round")
    choice = models.CharField(max_length=20, choices=[(choice, choice) for choice in Choice])
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    due = models.DateField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="votes")
    behalf = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="vote_reasoned")]

    def __str__(self) -> str:
        return f"{self.stage}: {self.by} for {self.choice}"


class OfDecision(VisibleQuerySet["Condition"]):
    initiative: ClassVar[str] = "decision__initiative"


class Condition(models.Model):
    """What a conditional go asks for. One that is not done when its day is over has lapsed, and reopens the question."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="asked")
    text = models.TextField()
    due = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfDecision.as_manager()

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text

    def lapsed(self, day: date) -> bool:
        """Whether it had lapsed at the end of `day`."""
        open_then = self.done_on is None or self.done_on > day
        return open_then and self.due is not None and self.due < day
