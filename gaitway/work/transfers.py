"""Everything to another database: written there, read again, and compared byte for byte before it counts."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction

from gaitway.actions import Refused, holds
from gaitway.lib import archive
from gaitway.models import Hold
from gaitway.queries import archive as asked
from gaitway.queries import operating

from . import databases

THERE = "there"  # Django's name of the other database


class Differs(Exception):
    """What arrived isn't what left. The text says how far the two agree; what arrived must not be used."""


def transfer(url: str, *, at: datetime) -> tuple[dict[str, int], str]:
    """How many rows came to the database at `url`, by table, and the SHA-256 of the archive that both give. Nobody writes
    here meanwhile. Raises Refused, Differs, ValueError for an address that isn't one, and DatabaseError."""
    there = databases.of_url(url)
    silence = operating.silence(at)
    if silence is not None and silence < operating.SILENT:
        raise Refused(
            "A worker is running: what it does from now on would stay here. Stop `gaitway serve` and `gaitway work` first."
        )
    if _is_here(there):
        raise Refused("That is the database that Gaitway runs on.")
    with databases.opened(THERE, there), tempfile.TemporaryDirectory(prefix=".transfer-", dir=settings.HOME) as name:
        _require_empty(there)
        folder = Path(name)
        with _nobody_writes():
            left = _written(folder / "left", "default")
            with (folder / "left").open("rb") as file:
                counted = databases.fill(THERE, archive.Reader(file))
            arrived = _written(folder / "arrived", THERE)
            if (hold := Hold.objects.filter(released_at=None).first()) is not None:
                holds.begin(hold.reason, at=hold.at, using=THERE)  # what is held here isn't told from there
    if arrived != left:
        raise Differs(f"Here the archive has the hash {left[:16]}…, there {arrived[:16]}…. Don't use what is there.")
    return counted, left


def _written(path: Path, using: str) -> str:
    with path.open("xb") as file:
        asked.write(file, accounts=True, using=using)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_here(there: dict[str, Any]) -> bool:
    here = connection.settings_dict
    return all(str(here.get(name) or "") == str(there.get(name) or "") for name in ("ENGINE", "NAME", "HOST", "PORT"))


def _require_empty(there: dict[str, Any]) -> None:
    tables = [name for name in connections[THERE].introspection.table_names() if name.startswith(asked.OURS)]
    if tables:
        raise Refused(f"There is already a Gaitway in {there['NAME']}. Name a new, empty database.")


@contextmanager
def _nobody_writes() -> Iterator[None]:
    """Who writes here waits until it is done; who reads doesn't."""
    if connection.in_atomic_block:
        yield
        return
    tables = ", ".join(model._meta.db_table for model in asked.tables().values())
    with transaction.atomic():  # on SQLite that is the turn of one writer
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"lock table {tables} in share mode")
        yield
