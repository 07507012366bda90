from __future__ import annotations

from django.db import models
from django.db.models import Q

from .event import Event
from .initiative import Initiative
from .person import Person
from .strategy import Objective


class Group(models.TextChoices):
    """Kinds of events that people choose about together."""

    GATES = "gates"
    DECISIONS = "decisions"
    PLANS = "plans"
    KPIS = "kpis"

    @classmethod
    def of(cls, kind: str) -> Group | None:
        """None for what nobody is told of by itself: the feed has it."""
        return _GROUPS.get(kind)


_GROUPS: dict[str, Group] = {
    Event.Kind.VERDICT: Group.GATES,
    Event.Kind.OVERDUE: Group.GATES,
    Event.Kind.DECISION: Group.DECISIONS,
    Event.Kind.VOTED: Group.DECISIONS,
    Event.Kind.SUPERSEDED: Group.DECISIONS,
    Event.Kind.FULFILLED: Group.DECISIONS,
    Event.Kind.STAGE_MOVED: Group.DECISIONS,
    Event.Kind.AMENDMENT: Group.PLANS,
    Event.Kind.APPROVAL: Group.PLANS,
    Event.Kind.TASK_DONE: Group.PLANS,
    Event.Kind.MILESTONE: Group.PLANS,
    Event.Kind.CHECK_IN: Group.PLANS,
    Event.Kind.CHECK_IN_DUE: Group.PLANS,
    Event.Kind.TASK_ADDED: Group.PLANS,
    Event.Kind.TASK_GIVEN: Group.PLANS,
    Event.Kind.COMMENTED: Group.PLANS,
    Event.Kind.INITIATIVE_ADDED: Group.PLANS,
    Event.Kind.INITIATIVE_CHANGED: Group.PLANS,
    Event.Kind.INITIATIVE_RETIRED: Group.PLANS,
    Event.Kind.INITIATIVE_BACK: Group.PLANS,
    Event.Kind.CHECKLIST_CHANGED: Group.PLANS,
    Event.Kind.REVIEWED: Group.DECISIONS,
    Event.Kind.OWED: Group.KPIS,
    Event.Kind.REVISED: Group.KPIS,
}


# What people choose the nearness of. Of KPIs they are told only what they owe, and that always needs them.
CHOSEN = (Group.GATES, Group.DECISIONS, Group.PLANS)


class Preference(models.Model):
    """How one person wants to be told: how near each group of events comes, and what of it is mailed. Who chose nothing
    has no row, and the defaults."""

    class Level(models.TextChoices):
        NEEDS_ME = "needs me"
        FOLLOW = "follow"
        QUIET = "quiet"

    class Mail(models.TextChoices):
        AT_ONCE = "at once"
        DIGEST = "digest"
        OFF = "off"

    class Day(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    person = models.OneToOneField(Person, models.CASCADE, related_name="preference")
    gates = models.CharField(max_length=20, choices=Level, default=Level.FOLLOW)
    decisions = models.CharField(max_length=20, choices=Level, default=Level.FOLLOW)
    plans = models.CharField(max_length=20, choices=Level, default=Level.FOLLOW)
    mail_needs = models.CharField(max_length=20, choices=Mail, default=Mail.AT_ONCE)
    mail_follow = models.CharField(max_length=20, choices=Mail, default=Mail.DIGEST)
    digest_day = models.PositiveSmallIntegerField(
        choices=Day, null=True, default=Day.MONDAY, help_text="Of the week; nothing: no digest"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(digest_day=None) | Q(digest_day__lte=6), name="preference_day"),
        ]

    def __str__(self) -> str:
        return f"How {self.person} is told"

    def level(self, group: Group) -> str:
        """Of one of CHOSEN."""
        return {Group.GATES: self.gates, Group.DECISIONS: self.decisions, Group.PLANS: self.plans}[group]


class FollowingQuerySet(models.QuerySet["Following"]):
    def visible_to(self, viewer: Person) -> FollowingQuerySet:
        """One's own alone."""
        return self.filter(person=viewer) if viewer.is_authenticated and viewer.is_active else self.none()


class Following(models.Model):
    """That a person without a role in it wants to hear of an initiative, or of all initiatives of an objective."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="followed")
    initiative = models.ForeignKey(Initiative, models.CASCADE, null=True, related_name="followers")
    objective = models.ForeignKey(Objective, models.CASCADE, null=True, related_name="followers")
    since = models.DateTimeField()

    objects = FollowingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "initiative"], name="following_initiative_once"),
            models.UniqueConstraint(fields=["person", "objective"], name="following_objective_once"),
            models.CheckConstraint(
                condition=Q(initiative=None, objective__isnull=False) | Q(initiative__isnull=False, objective=None),
                name="following_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} follows {self.initiative or self.objective}"
