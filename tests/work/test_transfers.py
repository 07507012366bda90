"""From one database to the other and back: byte for byte the same, and nothing half done."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from gaitway.actions import Refused, holds, observations, workers
from gaitway.lib import archive
from gaitway.models import Evaluation, Hold, Observation
from gaitway.queries import archive as asked
from gaitway.work import databases, transfers
from tests.work.keeping import MONDAY, allow_a_second_database, archived
from tests.world import AT, World, build

pytestmark = pytest.mark.slow
POSTGRES = os.environ.get("GAITWAY_TEST_ENGINE") == "postgres"


@pytest.fixture
def house(tmp_path: Path, settings: LazySettings, really_kept: None, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.HOME = tmp_path
    allow_a_second_database(monkeypatch)
    made = build(tmp_path)
    for week in range(30):
        numbers = {MONDAY + timedelta(weeks=week): (week / 7, 1.0)}
        observations.record(made.orders, numbers, by=made.admin, at=AT + timedelta(microseconds=week))
    awkward = {
        "tiny": 5e-324,
        "huge": 1e300,
        "zero": -0.0,
        "text": "Å\u2028\\u0041",
        "int": 2**60,
        "exact": 1e16,
        "no": None,
    }
    Evaluation.objects.create(
        stage=made.crawl, as_of=AT.date(), at=AT, spec=awkward, findings={"b": [1.0, 0.1], "a": {}}
    )
    return made


@pytest.fixture
def other() -> Iterator[str]:
    """A PostgreSQL database beside that of the tests."""
    with connection.cursor() as cursor:
        cursor.execute("create database gaitway_there")
    yield urlunsplit(urlsplit(os.environ["GAITWAY_DATABASE_URL"])._replace(path="/gaitway_there"))
    with connection.cursor() as cursor:
        cursor.execute("drop database gaitway_there with (force)")


def test_to_a_file_and_nothing_is_lost(house: World, tmp_path: Path) -> None:
    rows, _ = transfers.transfer(f"sqlite:///{tmp_path}/there.sqlite3", at=timezone.now())
    with databases.opened("look", databases.of_file(tmp_path / "there.sqlite3")) as there:
        assert archived(there) == archived()
        assert rows == asked.counts()
        with pytest.raises(Exception, match="append-only"):
            Observation.objects.using(there).update(events=1)
        assert Observation.objects.using(there).count() == 30


@pytest.mark.skipif(not POSTGRES, reason="needs a PostgreSQL")
def test_three_times_there_and_back_it_is_the_same(house: World, other: str, tmp_path: Path) -> None:
    before = archived()
    for number in range(3):
        file = tmp_path / f"{number}.sqlite3"
        transfers.transfer(f"sqlite:///{file}", at=timezone.now())
        with databases.opened("file", databases.of_file(file)):
            assert archived("file") == before
            (tmp_path / f"{number}.jsonl").write_bytes(archived("file"))
        with databases.opened("back", databases.of_url(other)) as back:
            with (tmp_path / f"{number}.jsonl").open("rb") as lines:
                databases.fill(back, archive.Reader(lines))
            assert archived(back) == before
            made = Observation.objects.using(back).latest("pk")
            made.pk, made.revision = None, 99
            made.save(using=back, force_insert=True)
            assert made.pk == Observation.objects.using("default").latest("pk").pk + 1  # the numbers go on
        with connection.cursor() as cursor:
            cursor.execute("drop database gaitway_there with (force)")
            cursor.execute("create database gaitway_there")


def test_what_is_held_here_is_held_there(house: World, tmp_path: Path) -> None:
    holds.begin("restored from x.backup", at=AT)
    transfers.transfer(f"sqlite:///{tmp_path}/there.sqlite3", at=timezone.now())
    with databases.opened("look", databases.of_file(tmp_path / "there.sqlite3")) as there:
        assert [hold.reason for hold in Hold.objects.using(there).filter(released_at=None)] == [
            "restored from x.backup"
        ]


def test_a_worker_that_runs_would_be_left_behind(house: World, tmp_path: Path) -> None:
    workers.beat("me", at=timezone.now())
    with pytest.raises(Refused, match="A worker is running"):
        transfers.transfer(f"sqlite:///{tmp_path}/there.sqlite3", at=timezone.now())
    assert not (tmp_path / "there.sqlite3").exists()


def test_a_database_that_is_used_is_left_alone(house: World, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "there.sqlite3")) as there:
        there.execute("create table gaitway_area (id integer)")
    with pytest.raises(Refused, match="There is already a Gaitway in"):
        transfers.transfer(f"sqlite:///{tmp_path}/there.sqlite3", at=timezone.now())


def test_not_to_itself(house: World, settings: LazySettings) -> None:
    name = connection.settings_dict["NAME"]
    url = (
        f"{os.environ['GAITWAY_DATABASE_URL'].replace('/postgres?', f'/{name}?')}" if POSTGRES else f"sqlite:///{name}"
    )
    with pytest.raises(Refused, match=r"the database that Gaitway runs on|already a Gaitway"):
        transfers.transfer(url, at=timezone.now())


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@localhost/x", "ftp://x/y"])
def test_an_address_that_is_none(house: World, url: str) -> None:
    with pytest.raises(ValueError, match=r"isn't an address|SQLite and PostgreSQL alone"):
        transfers.transfer(url, at=timezone.now())


def test_what_arrives_changed_does_not_count(house: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted control of the comparison."""
    fill = databases.fill

    def skewed(using: str, reader: archive.Reader) -> dict[str, int]:
        counted = fill(using, reader)
        made = Observation.objects.using(using).latest("pk")
        made.pk, made.revision = None, 7
        made.save(using=using, force_insert=True)
        return counted

    monkeypatch.setattr(databases, "fill", skewed)
    with pytest.raises(transfers.Differs, match="Don't use what is there"):
        transfers.transfer(f"sqlite:///{tmp_path}/there.sqlite3", at=timezone.now())
