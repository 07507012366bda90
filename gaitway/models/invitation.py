from __future__ import annotations

from django.db import models

from .person import Person


class Invitation(models.Model):
    """Lets a person in, once: the link itself is shown or mailed once, only its hash is kept. Where it has no person,
    whoever opens it becomes the first administrator."""

    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what stands in the link")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, help_text="Or when a newer one took its place")

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Invitation of {self.person or 'the first administrator'}"
