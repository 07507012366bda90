"""A backup of the running installation, read again before it counts."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from gaitway import __version__
from gaitway.lib import archive, backupfile
from gaitway.lib.backupfile import ARCHIVE, SQLITE, Manifest
from gaitway.queries import archive as asked

ENDING = ".backup"
CACHE = "gaitway_cache"  # limits of the last minutes


class NotVerified(Exception):
    """What was written isn't what should be in it. The text says what differs; nothing was kept."""


def make(target: Path, *, at: datetime) -> tuple[Path, Manifest]:
    """Into the folder `target`, under a name that says when, or into the file `target`. Others go on writing meanwhile.
    Raises NotVerified, FileExistsError and other OSErrors."""
    if target.is_dir():
        target = target / f"gaitway-{at:%Y%m%dT%H%M%SZ}{ENDING}"
    if target.exists():
        raise FileExistsError(17, "there is already a file; a backup never takes the place of another", str(target))
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.HOME) as name:  # the target may be a slow share
        folder = Path(name)
        if connection.vendor == "sqlite":
            data = folder / SQLITE
            rows = _copy(data)
        else:
            data = folder / ARCHIVE
            with data.open("xb") as file:
                rows = asked.write(file, accounts=True).rows
        manifest = Manifest(
            at.isoformat(), __version__, asked.schema(), connection.vendor, data.name,
            data.stat().st_size, backupfile.sha256(data), rows,
        )  # fmt: skip
        backupfile.write(target, manifest, data)
    try:
        verify(target)
    except (NotVerified, backupfile.Damaged):
        target.unlink()
        raise
    return target, manifest


def verify(path: Path) -> Manifest:
    """Reads a backup to its end: hashes, the database's own check, and the number of rows. Raises NotVerified and Damaged."""
    manifest = backupfile.read(path)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.HOME) as name:
        data = backupfile.extract(path, manifest, Path(name))
        found = rows_of_sqlite(data) if manifest.data == SQLITE else _rows_of_archive(data)
    if differ := {name for name in manifest.rows.keys() | found.keys() if manifest.rows.get(name) != found.get(name)}:
        table = min(differ)
        raise NotVerified(
            f"{table} has {found.get(table, 'no')} rows, the manifest says {manifest.rows.get(table, 'none')}."
        )
    return manifest


def _copy(target: Path) -> dict[str, int]:
    """The database as it is at one moment, through SQLite's own way, in one file without a journal. Sessions stay here:
    who holds a backup must not be signed in by it."""
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as here,
        closing(sqlite3.connect(target)) as copy,
    ):
        here.backup(copy)
        copy.execute("pragma journal_mode=delete")
        copy.execute("pragma secure_delete=on")
        copy.execute("delete from django_session")
        copy.commit()
    return rows_of_sqlite(target)


def rows_of_sqlite(path: Path) -> dict[str, int]:
    """Raises NotVerified where the database finds fault with itself."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as copy:
            for said in copy.execute("pragma integrity_check"):
                if said[0] != "ok":
                    raise NotVerified(f"SQLite says of the copy: {said[0]}.")
            for table, row, parent, _ in copy.execute("pragma foreign_key_check"):
                raise NotVerified(f"{table}, row {row}, belongs to a row of {parent} that isn't there.")
            there = {name for (name,) in copy.execute("select name from sqlite_master where type = 'table'")}
            ours = {
                name.removeprefix(asked.OURS): name for name in there if name.startswith(asked.OURS) and name != CACHE
            }
            ours |= {name: name for name in asked.SIGNING_IN if name in there}
            return {
                name: copy.execute(f"select count(*) from {table}").fetchone()[0]  # noqa: S608  # a table's own name
                for name, table in sorted(ours.items()) if name not in asked.OF_THIS_PLACE
            }  # fmt: skip
    except sqlite3.DatabaseError as error:
        raise NotVerified(f"SQLite can't read the copy: {error}.") from None


def _rows_of_archive(path: Path) -> dict[str, int]:
    with path.open("rb") as file:
        reader = archive.Reader(file)
        for _ in reader.rows():
            pass
    assert reader.tail is not None  # noqa: S101  # it was read to its end
    return reader.tail.rows
