"""The job of a channel: everything of it that is due, one after the other. There is one such job a channel, so that a slow
one takes one lane at most, and for SLICE seconds at most before the others have their turn."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from gaitway.actions import channels, deliveries, jobs
from gaitway.lib import retry
from gaitway.lib.outgoing import Door
from gaitway.models import Channel, Delivery, Job
from gaitway.notices import sending
from gaitway.notices.base import Undelivered, Unwanted
from gaitway.queries import deliveries as asked
from gaitway.queries import preferences as asked_preferences

Clock = Callable[[], datetime]
SLICE = 20.0  # seconds
MORNING = 7  # o'clock: when the digest goes out
REST = timedelta(minutes=10)  # at most, where the channel doesn't ask for more
log = logging.getLogger("gaitway.work")


def run(job: Job, clock: Clock, halt: threading.Event, door: Door | None = None) -> None:
    until = time.monotonic() + SLICE
    while not halt.is_set() and time.monotonic() < until:
        at = clock()
        jobs.heartbeat(job, at=at)
        channel = Channel.objects.alive().select_related("owner").filter(pk=job.payload["channel"]).first()
        if channel is None:
            break
        if channel.rests_until is not None and channel.rests_until > at:
            break
        due = asked.following(channel, at)
        if not due:
            break
        _send(channel, due, clock, door)
    at = clock()
    channel = Channel.objects.alive().filter(pk=job.payload["channel"]).first()
    following = asked.next_due(channel) if channel is not None else None
    if following is None:
        jobs.finish(job, at=at)
    else:
        jobs.later(job, max(following, at), at=at)


def ask_for_due(at: datetime) -> None:
    """What time has made due: the digests of today, and what no job is there for any more."""
    today = timezone.localtime(at)
    if settings.EMAIL_ON and today.hour >= MORNING:
        for person in asked_preferences.due_for_digest(today.date()):
            key = f"digest:{person.pk}:{today.date().isoformat()}"
            deliveries.ask(channels.email(at=at), key, person=person, at=at)
    deliveries.wake(at=at)


def _send(channel: Channel, due: Sequence[Delivery], clock: Clock, door: Door | None) -> None:
    """No transaction is open while it goes out: the answer of somebody else may take its time."""
    kept = []
    for delivery in due:
        if why := sending.unwanted(channel, delivery):
            deliveries.drop([delivery], why, at=clock())
        else:
            kept.append(delivery)
    if not kept:
        return
    try:
        sending.send(channel, kept, at=clock(), door=door)
    except Unwanted as error:
        deliveries.drop(kept, str(error), at=clock())
    except Undelivered as error:
        at = clock()
        deliveries.fail(kept, str(error), at=at, again=error.again, wait=error.wait)
        if error.whole:
            pause = retry.pause(kept[0].attempt + 1)
            deliveries.rest(channel, at + max(error.wait, min(REST, pause)), at=at)
        log.warning("%s: %s", channel, error)
    except Exception as error:  # a fault of ours in one of them must not hold up the others
        log.exception("%s couldn't be put into words", kept[0])
        deliveries.fail(kept, f"{type(error).__name__}: {error}", at=clock(), again=True)
    else:
        at = clock()
        deliveries.sent(kept, at=at)
        deliveries.answers(channel, at=at)
