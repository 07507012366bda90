"""A source is asked, stopped and asked again through the API, as on its page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from gaitway.actions import jobs
from gaitway.models import Job, Source
from tests.api.conftest import Caller, read
from tests.world import World

STAYS = "sources/north/shop"


@pytest.fixture
def admin(house: World, caller: Any) -> Caller:
    Job.objects.all().delete()
    return caller("admin")


def job() -> Job:
    return Job.objects.filter(key=f"pull:{Source.objects.get().pk}").latest("pk")


def test_a_pull_is_asked_for_runs_and_is_stopped(admin: Caller) -> None:
    assert read(admin("GET", STAYS))["state"] == "never"
    asked = admin("POST", f"{STAYS}/pull")
    assert (asked.status_code, read(asked)["state"]) == (202, "waiting")
    claimed = jobs.claim("w", at=timezone.now())
    jobs.progress(claimed, 1, 3, at=timezone.now())
    here = read(admin("GET", STAYS))
    assert (here["state"], here["done"], here["steps"], here["can_act"]) == ("running", 1, 3, True)
    again = admin("POST", f"{STAYS}/pull")
    assert (again.status_code, read(again)["error"]["message"]) == (422, "shop is being pulled right now.")
    assert read(admin("POST", f"{STAYS}/cancel"))["state"] == "stopping"
    assert jobs.is_cancelled(claimed)


def test_what_waits_is_ended_and_nothing_to_stop_is_no_fault(admin: Caller) -> None:
    admin("POST", f"{STAYS}/pull")
    for _ in range(2):
        assert admin("POST", f"{STAYS}/cancel").status_code == 202
    assert job().finished_at is not None


def test_what_was_laid_aside_is_tried_again(admin: Caller) -> None:
    admin("POST", f"{STAYS}/pull")
    Job.objects.update(dead_at=timezone.now(), fault="No such table: orders", attempt=6)
    here = read(admin("GET", STAYS))
    assert (here["state"], here["fault"], here["attempt"]) == ("laid_aside", "No such table: orders", 6)
    assert read(admin("POST", f"{STAYS}/pull"))["state"] == "waiting"
    assert (job().dead_at, job().attempt, job().due_at <= timezone.now()) == (None, 0, True)


def test_what_waits_for_its_next_attempt_waits_no_longer(admin: Caller) -> None:
    admin("POST", f"{STAYS}/pull")
    Job.objects.update(due_at=timezone.now() + timedelta(hours=1), attempt=2)
    admin("POST", f"{STAYS}/pull")
    assert job().due_at <= timezone.now()


def test_faults_and_addresses_stay_with_those_who_may_act(house: World, caller: Any, admin: Caller) -> None:
    admin("POST", f"{STAYS}/pull")
    Job.objects.update(dead_at=timezone.now(), fault="secret-host refused")
    answer = caller("theo")("GET", STAYS)
    assert (read(answer)["state"], read(answer)["can_act"]) == ("laid_aside", False)
    assert b"secret-host" not in answer.content
