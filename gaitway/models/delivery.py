from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from .channel import Channel
from .event import Event
from .person import Person


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, viewer: Person) -> Self:
        """Those who look after channels see whether things arrive; what was said in them is made anew each time, and
        kept nowhere."""
        allowed = viewer.is_authenticated and viewer.is_active and viewer.is_administrator
        return self.all() if allowed else self.none()


class Delivery(models.Model):
    """One thing on its way through one channel: an event, or a digest of a person's week. It happens at least once; `key`
    stays the same however often it is tried, so that who receives it can tell."""

    class Status(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="deliveries")
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, related_name="deliveries", help_text="Who gets the mail"
    )
    key = models.CharField(max_length=120, unique=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.PENDING)
    due_at = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0)
    fault = models.TextField(blank=True, help_text="Why it isn't sent, or wasn't at first")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["due_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="pending", ended_at=None) | (~Q(status="pending") & Q(ended_at__isnull=False)),
                name="delivery_ended",
            ),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(fault=""), name="delivery_why"),
        ]
        indexes = [
            models.Index(fields=["channel", "due_at"], condition=Q(status="pending"), name="delivery_waits"),
            models.Index(fields=["channel", "-ended_at"], name="delivery_last"),
        ]

    def __str__(self) -> str:
        return self.key
