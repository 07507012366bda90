"""The SQLite that Gaitway runs on."""

from __future__ import annotations

import importlib.util
import sys

# Every version from 3.7.0 to 3.51.2 can lose data when two connections reset the write-ahead log at once.
MENDED = (3, 51, 3)


def use_mended() -> None:
    """Puts pysqlite3, which carries a mended SQLite, in the place of the standard module. Before Django's import."""
    if importlib.util.find_spec("pysqlite3") and "sqlite3" not in sys.modules:
        import pysqlite3.dbapi2

        sys.modules["sqlite3"] = sys.modules["pysqlite3"]
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def version() -> tuple[int, ...]:
    import sqlite3

    return tuple(int(part) for part in sqlite3.sqlite_version.split("."))


def is_mended() -> bool:
    return version() >= MENDED
