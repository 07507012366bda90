from __future__ import annotations

from django.db import models

from .person import Person
from .task import OfTask, Task


class Comment(models.Model):
    """What somebody says about a task. A removed one keeps its place without its words."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments")
    text = models.TextField(blank=True)
    mentions = models.ManyToManyField(Person, related_name="+", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = OfTask.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by} on {self.task}"
