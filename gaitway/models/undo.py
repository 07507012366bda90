from __future__ import annotations

from django.db import models

from .person import Person


class Undo(models.Model):
    """How a small change of one person is taken back: the kind of the inverse operation, and what it needs."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    data = models.JSONField(default=dict)
    words = models.CharField(max_length=300, help_text="What was done, as it was said")
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["person", "-at"])]

    def __str__(self) -> str:
        return self.words
