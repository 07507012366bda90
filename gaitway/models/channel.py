from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from .person import Person


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, viewer: Person) -> Self:
        """Administrators look after channels; nobody else sees them."""
        allowed = viewer.is_authenticated and viewer.is_active and viewer.is_administrator
        return self.all() if allowed else self.none()

    def alive(self) -> Self:
        return self.filter(ended_at=None)


class Channel(models.Model):
    """A way in which Gaitway tells people outside its pages. E-mail is one for all; the others have an address, which is
    kept sealed because it is a secret in itself, and never shown again."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        SLACK = "slack"
        TEAMS = "teams"
        WEBHOOK = "webhook"

    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=100)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="channels", help_text="A webhook tells what this person may see"
    )
    groups = models.JSONField(default=list, help_text="The groups of events that it tells")
    host = models.CharField(max_length=260, blank=True, help_text="Of the address, for people")
    address = models.TextField(blank=True, help_text="Sealed")
    secret = models.TextField(blank=True, help_text="Sealed: what a webhook is signed with")
    secret_before = models.TextField(blank=True, help_text="Sealed: the one before, which signs too until it is ended")
    made_at = models.DateTimeField()
    rests_until = models.DateTimeField(null=True, help_text="It asked for a pause, or can't be reached")
    ended_at = models.DateTimeField(null=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="email"), name="channel_one_email"),
            models.CheckConstraint(
                condition=Q(kind="email") | Q(ended_at__isnull=False) | ~Q(address=""), name="channel_address"
            ),
            models.CheckConstraint(
                condition=~Q(kind="webhook") | (Q(owner__isnull=False) & (Q(ended_at__isnull=False) | ~Q(secret=""))),
                name="channel_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
