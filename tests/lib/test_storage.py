from __future__ import annotations

import sqlite3

import pytest

from gaitway.lib.storage import trouble


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("database or disk is full", 507),
        ("disk I/O error", 507),
        ("could not extend file: No space left on device", 507),
        ("database is locked", 503),
        ("connection to server at 127.0.0.1 failed: Connection refused", 503),
        ("terminating connection due to administrator command", 503),
        ("no such table: x", None),
    ],
)
def test_what_a_database_says(said: str, status: int | None) -> None:
    assert trouble(sqlite3.OperationalError(said)) == status


def test_what_caused_it_counts_and_nothing_else() -> None:
    error = RuntimeError("database or disk is full")
    assert trouble(error) is None
    error.__cause__ = sqlite3.OperationalError("database or disk is full")
    assert trouble(error) == 507
    assert trouble(None) is None
