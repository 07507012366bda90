"""Answers to requests with an `Idempotency-Key`: the same key again gets the same answer, and no second effect.

A key is claimed first, by itself, so that others see that it is being worked on; effect and answer are then one
transaction. A claim whose worker died is free again after a while, and what the dead one may still try is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from gaitway.actions import Conflict, Refused
from gaitway.models import Person, Reply

KEPT = timedelta(hours=24)
ABANDONED = timedelta(minutes=2)  # longer than any request is worked on
LONGEST = 200  # characters of a key


@transaction.atomic
def claim(key: str, request: str, *, by: Person, at: datetime) -> Reply:
    """A reply with a status is the stored answer; one without is the caller's to `keep` or to `release`. `request`: the
    SHA-256 of what is asked for. Raises Refused where the key was used for something else, Conflict while it is being
    worked on."""
    if not key or len(key) > LONGEST or not key.isprintable():
        raise Refused(f"An Idempotency-Key has 1 to {LONGEST} printable characters.")
    Reply.objects.filter(at__lt=at - KEPT).delete()
    reply, made = Reply.objects.get_or_create(person=by, key=key, defaults={"request": request, "at": at})
    if made:
        return reply
    if reply.request != request:
        raise Refused("This Idempotency-Key was used for another request: take a new one.")
    if reply.status is None:
        free = Reply.objects.filter(pk=reply.pk, status=None, at=reply.at, at__lt=at - ABANDONED)
        if not free.update(at=at):
            raise Conflict(
                "The first request with this Idempotency-Key is still being worked on: ask again in a second."
            )
        reply.at = at
    return reply


def keep(reply: Reply, status: int, body: str, *, by: Person, at: datetime) -> None:
    """Inside the transaction of the effect: raises Conflict, and so undoes it, where the claim was lost."""
    if not Reply.objects.filter(pk=reply.pk, status=None, at=reply.at).update(status=status, body=body):
        raise Conflict("This took so long that the Idempotency-Key was claimed anew.")


@transaction.atomic
def release(reply: Reply, *, by: Person, at: datetime) -> None:
    """Nothing happened, so that the key may be tried again."""
    Reply.objects.filter(pk=reply.pk, status=None, at=reply.at).delete()
