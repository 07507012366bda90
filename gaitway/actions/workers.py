from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from gaitway.models import Worker

FORGOTTEN = timedelta(days=1)  # after which one that fell silent isn't named any more


@transaction.atomic
def beat(name: str, *, at: datetime) -> None:
    """It lives."""
    Worker.objects.update_or_create(
        name=name, defaults={"beaten_at": at}, create_defaults={"started_at": at, "beaten_at": at}
    )
    Worker.objects.filter(beaten_at__lt=at - FORGOTTEN).delete()


def forget(*, at: datetime, using: str) -> None:
    """Of a database that was copied: its workers are elsewhere."""
    Worker.objects.using(using).all().delete()


@transaction.atomic
def leave(name: str, *, at: datetime) -> None:
    """It ends as it should."""
    Worker.objects.filter(name=name).delete()
