from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gaitway.engine.stages import Ladder, Place, State

from .area import Area
from .person import Person
from .strategy import Objective, Strategy
from .visible import VisibleQuerySet


class InitiativeQuerySet(VisibleQuerySet["Initiative"]):
    initiative: ClassVar[str] = ""

    def current(self) -> InitiativeQuerySet:
        return self.filter(retired_at=None, objective__retired_at=None)


class Initiative(models.Model):
    """`state`, `stage_key`, `stage_since` and `moves` are written by actions.stages.move alone."""

    strategy = models.ForeignKey(Strategy, models.PROTECT, related_name="initiatives")
    objective = models.ForeignKey(Objective, models.PROTECT, related_name="initiatives")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    hypothesis = models.TextField(blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="initiatives")
    restricted = models.BooleanField(default=False, help_text="Only for the people with a role in it")
    spending = models.ForeignKey(
        "gaitway.Kpi", models.PROTECT, null=True, related_name="spent_on", help_text="Counts its money"
    )
    needs = models.ManyToManyField("self", symmetrical=False, related_name="needed_by", blank=True)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=20, default="", choices=[(state, state) for state in State])
    stage_key = models.CharField(max_length=60, blank=True, default="")
    stage_since = models.DateField(null=True)
    moves = models.PositiveIntegerField(default=0, help_text="How many stage changes there were")

    known_roles: list[Role]  # who is what in it: queries.parts.with_roles says it of many at once

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "key"], name="initiative_key_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "paused", "finished"]) | ~Q(stage_key=""),
                name="initiative_in_a_stage",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ladder(self) -> Ladder:
        return self.strategy.ladder

    @property
    def place(self) -> Place | None:
        return Place(State(self.state), self.stage_key or None) if self.state else None


class RoleQuerySet(VisibleQuerySet["Role"]):
    def seen_by(self, viewer: Person) -> Q:
        """Roles in an area are known in the house; a guest knows those of the areas in which it has one."""
        of_area = Q(area__isnull=False)
        if viewer.is_guest:
            of_area &= Q(area__in=Role.objects.filter(person=viewer, area__isnull=False).values("area"))
        return super().seen_by(viewer) & Q(initiative__isnull=False) | of_area


class Role(models.Model):
    """What a person is in one initiative, or in all of an area."""

    class Kind(models.TextChoices):
        SPONSOR = "sponsor"
        LEAD = "lead"
        CONTRIBUTOR = "contributor"
        CONSULTED = "consulted"  # asked before it is decided
        VIEWER = "viewer"

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Kind)
    initiative = models.ForeignKey(Initiative, models.CASCADE, null=True, related_name="roles")
    area = models.ForeignKey(Area, models.CASCADE, null=True, related_name="roles")

    objects = RoleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(initiative=None, area__isnull=False) | Q(initiative__isnull=False, area=None),
                name="role_in_one_place",
            ),
            models.UniqueConstraint(fields=["initiative", "person", "role"], name="role_once"),
            models.UniqueConstraint(
                fields=["initiative", "role"], condition=Q(role__in=["sponsor", "lead"]), name="one_sponsor_one_lead"
            ),
            models.UniqueConstraint(fields=["area", "person", "role"], name="role_in_area_once"),
            models.UniqueConstraint(
                fields=["area", "role"],
                condition=Q(role__in=["sponsor", "lead"]),
                name="one_sponsor_one_lead_of_an_area",
            ),
            models.CheckConstraint(
                condition=Q(role__in=["sponsor", "lead", "contributor", "consulted", "viewer"]), name="role_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}"
