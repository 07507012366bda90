"""One who writes at a time. SQLite has it so; on PostgreSQL it is the chain of the audit that all who write meet at in the
end, and two who came to it by different ways waited for each other until one was refused (a deadlock). So the turn is
taken at the beginning, before anything is locked. Who only reads waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def turn() -> Iterator[None]:
    """A transaction, or a part of the caller's, in which nobody else writes."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(hashtext('gaitway turn'))")
        yield
