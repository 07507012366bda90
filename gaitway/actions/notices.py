from __future__ import annotations

from datetime import datetime

from django.db import transaction

from gaitway.actions import NotAllowed
from gaitway.models import Notice, Person


@transaction.atomic
def done(notice: Notice, *, by: Person, at: datetime) -> None:
    if notice.person_id != by.pk:
        raise NotAllowed("This is somebody else's notice.")
    Notice.objects.filter(pk=notice.pk, done_at=None).update(done_at=at)
