"""A database of every released version, upgraded to this one: nothing that was kept is lost or changed."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from gaitway.lib.archive import Reader, Row
from gaitway.models import Person, appendonly
from gaitway.queries import archive
from gaitway.work import databases
from tests.work.keeping import allow_a_second_database, archived

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "releases").glob("*.jsonl.gz"))
# What a migration changed on purpose, by table and column: its values aren't compared.
CHANGED: set[tuple[str, str]] = set()


def rows(lines: bytes) -> dict[tuple[str, int], Row]:
    return {(table, row["id"]): row for table, row in Reader(io.BytesIO(lines)).rows()}


def lost(before: dict[tuple[str, int], Row], after: dict[tuple[str, int], Row]) -> list[str]:
    """Rows that aren't there any more, and cells that say something else."""
    found = [f"{table} {pk} is gone" for table, pk in before.keys() - after.keys()]
    for (table, pk), row in before.items():
        now = after.get((table, pk), {})
        found += [
            f"{table} {pk}: {column}"
            for column, value in row.items()
            if now and (table, column) not in CHANGED and now.get(column, "gone") != value
        ]
    return sorted(found)


@pytest.fixture
def place(tmp_path: Path, transactional_db: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """An empty database."""
    allow_a_second_database(monkeypatch)
    if connection.vendor == "sqlite":
        yield databases.of_file(tmp_path / "release.sqlite3")
        return
    with connection.cursor() as cursor:
        cursor.execute("drop schema if exists of_a_release cascade")
        cursor.execute("create schema of_a_release")
    yield databases.in_schema("of_a_release")
    with connection.cursor() as cursor:
        cursor.execute("drop schema of_a_release cascade")


def test_one_is_kept() -> None:
    assert "0006_sources.jsonl.gz" in [path.name for path in RELEASES]
    assert {path.name.removesuffix(".jsonl.gz") for path in RELEASES} <= set(archive.known())
    assert all(path.stat().st_size <= 300_000 for path in RELEASES)


def shape(using: str) -> dict[str, Any]:
    """What the database says of its tables: columns, constraints and indexes."""
    ask = connections[using].introspection
    with connections[using].cursor() as cursor:
        return {
            table: (
                sorted((column.name, column.type_code, column.null_ok) for column in ask.get_table_description(cursor, table)),
                sorted((tuple(each["columns"] or ()), each["unique"], each["check"], each["foreign_key"] or ())
                       for each in ask.get_constraints(cursor, table).values()),
            )
            for table in sorted(ask.table_names(cursor))
            if not table.startswith("kept_")  # of tests.snapshot
        }  # fmt: skip


@pytest.mark.slow
def test_tables_made_at_once_are_those_of_the_steps(place: dict[str, Any]) -> None:
    """And a home that went through the steps, half of them by an older version, is one of this version afterwards."""
    with databases.opened("release", place) as using:
        for name in ("0014_daily", "0023_daily_kinds"):
            databases.bring(using, name)
        databases.upgrade(using)
        assert shape(using) == shape("default")
        assert ("gaitway", archive.schema()) in MigrationRecorder(connections[using]).applied_migrations()
        assert appendonly.missing(connections[using]) == []


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.partition(".")[0])
def test_it_is_upgraded_and_nothing_is_lost(place: dict[str, Any], release: Path) -> None:
    lines = gzip.decompress(release.read_bytes())
    before = rows(lines)
    assert {table for table, _ in before} >= {"observation", "evaluation", "decision", "event", "token", "approval"}
    with databases.opened("release", place) as using:
        counted = databases.fill(using, Reader(io.BytesIO(lines)))
        assert sum(counted.values()) == len(before)
        after = archived(using)
        assert lost(before, rows(after)) == []
        assert Reader(io.BytesIO(after)).head.schema == archive.schema()
        assert appendonly.missing(connections[using]) == []
        assert Person.objects.using(using).count() == counted["person"]


def test_what_is_lost_is_found() -> None:
    """The planted control."""
    before = {("kpi", 1): {"id": 1, "name": "Orders"}, ("kpi", 2): {"id": 2, "name": "Costs"}}
    after = {("kpi", 1): {"id": 1, "name": "orders", "new": 3}}
    assert lost(before, after) == ["kpi 1: name", "kpi 2 is gone"]
    assert lost({}, after) == []
