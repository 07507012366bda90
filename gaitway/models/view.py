from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from .person import Person


class ViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, viewer: Person | AnonymousUser) -> Self:
        """One's own; those of everyone; those of the team: of people with whom one shares an initiative. A view is a
        question: what it shows is asked anew, with the eyes of who looks."""
        if isinstance(viewer, AnonymousUser) or not viewer.is_active:
            return self.none()
        from .initiative import Role

        own = Q(owner=viewer)
        if viewer.is_guest:
            return self.filter(own)
        shared = Role.objects.filter(initiative__in=Role.objects.filter(person=viewer).values("initiative"))
        team = Q(scope=View.Scope.TEAM, owner__in=shared.values("person"))
        return self.filter(own | team | Q(scope=View.Scope.EVERYONE))


class View(models.Model):
    """A list as somebody wants to see it again: the query string of its page under a name."""

    class Page(models.TextChoices):
        """The name of its address."""

        PORTFOLIO = "portfolio"
        ROADMAP = "roadmap"
        BOARD = "board"
        KPIS = "kpis"
        DECISIONS = "decisions"

    class Scope(models.TextChoices):
        MINE = "mine"
        TEAM = "team"
        EVERYONE = "everyone"

    owner = models.ForeignKey(Person, models.CASCADE, related_name="views")
    name = models.CharField(max_length=100)
    page = models.CharField(max_length=20, choices=Page)
    query = models.CharField(max_length=2000, blank=True)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.MINE)
    at = models.DateTimeField(help_text="When it was made or changed")

    objects = ViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "page", "name"], name="view_name_once")]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """That somebody keeps a view at hand, and whether its week comes by mail."""

    view = models.ForeignKey(View, models.CASCADE, related_name="pins")
    person = models.ForeignKey(Person, models.CASCADE, related_name="pins")
    position = models.PositiveIntegerField(default=0)
    digest = models.BooleanField(default=False, help_text="What it shows stands in the weekly digest")
    opens = models.BooleanField(default=False, help_text="Its page opens with it")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["view", "person"], name="pin_once")]

    def __str__(self) -> str:
        return f"{self.person}: {self.view}"
