from __future__ import annotations

from django.db import models
from django.db.models import Q

from .person import Person


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, viewer: Person) -> TokenQuerySet:
        """One's own; an administrator sees that there are others, and may end them."""
        if not viewer.is_authenticated or not viewer.is_active:
            return self.none()
        return self.all() if viewer.is_administrator else self.filter(person=viewer)


class Token(models.Model):
    """Lets a program act for a person through the API. The token itself is shown once; only its hash is kept."""

    class Scope(models.TextChoices):
        READ = "read"  # whatever the person may see
        RECORD = "record"  # observations
        ACT = "act"  # all that the person may do

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    hint = models.CharField(max_length=12, help_text="Its first characters, to tell one from another")
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="token_named")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class Reply(models.Model):
    """What a request with an `Idempotency-Key` was answered: the same key again gets the same answer, and no second
    effect. Written in the transaction of the effect."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="replies")
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(null=True, help_text="Nothing while it is being worked on")
    body = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="reply_once")]
        indexes = [models.Index(fields=["at"])]

    def __str__(self) -> str:
        return self.key
