"""Fixtures for all. Where the tests run: tests/settings.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the shared data of the project isn't beside the checkout")
    return SHARED


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
