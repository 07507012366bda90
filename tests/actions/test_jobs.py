"""The lease table: one worker a job, no work lost, none done twice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Event

import pytest
from django.db import connection

from gaitway.actions import Conflict, jobs
from gaitway.models import Job
from tests.world import AT

LATER = AT + jobs.LEASE + timedelta(seconds=1)


def ask(key: str = "k", at: object = AT) -> Job:
    jobs.ask(Job.Kind.TELL, key, {"event": 1}, at=at)  # type: ignore[arg-type]
    return Job.objects.get(key=key, finished_at=None, dead_at=None)


def claim(worker: str = "w", at: object = AT) -> Job:
    job = jobs.claim(worker, at=at)  # type: ignore[arg-type]
    assert job is not None
    return job


def test_a_job_is_claimed_once_and_finished(db: object) -> None:
    ask()
    job = claim()
    assert jobs.claim("other", at=AT) is None
    jobs.finish(job, at=AT)
    assert jobs.claim("other", at=LATER) is None
    assert Job.objects.get().finished_at == AT


def test_what_is_due_first_is_done_first_and_nothing_before_its_time(db: object) -> None:
    ask("later", AT + timedelta(seconds=1))
    ask("first", AT - timedelta(seconds=1))
    assert claim().key == "first"
    assert jobs.claim("w", at=AT) is None
    assert claim(at=AT + timedelta(seconds=1)).key == "later"


def test_asking_twice_is_one_job(db: object) -> None:
    ask()
    assert ask().requests == 2
    assert Job.objects.count() == 1


def test_work_that_is_asked_for_again_while_it_is_done_is_done_again(db: object) -> None:
    ask()
    job = claim()
    ask()
    jobs.finish(job, at=AT)
    again = claim()
    assert (again.pk, again.requests) == (job.pk, 1)
    jobs.finish(again, at=AT)
    assert jobs.claim("w", at=LATER) is None


def test_a_lease_that_ran_out_goes_to_another_worker_and_the_first_has_lost_it(db: object) -> None:
    ask()
    slow = claim("slow")
    quick = claim("quick", LATER)
    for late in (lambda: jobs.heartbeat(slow, at=LATER), lambda: jobs.finish(slow, at=LATER)):
        with pytest.raises(Conflict, match="The lease of k was lost"):
            late()
    jobs.fail(slow, "too late", at=LATER)
    quick.refresh_from_db()
    assert (quick.fault, quick.claimed_by) == ("", "quick")
    jobs.finish(quick, at=LATER)


def test_a_lost_lease_stays_lost_when_the_attempts_begin_anew(db: object) -> None:
    ask()
    slow = claim("slow")
    quick = claim("quick", LATER)
    ask()
    jobs.finish(quick, at=LATER)
    third = claim("third", LATER)
    assert third.attempt == slow.attempt
    with pytest.raises(Conflict):
        jobs.finish(slow, at=LATER)
    jobs.finish(third, at=LATER)


def test_a_heartbeat_keeps_the_lease(db: object) -> None:
    ask()
    job = claim()
    jobs.heartbeat(job, at=AT + timedelta(seconds=50))
    assert jobs.claim("other", at=LATER) is None
    jobs.finish(job, at=LATER)


def test_failing_waits_longer_each_time_and_ends_with_a_person(db: object) -> None:
    ask()
    now, longest = AT, []
    for attempt in range(1, jobs.ATTEMPTS + 1):
        job = claim(at=now)
        assert job.attempt == attempt
        jobs.fail(job, f"fault {attempt}", at=now)
        job.refresh_from_db()
        assert now <= job.due_at <= now + timedelta(seconds=2**attempt) or job.dead_at
        longest.append(2**attempt)
        now += timedelta(seconds=2**attempt)
    assert all(a < b for a, b in pairwise(longest))
    dead = Job.objects.get()
    assert (dead.dead_at is not None, dead.fault) == (True, "fault 6")
    assert jobs.claim("w", at=now + timedelta(days=1)) is None


def dead_job() -> Job:
    ask()
    Job.objects.update(attempt=jobs.ATTEMPTS - 1)
    jobs.fail(claim(), "broken", at=AT)
    return Job.objects.exclude(dead_at=None).get()


def test_a_job_that_was_laid_aside_is_brought_back(db: object) -> None:
    jobs.retry(dead_job(), at=AT)
    job = claim()
    assert job.attempt == 1
    jobs.finish(job, at=AT)


def test_a_job_that_was_laid_aside_and_asked_for_since_is_done_once(db: object) -> None:
    dead = dead_job()
    ask()
    jobs.retry(dead, at=AT)
    assert claim().pk != dead.pk
    assert jobs.claim("w", at=AT) is None
    assert not Job.objects.exclude(dead_at=None).exists()


def test_two_workers_never_get_the_same_job(really_kept: object) -> None:
    for number in range(40):
        ask(f"k{number:02}")

    def work(name: str) -> list[tuple[int, int]]:
        got = []
        misses = 0
        while misses < 20:
            if job := jobs.claim(name, at=AT):
                got.append((job.pk, job.attempt))
                jobs.finish(job, at=AT)
            else:
                misses += 1
        connection.close()
        return got

    with ThreadPoolExecutor(4) as pool:
        done = [pair for got in pool.map(work, "abcd") for pair in got]
    assert sorted(done) == [(pk, 1) for pk in sorted(Job.objects.values_list("pk", flat=True))]
    assert not Job.objects.filter(finished_at=None).exists()


def test_what_is_asked_for_while_the_work_ends_is_not_lost(really_kept: object) -> None:
    asked: list[int] = []
    seen: list[int] = []  # how much had been asked for when a run began
    over = Event()

    def run() -> bool:
        if job := jobs.claim("w", at=AT):
            seen.append(len(asked))
            jobs.finish(job, at=AT)
        return job is not None

    def worker() -> None:
        while not over.is_set():
            if not run():
                time.sleep(0.01)
        connection.close()

    def asker() -> None:
        for number in range(40):
            asked.append(number)
            jobs.ask(Job.Kind.TELL, "k", {}, at=AT)
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        working, asking = pool.submit(worker), [pool.submit(asker), pool.submit(asker)]
        try:
            for each in asking:
                each.result()
        finally:
            over.set()
        working.result()
    while run():
        pass
    assert seen[-1] == len(asked) == 80
