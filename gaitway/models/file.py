from __future__ import annotations

from django.db import models
from django.db.models import Q

from .initiative import Initiative
from .person import Person
from .task import Task
from .visible import VisibleQuerySet


class File(models.Model):
    """A file at an initiative or at one of its tasks. It lies in the database: what is backed up there is backed up whole."""

    MOST = 10 * 2**20  # bytes

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="files")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="files")
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes")
    digest = models.CharField(max_length=64, help_text="SHA-256 of its content")
    content = models.BinaryField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(size__lte=10 * 2**20), name="file_size")]

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """An address elsewhere that belongs to an initiative or to one of its tasks."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="links")
    task = models.ForeignKey(Task, models.CASCADE, null=True, related_name="links")
    url = models.URLField(max_length=2000)
    title = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.title or self.url
