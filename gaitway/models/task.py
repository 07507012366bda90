from __future__ import annotations

from typing import ClassVar, TypeVar

from django.db import models
from django.db.models import Model, Q

from .initiative import Initiative
from .person import Person
from .stage import Stage
from .visible import VisibleQuerySet

M = TypeVar("M", bound=Model, covariant=True)


class OfTask(VisibleQuerySet[M]):
    """Rows that belong to a task."""

    initiative: ClassVar[str] = "task__initiative"


class Task(models.Model):
    """Work of a stage. Done means `done_on` has a day. Written by actions.tasks alone."""

    class State(models.TextChoices):
        """The columns of the board."""

        TO_DO = "to do"
        DOING = "doing"
        WAITING = "waiting"
        DONE = "done"

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="tasks")
    stage = models.ForeignKey(Stage, models.CASCADE, related_name="tasks")
    name = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tasks")
    accountable = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="answers_for", help_text="Answers for it; nobody: the lead"
    )
    due = models.DateField(null=True)
    estimate_days = models.FloatField(null=True)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.TO_DO)
    moved_at = models.DateTimeField(null=True, help_text="Since when it stands in its column")
    position = models.PositiveIntegerField(default=0, help_text="Within its stage, as the strategy file has it")
    rank = models.BigIntegerField(default=0, help_text="Its place in its column, among all tasks there: lib.ranks")
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "name"], name="task_once"),
            models.CheckConstraint(condition=Q(estimate_days__gte=0) | Q(estimate_days=None), name="task_estimate"),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False)
                | Q(state__in=["to do", "doing", "waiting"], done_on=None),
                name="task_state",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "position"], name="task_place"),
            models.Index(fields=["state", "rank", "id"], condition=Q(retired_at=None), name="task_column"),
            models.Index(fields=["done_on", "moved_at"], condition=Q(retired_at=None), name="task_done_on"),
            models.Index(fields=["owner", "state"], condition=Q(retired_at=None), name="task_owner_open"),
        ]

    def __str__(self) -> str:
        return self.name


class TaskItem(models.Model):
    """A point of a task that somebody ticks."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="items")
    text = models.CharField(max_length=300)
    position = models.PositiveIntegerField(default=0)
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfTask.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["task", "text"], name="task_item_once")]

    def __str__(self) -> str:
        return self.text
