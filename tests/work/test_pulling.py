"""A pull as a job: what is tried again and what isn't, side by side, with progress, and stopped when asked to."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.utils import timezone

from gaitway.actions import NotAllowed, gates, jobs, observations
from gaitway.models import Evaluation, Job, Kpi, Observation, Source
from gaitway.work import loop
from gaitway.work.lanes import Crew
from tests.work.sources import Told, fine, gone, hangs, slow, tell, wrong
from tests.world import AT, STRATEGY, World, build


def clock() -> datetime:
    return AT


def kpi(name: str, source: str) -> str:
    return f"  {name}: {{name: {name}, kind: count, every: week, source: {source}, sql: select 1}}\n"


def house(folder: Path, *, many: int = 0, sources: tuple[str, ...] = ("shop",)) -> World:
    """The cast, with more sources of one KPI each, or with many KPIs in the shop."""
    more = "".join(kpi(f"of_{each}", each) for each in sources[1:]) + "".join(kpi(f"k{i}", "shop") for i in range(many))
    text = STRATEGY.replace("{shop: orders.csv}", "{" + ", ".join(f"{each}: {each}.csv" for each in sources) + "}")
    return build(folder, text.replace("  conversion:", more + "  conversion:"))


def job_of(source: str) -> Job:
    return Job.objects.get(key=f"pull:{Source.objects.get(key=source).pk}")


def test_what_may_go_by_itself_is_tried_again_for_its_kpis_alone(
    db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house(tmp_path, many=2)
    told = tell(monkeypatch, shop=lambda key: gone(key) if key == "k1" else fine(key))
    loop.drain("w", clock)
    job = job_of("shop")
    assert (job.finished_at, job.attempt, job.fault) == (None, 1, "k1: The database is restarting. Try again.")
    told.answers["shop"], before = fine, len(told.asked)
    loop.drain("w", lambda: AT + timedelta(minutes=5), tick=False)
    job.refresh_from_db()
    assert told.asked[before:] == ["k1"]
    assert (job.finished_at, job.fault) == (AT + timedelta(minutes=5), "")


def test_what_was_asked_anew_is_pulled_whole(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = house(tmp_path, many=2)
    told = tell(monkeypatch, shop=gone)
    loop.drain("w", clock)
    told.answers["shop"], before = fine, len(told.asked)
    source = Source.objects.get()
    jobs.ask(Job.Kind.PULL, f"pull:{source.pk}", {"source": source.pk}, at=AT)
    loop.drain("w", lambda: AT + timedelta(minutes=5), tick=False)
    assert set(told.asked[before:]) == {"orders", "k0", "k1"}
    assert world.orders.observations.count() == 1


def test_a_wrong_query_waits_for_the_next_day(db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house(tmp_path)
    told = tell(monkeypatch, shop=wrong)
    loop.drain("w", clock)
    job = job_of("shop")
    assert (job.finished_at, "no column sold" in job.fault) == (AT, True)
    loop.drain("w", lambda: AT + timedelta(hours=2))
    assert told.asked == ["orders"]
    loop.drain("w", lambda: AT + timedelta(days=1))
    assert told.asked == ["orders", "orders"]


def test_who_may_stop_a_job(world: World) -> None:
    jobs.ask(Job.Kind.PULL, "pull:1", {"source": 1}, at=AT)
    job = Job.objects.get(key="pull:1")
    for person in (world.nadia, world.theo, world.luca, world.sofia):
        with pytest.raises(NotAllowed):
            jobs.cancel(job, by=person, at=AT)
    jobs.cancel(job, by=world.admin, at=AT)
    job.refresh_from_db()
    assert (job.finished_at, job.cancelled_at, job.fault) == (AT, AT, "Cancelled by Terminal.")


def test_what_was_stopped_is_not_asked_for_again_today(world: World) -> None:
    loop.ask_for_due(AT)
    jobs.cancel(job_of("shop"), by=world.admin, at=AT)
    loop.ask_for_due(AT + timedelta(hours=3))
    assert Job.objects.filter(kind="pull").count() == 1
    loop.ask_for_due(AT + timedelta(days=1))
    assert Job.objects.filter(kind="pull", finished_at=None).count() == 1


@contextmanager
def crew(threads: int = 4) -> Iterator[None]:
    """The worker as it really runs, in threads of this process."""
    running = Crew(threads, timezone.now)
    thread = threading.Thread(target=running.run, kwargs={"grace": 5})
    thread.start()
    try:
        yield
    finally:
        running.stop()
        thread.join(20)
        assert not thread.is_alive()


def until(what: object, seconds: float = 20.0) -> float:
    """Seconds until it is so."""
    began = time.monotonic()
    while not what():  # type: ignore[operator]
        assert time.monotonic() - began < seconds, "it never came"
        time.sleep(0.02)
    return time.monotonic() - began


def is_running(source: str) -> bool:
    return Job.objects.filter(key=f"pull:{Source.objects.get(key=source).pk}", lease_until__isnull=False).exists()


@pytest.mark.slow
def test_a_pull_that_hangs_is_stopped_and_holds_up_no_other(
    really_kept: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = house(tmp_path, sources=("shop", "other"))
    tell(monkeypatch, shop=hangs, other=fine)
    with crew(4):
        until(lambda: is_running("shop"))
        until(lambda: Kpi.objects.get(key="of_other").pulled_at)
        observations.record(world.conversion, {AT.date(): (1.0, 2.0)}, by=world.admin, at=timezone.now())
        gates.ask(world.crawl, at=timezone.now())
        assert until(lambda: Evaluation.objects.exists()) < 3
        assert is_running("shop")
        jobs.cancel(job_of("shop"), by=world.admin, at=timezone.now())
        took = until(lambda: not is_running("shop"))
    job = job_of("shop")
    assert took < 2
    assert (job.finished_at is not None, job.dead_at, job.fault) == (True, None, "Cancelled by Terminal.")
    assert (Kpi.objects.get(key="orders").pull_fault, world.orders.observations.count()) == ("", 0)


@pytest.mark.slow
def test_a_worker_that_stops_gives_back_what_it_pulls(
    really_kept: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house(tmp_path)
    tell(monkeypatch, shop=hangs)
    with crew(2):
        until(lambda: is_running("shop"))
        began = time.monotonic()
    job = job_of("shop")
    assert time.monotonic() - began < 3
    assert (job.lease_until, job.finished_at, job.attempt) == (None, None, 0)


@pytest.mark.slow
def test_kpis_of_a_source_are_pulled_side_by_side_and_tell_how_far_they_are(
    really_kept: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house(tmp_path, many=11)
    told: Told = tell(monkeypatch, shop=slow(0.7))
    Source.objects.update(at_once=4)
    seen: set[tuple[int, int]] = set()

    def over() -> bool:
        job = Job.objects.filter(kind="pull").first()
        seen.add((job.done, job.steps) if job else (0, 0))
        return job is not None and job.finished_at is not None

    with crew(2):
        until(over)
    assert sorted(told.asked) == sorted(["orders", *(f"k{i}" for i in range(11))])
    assert len(told.threads) == 4
    assert {steps for _, steps in seen} <= {0, 12}
    assert len({done for done, _ in seen}) >= 3
    assert Observation.objects.count() == 12


@pytest.mark.slow
def test_what_arrives_is_judged_within_a_second(really_kept: None, tmp_path: Path) -> None:
    world = build(tmp_path)
    Source.objects.update(retired_at=AT)
    took = []
    with crew():
        until(lambda: not Job.objects.filter(finished_at=None).exists())
        for events in (5.0, 30.0):
            before = Evaluation.objects.count()
            rows = {date(2026, 2, 16): (events, 1.0)}
            began = time.monotonic()
            observations.record(world.orders, rows, by=world.admin, at=timezone.now())
            until(lambda before=before: Evaluation.objects.count() > before)
            took.append(time.monotonic() - began)
    assert min(took) < 1, took


@pytest.mark.slow
def test_a_lane_gives_its_connection_back(really_kept: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path)
    kind, closed = type(connections["default"]), set[str]()
    close = kind.close

    def noted(self: object) -> None:
        closed.add(threading.current_thread().name)
        close(self)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "close", noted)
    with crew(3):
        until(lambda: {"lane", "tick"} <= closed)
