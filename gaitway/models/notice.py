from __future__ import annotations

from django.db import models
from django.db.models import Q

from .event import Event
from .person import Person
from .stage import Stage


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Person) -> NoticeQuerySet:
        """One's own alone, and only while one may still see what it is about."""
        if not viewer.is_authenticated:
            return self.none()
        return self.filter(person=viewer, event__in=Event.objects.visible_to(viewer))


class Notice(models.Model):
    """One event told to one person in the inbox. What goes out by mail besides is a Delivery."""

    class Channel(models.TextChoices):
        INBOX = "inbox"

    class Level(models.TextChoices):
        NEEDS_ME = "needs me"
        FOLLOW = "follow"

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.INBOX)
    level = models.CharField(max_length=20, choices=Level)
    stage = models.ForeignKey(Stage, models.CASCADE, null=True, related_name="notices", help_text="The gate to decide")
    delivered_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    later_until = models.DateTimeField(null=True, help_text="Laid aside until then")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-event__at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["event", "person", "channel"], name="notice_once")]
        indexes = [models.Index(fields=["person"], condition=Q(done_at=None), name="notice_open")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.person}"
