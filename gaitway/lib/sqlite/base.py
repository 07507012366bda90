"""Django's backend for SQLite, on which all who wait for the database ask for it equally often.

SQLite's own patience asks ever more seldom, in the end ten times a second. Whoever comes back at once, as a worker with a
long queue does, then wins against one who has waited for long: twelve who wrote beside it waited for up to 20 seconds,
and some in vain (docs/benchmarks.md)."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from django.db.backends.sqlite3 import base

ASKS = 0.005  # seconds in which SQLite asks three times
PATIENCE = 20.0  # seconds


class Cursor(base.SQLiteCursorWrapper):
    def execute(self, query: str, params: Any = None) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return super().execute(query, params)
            except sqlite3.OperationalError as error:
                # One who is in a transaction that didn't take its turn at the beginning can't be helped by waiting.
                over = self.connection.in_transaction or time.monotonic() >= until
                if over or str(error) != "database is locked":
                    raise


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"timeout": ASKS}

    def create_cursor(self, name: str | None = None) -> Cursor:  # noqa: ARG002  # Django's words
        return self.connection.cursor(factory=Cursor)
