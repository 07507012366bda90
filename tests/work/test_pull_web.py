"""From the web to observations, through the worker's own way; a secret of the address is told nobody."""

from __future__ import annotations

import re

import pytest

from gaitway.models import Kpi, Observation, Source
from gaitway.work.pull import Pulled, pull
from tests.outside import Outside, answer
from tests.world import AT, World

SHEET = "period,events\n2026-01-05,3\n2026-01-12,4\n"


def pulled(world: World, location: str, **options: object) -> Pulled:
    Source.objects.update(location=location, options=options)
    (done,) = pull([Kpi.objects.get(key="orders")], by=world.admin, clock=lambda: AT)
    return done


@pytest.fixture
def allowed(there: Outside, monkeypatch: pytest.MonkeyPatch) -> Outside:
    monkeypatch.setenv("GAITWAY_PRIVATE_HOSTS", f"127.0.0.1:{there.port}")
    monkeypatch.setenv("GAITWAY_SOURCE_SHEET", "canary 10/ö")
    return there


def test_a_published_sheet_becomes_observations(world: World, allowed: Outside) -> None:
    allowed.says["/pub"] = answer(SHEET)
    done = pulled(world, f"{allowed.url}/pub?output=csv")
    assert (done.fault, done.again) == ("", False)
    weeks = Observation.objects.filter(kpi__key="orders").values_list("period", "events")
    assert [(day.isoformat(), events) for day, events in weeks] == [("2026-01-05", 3), ("2026-01-12", 4)]


def test_what_is_cut_leaves_nothing_and_is_tried_again(world: World, allowed: Outside) -> None:
    allowed.says["/pub"] = lambda connection, asked: connection.sendall(answer(SHEET)[:-13])
    done = pulled(world, f"{allowed.url}/pub?output=csv")
    assert done.again
    assert "stopped in the middle of its answer" in done.fault
    assert not Observation.objects.exists()


def test_a_secret_of_the_address_stands_in_no_fault(world: World, allowed: Outside) -> None:
    address = f"{allowed.url}/${{GAITWAY_SOURCE_SHEET}}/pub".replace("//127", "//ana:${GAITWAY_SOURCE_SHEET}@127", 1)
    done = pulled(world, f"{allowed.url}/${{GAITWAY_SOURCE_SHEET}}/pub?key=${{GAITWAY_SOURCE_SHEET}}")
    assert re.sub(r":\d+/", "/", done.fault) == (
        'orders: Source "shop": http://127.0.0.1/…/pub answers 404: there is nothing. Correct the address.'
    )
    assert "canary" not in pulled(world, address).fault


def test_a_private_host_that_is_not_listed_is_not_asked(
    world: World, allowed: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GAITWAY_PRIVATE_HOSTS")
    done = pulled(world, f"{allowed.url}/pub?output=csv")
    assert "127.0.0.1 has a loopback address, and Gaitway goes only to public ones." in done.fault
    assert allowed.visits == 0
