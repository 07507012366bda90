from __future__ import annotations

from django.db import models


class Area(models.Model):
    """A market or a business area."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
