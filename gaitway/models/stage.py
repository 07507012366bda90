from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gaitway.engine.stages import Move, State

from .initiative import Initiative
from .kpi import Kpi
from .person import Person
from .visible import OfStage, VisibleQuerySet


class Stage(models.Model):
    """The plan of one stage of an initiative, and its gate: what must be true to leave it."""

    class Policy(models.TextChoices):
        SPONSOR = "sponsor"  # the sponsor decides
        AUTOMATIC = "automatic"  # a trigger that is met moves the initiative on by itself

    class CheckIns(models.TextChoices):
        WEEK = "week"
        FORTNIGHT = "fortnight"
        MONTH = "month"
        NEVER = "never"

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="stages")
    key = models.CharField(max_length=60)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    trigger = models.TextField(blank=True)
    stop = models.TextField(blank=True)
    guardrail = models.TextField(blank=True, help_text="What must not get worse; else what the stage was earned by")
    check_in = models.CharField(
        max_length=10, choices=CheckIns, default=CheckIns.WEEK, help_text="How often one checks in"
    )
    policy = models.CharField(max_length=20, choices=Policy, default=Policy.SPONSOR)
    kpis = models.ManyToManyField(Kpi, related_name="stages", help_text="Those that its rules read")

    judged_to = models.DateField(null=True, help_text="Evaluated up to the end of this day")
    latest = models.ForeignKey("gaitway.Evaluation", models.SET_NULL, null=True, related_name="+")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "key"], name="stage_key_once"),
            models.CheckConstraint(
                condition=Q(ends__gte=F("starts")) | Q(ends=None) | Q(starts=None), name="stage_dates"
            ),
            models.CheckConstraint(condition=Q(budget__gte=0) | Q(budget=None), name="stage_budget"),
            models.CheckConstraint(condition=Q(policy__in=["sponsor", "automatic"]), name="stage_policy"),
            models.CheckConstraint(
                condition=Q(check_in__in=["week", "fortnight", "month", "never"]), name="stage_check_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative.key}/{self.key}"

    def read(self) -> dict[str, Kpi]:
        """The KPIs that its rules read, by the names that stand there: what is split by area means, in an initiative of
        such an area, that part. From prefetched `kpis`, with their `whole`."""
        kpis = list(self.kpis.all())
        found = {kpi.key: kpi for kpi in kpis}
        for kpi in kpis:
            if kpi.whole is not None and kpi.area_id == self.initiative.area_id:
                found.setdefault(kpi.whole.key, kpi)
        return found


class ChecklistItem(models.Model):
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="checklist")
    text = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfStage.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["stage", "text"], name="checklist_item_once")]

    def __str__(self) -> str:
        return self.text


class Approval(models.Model):
    """`approved by ROLE` in a trigger: who gave it, and when."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="approvals")
    role = models.CharField(max_length=20)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    on = models.DateField(help_text="The day from which it counts")

    objects = OfStage.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["stage", "role"], name="approval_once")]

    def __str__(self) -> str:
        return f"{self.stage} approved by {self.role}"


class Amendment(models.Model):
    """A plan that was changed after its stage had begun. Kept, reasoned, shown beside every later verdict."""

    stage = models.ForeignKey(Stage, models.PROTECT, related_name="amendments")
    field = models.CharField(max_length=20)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfStage.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="amendment_reasoned")]

    def __str__(self) -> str:
        return f"{self.stage}: {self.field}"


class StageChange(models.Model):
    """One move. Numbered without a gap, so that the same step can't be taken twice."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="changes")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=20, choices=[(move, move) for move in Move])
    from_state = models.CharField(max_length=20, blank=True)
    from_stage = models.CharField(max_length=60, blank=True)
    to_state = models.CharField(max_length=20, choices=[(state, state) for state in State])
    to_stage = models.CharField(max_length=60, blank=True)
    decision = models.OneToOneField("gaitway.Decision", models.PROTECT, null=True, related_name="change")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it was recorded")
    effective_on = models.DateField(help_text="The day from which it counts")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["initiative", "number"]
        constraints = [models.UniqueConstraint(fields=["initiative", "number"], name="stage_change_once")]

    def __str__(self) -> str:
        return f"{self.initiative.key} {self.move} {self.to_stage}"
