"""An installation that goes on while it is backed up, restored and moved."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from gaitway.actions import observations
from gaitway.lib import backupfile
from gaitway.queries import archive
from gaitway.work import databases
from tests.world import AT, World

MONDAY = date(2016, 1, 4)


def allow_a_second_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests are narrowed to the databases of the settings; these make one of their own."""

    def connect(self: BaseDatabaseWrapper) -> None:
        if self.connection is None:
            with self.wrap_database_errors:
                self.connect()

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", connect)


def archived(using: str = "default") -> bytes:
    file = io.BytesIO()
    archive.write(file, accounts=True, using=using)
    return file.getvalue()


def archive_of(backup: Path, folder: Path) -> bytes:
    """What is in a backup, whatever database it came from."""
    data = backupfile.extract(backup, backupfile.read(backup), folder)
    if data.name == backupfile.ARCHIVE:
        return data.read_bytes()
    with databases.opened("kept", databases.of_file(data)) as kept:
        return archived(kept)


@contextmanager
def busy(world: World) -> Iterator[list[int]]:
    """Somebody records numbers all the while; the list holds how many were acknowledged so far."""
    acknowledged, over, faults = [0], threading.Event(), []

    def record() -> None:
        try:
            for number in count():
                if over.is_set():
                    return
                day = MONDAY + timedelta(weeks=number % 500)
                observations.record(world.orders, {day: (float(number), 1.0)}, by=world.admin, at=AT)
                acknowledged[0] = number + 1
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=record)
    thread.start()
    try:
        yield acknowledged
    finally:
        over.set()
        thread.join()
    assert faults == []
