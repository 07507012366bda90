"""A backup or an archive becomes the database: first made whole beside it, then put into its place in one transaction.
What was there is kept, and nothing leaves the house until somebody has looked."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from gaitway.actions import Refused, holds, workers
from gaitway.lib import archive, backupfile
from gaitway.models import Person, Strategy
from gaitway.queries import archive as asked

from . import backups, databases

NEW = "restored"  # Django's name of the database that is being made


@dataclass(frozen=True, slots=True)
class Restored:
    """`made_at`: of the backup; None for an archive. `kept`: the backup of what was there before, or nothing."""

    rows: dict[str, int]
    made_at: str | None
    kept: str


def is_used() -> bool:
    """Whether somebody would miss what is here."""
    return Strategy.objects.exists() or Person.objects.filter(is_system=False).exists()


def restore(path: Path, *, replace: bool, at: datetime) -> Restored:
    """Raises Refused, backupfile.Damaged, archive.Damaged and OSErrors; then everything is as it was."""
    if is_used() and not replace:
        raise Refused(
            "This home already holds data. To put the backup in its place: --replace. What is here is kept beside it."
        )
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=settings.HOME) as name:
        folder = Path(name)
        data, manifest = path, None
        if backupfile.is_one(path):
            manifest = backupfile.read(path)
            databases.refuse_newer(manifest.schema)
            if manifest.bytes > backupfile.room(folder):
                raise Refused(f"There isn't room for it: it takes {manifest.bytes / 1e6:.0f} MB in {settings.HOME}.")
            data = backupfile.extract(path, manifest, folder)
        reason = f"restored from {path.name}" + (f", made {manifest.moment:%Y-%m-%d %H:%M} UTC" if manifest else "")
        if connection.vendor == "sqlite":
            rows, kept = _into_sqlite(data, manifest, folder, reason, at)
        else:
            rows, kept = _into_postgres(data, manifest, folder, reason, at)
    return Restored(rows, manifest.made_at if manifest else None, kept)


def _into_sqlite(
    data: Path, manifest: backupfile.Manifest | None, folder: Path, reason: str, at: datetime
) -> tuple[dict[str, int], str]:
    if manifest is not None and manifest.data == backupfile.SQLITE:
        rows, new = _checked(data, manifest), data
    else:
        new = folder / "new.sqlite3"
        with databases.opened(NEW, databases.of_file(new)):
            rows = _filled(data)
    with databases.opened(NEW, databases.of_file(new)):
        databases.upgrade(NEW)
        workers.forget(at=at, using=NEW)
        holds.begin(reason, at=at, using=NEW)
    kept = _kept(at)
    connection.close()
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as live,
        closing(sqlite3.connect(new)) as made,
    ):
        made.backup(live)  # one transaction: whoever has it open sees the old rows, and then the new ones
    return rows, kept


def _into_postgres(
    data: Path, manifest: backupfile.Manifest | None, folder: Path, reason: str, at: datetime
) -> tuple[dict[str, int], str]:
    schema = f"restoring_{at:%Y%m%dt%H%M%Sz}"
    with connection.cursor() as cursor:
        cursor.execute(f"create schema {schema}")
    try:
        with databases.opened(NEW, databases.in_schema(schema)):
            if manifest is not None and manifest.data == backupfile.SQLITE:
                _checked(data, manifest)
                rows = _filled(_as_archive(data, folder))
            else:
                rows = _filled(data)
            holds.begin(reason, at=at, using=NEW)
        kept = _kept(at)
        _swap(schema)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"drop schema if exists {schema} cascade")
    return rows, kept


def _kept(at: datetime) -> str:
    """A backup of what is here, where somebody would miss it."""
    if not is_used():
        return ""
    try:
        path, _ = backups.make(settings.HOME / f"before-{at:%Y%m%dT%H%M%SZ}{backups.ENDING}", at=at)
    except backups.NotVerified as error:
        raise Refused(
            f"What is here can't be kept: {error} Move its files away, then restore into the empty home."
        ) from None
    return str(path)


def _checked(data: Path, manifest: backupfile.Manifest) -> dict[str, int]:
    """Raises Refused where an SQLite database isn't what the manifest says."""
    try:
        rows = backups.rows_of_sqlite(data)
    except backups.NotVerified as error:
        raise Refused(str(error)) from None
    if rows != manifest.rows:
        raise Refused("The number of rows in the backup isn't the one in its manifest.")
    return rows


def _filled(data: Path) -> dict[str, int]:
    with data.open("rb") as file:
        return databases.fill(NEW, archive.Reader(file))


def _as_archive(data: Path, folder: Path) -> Path:
    """Of an SQLite database, so that PostgreSQL can read it."""
    target = folder / backupfile.ARCHIVE
    with databases.opened("copy", databases.of_file(data)) as copy, target.open("xb") as file:
        databases.upgrade(copy)
        asked.write(file, accounts=True, using=copy)
    return target


def _swap(new: str) -> None:
    """The tables of the schema `new` take the place of ours, in one transaction."""
    aside = f"{new}_aside"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_schema()")
        (here,) = cursor.fetchone()
        cursor.execute(f"create schema {aside}")
        for source, target in ((here, aside), (new, here)):
            for table in _tables(source):
                cursor.execute(f'alter table "{source}"."{table}" set schema "{target}"')
            cursor.execute(f'alter function "{source}".gaitway_append_only() set schema "{target}"')
        cursor.execute(f"drop schema {aside} cascade")


def _tables(schema: str) -> list[str]:
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    with connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = %s order by 1", [schema])
        return [name for (name,) in cursor.fetchall() if name in ours or name.startswith(asked.OURS)]
