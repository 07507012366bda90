"""While something is held, nothing leaves the house, and verdicts go on."""

from __future__ import annotations

import pytest

from gaitway.actions import NotAllowed, Refused, holds, jobs
from gaitway.models import Event, Hold, Job
from tests.world import AT, World


@pytest.fixture
def held(world: World) -> World:
    Job.objects.update(finished_at=AT)
    holds.begin("restored from x.backup", at=AT)
    for kind in Job.Kind:
        jobs.ask(kind, f"{kind}:1", {}, at=AT)
    return world


def claimed() -> list[str]:
    found = []
    while (job := jobs.claim("me", at=AT)) is not None:
        found.append(job.kind)
    return sorted(found)


def test_only_what_stays_inside_is_done(held: World) -> None:
    assert jobs.due(at=AT) == {"evaluate", "forecast", "summarise"}
    assert claimed() == ["evaluate", "forecast", "summarise"]


def test_a_kind_of_job_that_is_not_known_to_stay_inside_is_held() -> None:
    assert {"evaluate", "forecast", "summarise"} == jobs.INSIDE


def test_released_everything_goes_out_and_the_event_says_why(held: World) -> None:
    holds.release(by=held.admin, at=AT)
    assert claimed() == sorted([*Job.Kind.values, "tell"])
    event = Event.objects.get(kind=Event.Kind.RESTORED)
    assert event.data == {"reason": "restored from x.backup", "held_at": AT.isoformat()}
    assert Hold.objects.get().released_at == AT


def test_only_an_administrator_releases(held: World) -> None:
    for person in (held.sofia, held.luca, held.nadia):
        with pytest.raises(NotAllowed, match="Only an administrator"):
            holds.release(by=person, at=AT)
    assert jobs.due(at=AT) == {"evaluate", "forecast", "summarise"}


def test_where_nothing_is_held_there_is_nothing_to_release(world: World) -> None:
    with pytest.raises(Refused, match="Nothing is held"):
        holds.release(by=world.admin, at=AT)


def test_a_second_restore_replaces_the_first_hold(held: World) -> None:
    holds.begin("restored from y.backup", at=AT)
    assert [hold.reason for hold in Hold.objects.all()] == ["restored from y.backup"]
