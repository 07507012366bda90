"""A job that ends its worker each time it is begun is laid aside, like one that fails."""

from __future__ import annotations

from datetime import timedelta

from gaitway.actions import jobs
from gaitway.models import Job
from tests.world import AT


def test_a_job_that_ends_its_worker_each_time_is_laid_aside(db: object) -> None:
    jobs.ask(Job.Kind.PULL, "k", {"source": 1}, at=AT)
    now = AT
    for attempt in range(1, jobs.ATTEMPTS + 1):
        job = jobs.claim("w", at=now)
        assert job is not None
        assert job.attempt == attempt
        now += jobs.LEASE + timedelta(seconds=1)  # nobody came back
    jobs.ask(Job.Kind.TELL, "next", {"event": 1}, at=AT)
    other = jobs.claim("w", at=now)
    assert other is not None
    assert other.key == "next"
    dead = Job.objects.exclude(dead_at=None).get()
    assert (dead.key, dead.fault) == ("k", "Its worker ended in the middle of it, 6 times.")


def test_kinds_that_a_worker_leaves_to_others(db: object) -> None:
    jobs.ask(Job.Kind.PULL, "pull", {"source": 1}, at=AT)
    assert jobs.due(at=AT) == {"pull"}
    assert jobs.due(at=AT - timedelta(seconds=1)) == set()
    assert jobs.claim("w", at=AT, but={"pull"}) is None
    jobs.ask(Job.Kind.TELL, "tell", {"event": 1}, at=AT + timedelta(seconds=1))
    job = jobs.claim("w", at=AT + timedelta(seconds=2), but={"pull"})
    assert job is not None
    assert job.key == "tell"


def test_what_waits_for_its_next_attempt_can_be_hurried(db: object) -> None:
    jobs.ask(Job.Kind.PULL, "k", {"source": 1}, at=AT)
    job = jobs.claim("w", at=AT)
    assert job is not None
    jobs.fail(job, "busy", at=AT, payload={"source": 1, "again": [3]})
    assert jobs.due(at=AT) == set()
    jobs.at_once("k", at=AT)
    job = jobs.claim("w", at=AT)
    assert job is not None
    assert job.payload == {"source": 1, "again": [3]}
