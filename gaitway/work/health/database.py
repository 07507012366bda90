"""The database: which one, whether it keeps what it acknowledged, and whether its tables are those of this version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from gaitway.lib import sqlite
from gaitway.models import appendonly

from .check import Check, bad, fine, warn

LARGE_JOURNAL = 64 * 2**20  # bytes of a write-ahead log that nobody could shorten
FULL = 2  # what SQLite calls a database that waits until the disk has it


def checks() -> Iterator[Check]:
    if connection.vendor == "sqlite":
        yield from _sqlite()
    else:
        yield from _postgres()
    yield _tables()
    yield _append_only()


def _sqlite() -> Iterator[Check]:
    version = ".".join(map(str, sqlite.version()))
    with connection.cursor() as cursor:
        (mode,) = cursor.execute("pragma journal_mode").fetchone()
        (synchronous,) = cursor.execute("pragma synchronous").fetchone()
    if not sqlite.is_mended():
        yield bad("database", f"SQLite {version} can lose data when two processes write (the WAL-reset bug)",
                  "Use Linux on x86-64, where a mended SQLite comes along, or PostgreSQL.")  # fmt: skip
    elif mode != "wal" or synchronous < FULL:
        yield bad("database", f"SQLite {version}, journal {mode}, synchronous {synchronous}",
                  "Put the home on a local disk: a network file system takes neither WAL nor locks.")  # fmt: skip
    else:
        yield fine("database", f"SQLite {version}, journal {mode}")
    journal = Path(f"{connection.settings_dict['NAME']}-wal")
    if journal.exists() and (size := journal.stat().st_size) > LARGE_JOURNAL:
        yield warn("journal", f"{size / 1e6:.0f} MB wait in {journal.name}",
                   "Something has been reading for very long: restart `gaitway serve`.")  # fmt: skip


def _postgres() -> Iterator[Check]:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('fsync'), "
                       "current_setting('synchronous_commit'), current_setting('full_page_writes')")  # fmt: skip
        version, *kept = cursor.fetchone()
        cursor.execute("select count(*), current_setting('max_connections')::int from pg_stat_activity")
        used, most = cursor.fetchone()
    if "off" in kept:
        yield bad("database", f"PostgreSQL {version} doesn't wait until the disk has what it acknowledged",
                  "Switch fsync, full_page_writes and synchronous_commit on.")  # fmt: skip
    else:
        yield fine("database", f"PostgreSQL {version}")
    if used > 0.8 * most:
        yield warn(
            "connections", f"{used} of {most} connections are taken", "Put PgBouncer before it: docs/operating.md."
        )


def _tables() -> Check:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations
    newer = sorted(
        name for app, name in executor.loader.applied_migrations if app == "gaitway" and (app, name) not in known
    )
    if newer:
        return bad(
            "tables", f"they are of a newer Gaitway ({newer[-1]})", "Install that version, or restore an older backup."
        )
    if waiting:
        return bad(
            "tables", f"{len(waiting)} migrations wait", "Make a backup, then run any command: it upgrades them."
        )
    return fine("tables", "of this version")


def _append_only() -> Check:
    missing = appendonly.missing(connection)
    if missing:
        return bad("append-only", f"nothing refuses a change: {', '.join(missing)}",
                   "Restore a backup, or have the triggers made again: docs/operating.md.")  # fmt: skip
    return fine("append-only", f"{len(appendonly.TABLES)} tables refuse changes")
