"""What the doctor says: each thing that can be wrong, planted once."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from gaitway.actions import events, holds, jobs, workers
from gaitway.lib import home, sqlite
from gaitway.models import Event, Job, Kpi, appendonly
from gaitway.work import health
from gaitway.work.health import machine
from tests.world import AT, World

ON_SQLITE = pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="of SQLite")


def said(name: str) -> list[tuple[str, str]]:
    return [(check.state.value, check.says) for check in health.checks(at=timezone.now()) if check.name == name]


def states(name: str) -> list[str]:
    return [state for state, _ in said(name)]


def test_what_is_not_well_has_its_fix(world: World, tmp_path: Path) -> None:
    checks = health.checks(at=timezone.now())
    assert [check.name for check in checks if (check.state == "ok") is bool(check.fix)] == []
    names = {"database", "tables", "append-only", "space", "clock", "secret key", "mail", "outgoing", "worker", "jobs"}
    assert names <= {check.name for check in checks}


def test_an_installation_at_rest_is_well(db: object) -> None:
    workers.beat("me", at=timezone.now())
    assert {check.name: check.says for check in health.checks(at=timezone.now()) if check.state != "ok"} == {}


def test_a_trigger_that_is_gone_is_missed(world: World) -> None:
    on = " on gaitway_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"drop trigger gaitway_event_no_update{on}")
    assert appendonly.missing(connection) == ["gaitway_event_no_update"]
    assert said("append-only") == [("bad", "nothing refuses a change: gaitway_event_no_update")]


def test_tables_of_a_newer_version_are_bad(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('gaitway', '9999_beyond', %s)", [AT])
    assert said("tables") == [("bad", "they are of a newer Gaitway (9999_beyond)")]


def test_tables_that_wait_for_an_upgrade_are_bad(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'sessions'")
    assert said("tables") == [("bad", "1 migrations wait")]


@ON_SQLITE
def test_a_sqlite_with_the_wal_reset_bug_is_bad(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "version", lambda: (3, 40, 1))
    (found,) = said("database")
    assert found == ("bad", "SQLite 3.40.1 can lose data when two processes write (the WAL-reset bug)")


@ON_SQLITE
def test_a_journal_that_nobody_could_shorten_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with (tmp_path / "x-wal").open("wb") as file:
        file.truncate(70 * 2**20)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "x"))
    assert said("journal") == [("warn", "73 MB wait in x-wal")]


@pytest.mark.parametrize(("free", "state"), [(10**12, "ok"), (2 * 10**9, "warn"), (10**8, "bad")])
def test_space(world: World, monkeypatch: pytest.MonkeyPatch, free: int, state: str) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 0, free))
    assert states("space") == [state]


@pytest.mark.parametrize(("seconds", "state"), [(0.5, "ok"), (-5.0, "warn"), (40.0, "bad")])
def test_a_clock_that_differs_from_the_file_system(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: float, state: str
) -> None:
    monkeypatch.setattr(machine, "_file_system", lambda: seconds)
    assert said("clock") == [(state, f"{abs(seconds):.1f} s apart from the file system")]


def test_what_was_recorded_in_the_future(world: World) -> None:
    events.record(Event.Kind.INVITED, by=world.admin, at=timezone.now() + timedelta(hours=2), data={"person": "x"})
    assert states("clock") == ["bad"]


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("short", "has 5 characters; it needs 32 or more"),
        ("ab" * 30, "has 2 different characters, so that it can be guessed"),
        ("django-insecure-0123456789abcdefghijklmnop", "is one from an example, which everybody knows"),
        ("change-me-0123456789-abcdefghijklmnop-xyz", "is one from an example, which everybody knows"),
        ("Vk3uJ0p1QmX8sR5tYbNc7wZ2aHfLgDeTo9iKlMn4", ""),
    ],
)
def test_a_key_that_could_be_guessed_refuses_to_boot(
    world: World, settings: LazySettings, monkeypatch: pytest.MonkeyPatch, key: str, why: str
) -> None:
    settings.SECRET_KEY = key
    monkeypatch.setenv("GAITWAY_SECRET_KEY", key)
    assert home.weakness(key) == why
    if why:
        assert said("secret key") == [("bad", f"it {why}")]
        with pytest.raises(SystemExit, match=why):
            home.secret_key()
    else:
        assert home.secret_key() == key


def test_a_key_that_others_can_read(world: World, settings: LazySettings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "secret-key").write_text("x" * 40)
    (tmp_path / "secret-key").chmod(0o644)
    assert states("secret key") == ["warn"]


def test_mail_that_cannot_be_reached(world: World, settings: LazySettings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        thread = threading.Thread(target=_greets, args=(server,))
        thread.start()
        assert said("mail") == [("ok", f"127.0.0.1:{settings.EMAIL_PORT} answers")]
        thread.join()
    assert said("mail") == [("bad", f"127.0.0.1:{settings.EMAIL_PORT} can't be reached: ConnectionRefusedError")]


def _greets(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"220 here\r\n")
        while asked := connection.recv(1000):
            connection.sendall(b"221 bye\r\n" if asked.startswith(b"quit") else b"250 yes\r\n")


def test_what_is_held(world: World) -> None:
    holds.begin("restored from x.backup", at=AT)
    assert said("outgoing") == [("warn", "held since 2026-03-02 09:00 UTC: restored from x.backup")]


def test_a_worker_that_fell_silent(world: World) -> None:
    assert states("worker") == ["warn"]
    workers.beat("me", at=timezone.now() - timedelta(seconds=90))
    assert states("worker") == ["bad"]
    workers.beat("me", at=timezone.now())
    assert states("worker") == ["ok"]
    workers.leave("me", at=timezone.now())
    assert states("worker") == ["warn"]


def test_jobs_that_wait_and_jobs_that_were_laid_aside(world: World) -> None:
    now = timezone.now()
    Job.objects.update(finished_at=now)
    jobs.ask(Job.Kind.PULL, "pull:1", {}, at=now - timedelta(minutes=2))
    assert states("jobs") == ["ok"]
    Job.objects.filter(key="pull:1").update(due_at=now - timedelta(minutes=20))
    assert states("jobs") == ["bad"]
    Job.objects.filter(key="pull:1").update(dead_at=now, fault="gone wrong")
    assert said("job laid aside") == [("bad", "pull:1: gone wrong")]


def test_a_kpi_whose_source_failed(world: World) -> None:
    Kpi.objects.filter(pk=world.orders.pk).update(pull_fault="no file orders.csv")
    assert said("KPI orders") == [("bad", "no file orders.csv")]
    assert states("source shop") == ["bad"]
