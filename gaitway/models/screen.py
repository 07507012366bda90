from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from .person import Person
from .view import View


class ScreenQuerySet(models.QuerySet["Screen"]):
    def visible_to(self, viewer: Person | AnonymousUser) -> ScreenQuerySet:
        """For those who see everything: what hangs on a wall concerns the house."""
        if isinstance(viewer, AnonymousUser) or not viewer.is_active or not viewer.sees_all:
            return self.none()
        return self.all()


class Screen(models.Model):
    """A page for a wall, without sign-in: who has its address sees what its maker may see of these views. The address
    itself is shown once; only its hash is kept."""

    name = models.CharField(max_length=100)
    person = models.ForeignKey(Person, models.CASCADE, related_name="screens", help_text="Through whose eyes it looks")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in its address")
    hint = models.CharField(max_length=12, help_text="Its first characters, to tell one from another")
    views = models.ManyToManyField(View, related_name="screens", blank=True)
    seconds = models.PositiveSmallIntegerField(default=20, help_text="That each view stays")
    names = models.BooleanField(default=False, help_text="Names of people are shown")
    restricted = models.BooleanField(default=False, help_text="Restricted initiatives are shown")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, help_text="To about a minute")
    ended_at = models.DateTimeField(null=True)

    objects = ScreenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="screen_named"),
            models.CheckConstraint(condition=Q(seconds__gte=5, seconds__lte=600), name="screen_seconds"),
        ]

    def __str__(self) -> str:
        return self.name
