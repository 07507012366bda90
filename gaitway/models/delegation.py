from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q

from .person import Person


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def visible_to(self, viewer: Person | AnonymousUser) -> DelegationQuerySet:
        """For the two whom it concerns, and for administrators: a reason for being away is nobody else's business."""
        if isinstance(viewer, AnonymousUser) or not viewer.is_active:
            return self.none()
        return self.all() if viewer.is_administrator else self.filter(Q(person=viewer) | Q(to=viewer))

    def running(self, on: date) -> DelegationQuerySet:
        """Those that hold on this day. Who was removed hands nothing on."""
        return self.filter(starts__lte=on, ends__gte=on, ended_at=None, person__is_active=True)

    def meeting(self, starts: date, ends: date) -> DelegationQuerySet:
        """Those that hold on one of these days or more."""
        return self.filter(starts__lte=ends, ends__gte=starts, ended_at=None)


class Delegation(models.Model):
    """While `person` is away, `to` decides and approves in their place, from the first day to the last; it ends by
    itself. It isn't handed on: who stands in for somebody who stands in gets nothing of it."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="delegations")
    to = models.ForeignKey(Person, models.CASCADE, related_name="stands_in")
    starts = models.DateField()
    ends = models.DateField(help_text="The last day")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Where it was ended early")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("to")), name="delegation_to_another"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="delegation_dates"),
        ]
        indexes = [models.Index(fields=["to", "ends"], condition=Q(ended_at=None), name="delegation_open")]

    def __str__(self) -> str:
        return f"{self.to} for {self.person}, {self.starts} to {self.ends}"
