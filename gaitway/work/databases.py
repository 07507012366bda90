"""A second database beside the one that Gaitway runs on: to restore into, and to move to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from gaitway.actions import Refused, archive
from gaitway.lib.archive import Reader
from gaitway.queries import archive as asked

SQLITE = "django.db.backends.sqlite3"


def of_file(path: Path) -> dict[str, Any]:
    """The settings of an SQLite database."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": "PRAGMA foreign_keys=ON"}
    return {"ENGINE": SQLITE, "NAME": str(path), "OPTIONS": options}


def of_url(url: str) -> dict[str, Any]:
    """Raises ValueError."""
    try:
        found: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        raise ValueError(
            "it isn't an address like postgresql://user@host/name or sqlite:////path/file.sqlite3"
        ) from None
    if found["ENGINE"] == SQLITE:
        return of_file(Path(found["NAME"]).absolute())
    if not found["ENGINE"].endswith("postgresql"):
        raise ValueError("Gaitway keeps its data in SQLite and PostgreSQL alone")
    return found


def in_schema(name: str) -> dict[str, Any]:
    """The settings of the PostgreSQL that Gaitway runs on, in a schema of its own."""
    here = connections["default"].settings_dict
    options = {**here["OPTIONS"], "options": f"{here['OPTIONS'].get('options', '')} -c search_path={name}".strip()}
    return {**here, "OPTIONS": options, "CONN_MAX_AGE": 0}


@contextmanager
def opened(alias: str, settings: dict[str, Any]) -> Iterator[str]:
    """Django knows the database as `alias` while this lasts."""
    full = connections.configure_settings({"default": connections.settings["default"], alias: settings})
    connections.settings[alias] = full[alias]
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


def upgrade(using: str) -> None:
    """The tables become those of this version."""
    call_command("migrate", database=using, verbosity=0, interactive=False)


def bring(using: str, schema: str) -> None:
    """Our tables become those of this schema, which another may have replaced since."""
    executor = MigrationExecutor(connections[using])
    executor.loader = MigrationLoader(connections[using], replace_migrations=False)
    executor.migrate([("gaitway", schema)])


def fill(using: str, reader: Reader) -> dict[str, int]:
    """The rows of an archive into an empty database, in the schema that they are of; then it is upgraded. How many rows
    there were, by table. Raises Refused, and lib.archive.Damaged."""
    refuse_newer(reader.head.schema)
    bring(using, reader.head.schema)
    for app in sorted({app for app, _model in asked.SIGNING_IN.values()}):
        call_command("migrate", app, database=using, verbosity=0, interactive=False)
    state = MigrationLoader(connections[using]).project_state(("gaitway", reader.head.schema))
    counted = archive.load(reader.rows(), using=using, apps=state.apps)
    upgrade(using)
    return counted


def refuse_newer(schema: str) -> None:
    known = asked.known()
    if schema not in known:
        raise Refused(
            f"It was made by a newer Gaitway: its schema is {schema!r}, this version knows up to {known[-1]}. Upgrade first."
        )
