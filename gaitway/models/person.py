from __future__ import annotations

from datetime import date
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, viewer: Person | AnonymousUser) -> Self:
        """Colleagues know each other; a guest sees the people of the initiatives that it sees."""
        if isinstance(viewer, AnonymousUser) or not viewer.is_active:
            return self.none()
        if not viewer.is_guest:
            return self.all()
        from .initiative import Initiative

        shared = Initiative.objects.visible_to(viewer)
        areas = shared.filter(area__isnull=False).values("area")
        of_those = models.Q(roles__initiative__in=shared) | models.Q(roles__area__in=areas)
        return self.filter(models.Q(pk=viewer.pk) | of_those).distinct()


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # a base made at run time, as Django documents it
    def get_by_natural_key(self, username: str | None) -> Person:
        found: Person = self.get(email__iexact=username)
        return found


class Person(AbstractBaseUser):
    """Somebody who signs in by e-mail, or a part of Gaitway that acts under a name of its own (`is_system`)."""

    class Access(models.TextChoices):
        ADMINISTRATOR = "administrator"
        STRATEGIST = "strategist"
        MEMBER = "member"
        GUEST = "guest"

    class Theme(models.TextChoices):
        AUTO = "auto"
        LIGHT = "light"
        DARK = "dark"

    class Density(models.TextChoices):
        COMPACT = "compact"
        NORMAL = "normal"
        ROOMY = "roomy"

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=200)
    access = models.CharField(max_length=20, choices=Access, default=Access.MEMBER)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True, help_text="To about ten minutes")
    epoch = models.PositiveIntegerField(default=0, help_text="Sessions of an older one are over")
    theme = models.CharField(max_length=10, choices=Theme, default=Theme.AUTO)
    density = models.CharField(max_length=10, choices=Density, default=Density.NORMAL)
    language = models.CharField(max_length=10, blank=True, help_text="Nothing: as the browser asks")
    columns = models.CharField(max_length=200, blank=True, help_text="Of the portfolio; nothing: those of the house")
    keys = models.BooleanField(default=True, help_text="Single-letter keys")

    # On which they look: whoever lets them in sets it. Without it they stand in for nobody.
    day: date | None = None

    USERNAME_FIELD = "email"
    objects = PersonManager()

    class Meta:
        ordering = ["name", "email"]
        constraints = [
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="person_email_lower"),
            models.CheckConstraint(
                condition=models.Q(access__in=["administrator", "strategist", "member", "guest"]), name="person_access"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own is of the password alone; with `epoch` a session also ends with a change of access or of the
        second factor. Django asks it with each of its keys."""
        of = f"{self.password}:{self.epoch}"
        return salted_hmac("gaitway.session", of, secret=secret, algorithm="sha256").hexdigest()

    @property
    def sees_all(self) -> bool:
        return self.access in (self.Access.ADMINISTRATOR, self.Access.STRATEGIST)

    @property
    def is_guest(self) -> bool:
        return self.access == self.Access.GUEST

    @property
    def is_administrator(self) -> bool:
        return self.access == self.Access.ADMINISTRATOR
