"""Whether it is up, and its numbers: for who operates it, and for nobody else."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from gaitway.actions import holds, jobs, workers
from gaitway.models import Job, Kpi
from gaitway.queries import operating
from gaitway.web import measuring
from gaitway.web.measuring import Tally
from tests.world import AT, World

SAMPLE = re.compile(r'gaitway_\w+(?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})? -?\d+(?:\.\d+)?(?:e-?\d+)?')


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    from gaitway.web import operating as pages

    counted = Tally()
    monkeypatch.setattr(measuring, "tally", counted)
    monkeypatch.setattr(pages, "tally", counted)


def asked(**named: str) -> dict[str, str]:
    """The samples of /metrics."""
    text = Client().get("/metrics", **named).content.decode()
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def test_ready_where_the_database_answers_and_its_tables_are_of_this_version(world: World) -> None:
    workers.beat("me", at=timezone.now() - timedelta(seconds=5))
    answer = Client().get("/healthz")
    said = answer.json()
    assert 5 <= said.pop("worker_seconds") < 60
    assert (answer.status_code, said) == (200, {"live": True, "ready": True, "database": True, "tables": True})
    assert answer.headers["Cache-Control"] == "no-store"
    assert Client().head("/healthz").status_code == 200


@pytest.mark.parametrize(("age", "status"), [(None, 503), (61, 503), (30, 200)])
def test_with_worker_it_is_ready_only_where_one_lives(world: World, age: int | None, status: int) -> None:
    if age is not None:
        workers.beat("me", at=timezone.now() - timedelta(seconds=age))
    assert Client().get("/healthz?worker=1").status_code == status
    assert Client().get("/healthz").status_code == 200


def test_not_ready_where_the_database_does_not_answer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_at: object) -> None:
        raise DatabaseError("password=canary")

    monkeypatch.setattr(operating, "silence", gone)
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"live": True, "ready": False, "database": False, "tables": False, "worker_seconds": None}
    assert b"canary" not in answer.content


def test_not_ready_where_the_tables_are_of_another_version(world: World) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('gaitway', '9999_beyond', %s)", [AT])
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["database"], answer.json()["tables"]) == (503, True, False)


def test_the_machine_itself_asks_without_https(world: World, settings: LazySettings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert [Client().get(path).status_code for path in ("/healthz", "/metrics", "/login/")] == [200, 200, 301]


def test_metrics_are_in_the_format_of_prometheus(world: World) -> None:
    Client().get("/login/")
    text = Client().get("/metrics").content.decode()
    seen = set()
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            assert line.split()[2] not in seen
            seen.add(line.split()[2])
        elif not line.startswith("# HELP "):
            assert SAMPLE.fullmatch(line), line
    assert {"gaitway_requests_total", "gaitway_request_seconds", "gaitway_jobs", "gaitway_database_bytes"} <= seen


def test_requests_are_counted_by_route_and_never_by_address(world: World) -> None:
    browser = Client()
    browser.force_login(world.sofia)
    for path in ("/initiatives/north/norway/", "/initiatives/north/nowhere/", "/secret-address/"):
        browser.get(path)
    samples = asked()
    counted = {re.sub(r',process="\d+"', "", name): value for name, value in samples.items()}
    route = "/initiatives/<path:key>/"
    assert counted[f'gaitway_requests_total{{route="{route}",method="GET",status="2xx"}}'] == "1"
    assert counted[f'gaitway_requests_total{{route="{route}",method="GET",status="4xx"}}'] == "1"
    assert counted['gaitway_requests_total{route="none",method="GET",status="4xx"}'] == "1"
    assert counted[f'gaitway_request_seconds_bucket{{route="{route}",le="+Inf"}}'] == "2"
    assert counted[f'gaitway_request_seconds_count{{route="{route}"}}'] == "2"
    assert not any("norway" in name or "secret-address" in name for name in samples)


def test_buckets_count_what_took_no_longer() -> None:
    counted = Tally()
    for seconds in (0.001, 0.005, 0.02, 99.0):
        counted.add("/x/", "BREW", 200, seconds)
    requests, spent = counted.read()
    assert requests == {("/x/", "other", "2xx"): 4}
    up_to = dict(spent["/x/"].up_to())
    assert (up_to["0.005"], up_to["0.01"], up_to["0.025"], up_to["10.0"], up_to["+Inf"]) == (2, 2, 3, 3, 4)
    assert spent["/x/"].seconds == pytest.approx(99.026)


def test_the_state_of_the_whole_comes_from_the_database(world: World) -> None:
    now = timezone.now()
    Job.objects.update(finished_at=now)
    jobs.ask(Job.Kind.PULL, "a", {}, at=now - timedelta(seconds=90))
    jobs.ask(Job.Kind.PULL, "b", {}, at=now + timedelta(hours=1))
    jobs.ask(Job.Kind.PULL, "c", {}, at=now - timedelta(seconds=100))
    assert jobs.claim("me", at=now) is not None
    Job.objects.filter(key="b").update(attempt=1)
    jobs.ask(Job.Kind.PULL, "d", {}, at=now)
    Job.objects.filter(key="d").update(dead_at=now)
    Kpi.objects.filter(pk=world.orders.pk).update(pull_fault="broken")
    samples = asked()
    assert {name: value for name, value in samples.items() if "jobs{" in name} == {
        'gaitway_jobs{state="waiting"}': "1", 'gaitway_jobs{state="due"}': "1",
        'gaitway_jobs{state="running"}': "1", 'gaitway_jobs{state="laid_aside"}': "1",
    }  # fmt: skip
    assert 90 <= float(samples["gaitway_oldest_job_seconds"]) < 100
    assert (samples["gaitway_held"], samples["gaitway_kpis_failing"], samples["gaitway_workers"]) == ("0", "1", "0")
    assert "gaitway_worker_silence_seconds" not in samples
    assert int(samples["gaitway_database_bytes"]) > 100_000
    holds.begin("restored", at=AT)
    workers.beat("me", at=now)
    again = asked()
    assert (again["gaitway_held"], again["gaitway_workers"]) == ("1", "1")
    assert 0 <= float(again["gaitway_worker_silence_seconds"]) < 60


def test_metrics_are_for_this_machine_alone(world: World) -> None:
    assert Client().get("/metrics", REMOTE_ADDR="::1").status_code == 200
    for named in (
        {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"}, {"HTTP_VIA": "1.1 proxy"}, {"HTTP_X_REAL_IP": "192.0.2.7"},
    ):  # fmt: skip
        assert Client().get("/metrics", **named).status_code == 404, named


def test_or_for_who_has_the_token(world: World, settings: LazySettings) -> None:
    settings.METRICS_TOKEN = "long-enough-and-secret"
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", HTTP_AUTHORIZATION="Bearer long-enough-and-secreT").status_code == 404
    there = Client().get("/metrics", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer long-enough-and-secret")
    assert there.status_code == 200
    assert b"long-enough" not in there.content


def test_pages_tell_that_nothing_leaves(world: World) -> None:
    holds.begin("restored from x.backup", at=AT)
    for person, told, fix in ((world.admin, True, True), (world.sofia, True, False), (world.nadia, False, False)):
        browser = Client()
        browser.force_login(person)
        page = browser.get("/").content
        assert (b"Restored from a backup" in page, b"gaitway restore --release" in page) == (told, fix)
    holds.release(by=world.admin, at=AT)
    browser = Client()
    browser.force_login(world.admin)
    assert b"Restored from a backup" not in browser.get("/").content
    assert b"let things leave the house again" in browser.get("/feed/").content


@pytest.mark.parametrize(
    ("contact", "line"),
    [
        ("safe@example.com", "Contact: mailto:safe@example.com"),
        ("https://example.com/s", "Contact: https://example.com/s"),
    ],
)
def test_whom_to_tell_of_a_hole(settings: LazySettings, contact: str, line: str) -> None:
    settings.SECURITY_CONTACT = contact
    answer = Client().get("/.well-known/security.txt")
    lines = answer.content.decode().splitlines()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == line
    days = (datetime.fromisoformat(lines[1].removeprefix("Expires: ")) - timezone.now()).days
    assert 170 < days < 366  # RFC 9116 wants less than a year


def test_where_nobody_is_named_there_is_no_such_file() -> None:
    assert Client().get("/.well-known/security.txt").status_code == 404
