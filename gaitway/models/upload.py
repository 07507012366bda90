from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.db.models import Q

from .person import Person
from .strategy import Strategy


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, viewer: Person) -> UploadQuerySet:
        """One's own alone."""
        if not viewer.is_authenticated or not viewer.is_active:
            return self.none()
        return self.filter(person=viewer)


class Upload(models.Model):
    """A table that somebody pasted or uploaded, on its way to observations; and the trace of it afterwards."""

    class State(StrEnum):
        READ = "read"  # its columns are being told apart
        IMPORTED = "imported"
        UNDONE = "undone"

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="uploads")
    person = models.ForeignKey(Person, models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=200, help_text="Of the file, or nothing where it was pasted")
    head = models.JSONField(default=list, help_text="The names of its columns")
    rows = models.JSONField(default=list, help_text="Its cells as texts; gone once it is imported")
    signature = models.CharField(max_length=64, help_text="SHA-256 of the head: how a mapping is remembered")
    mapping = models.JSONField(default=dict, help_text="What each column is")
    at = models.DateTimeField()
    imported_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["strategy", "signature"])]
        constraints = [
            models.CheckConstraint(condition=Q(undone_at=None) | Q(imported_at__isnull=False), name="upload_undone")
        ]

    @property
    def state(self) -> State:
        if self.undone_at:
            return self.State.UNDONE
        return self.State.IMPORTED if self.imported_at else self.State.READ

    def __str__(self) -> str:
        return self.name or f"pasted {self.at:%Y-%m-%d %H:%M}"
