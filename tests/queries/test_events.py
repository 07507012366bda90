"""The feed names nothing that its reader may not see."""

from __future__ import annotations

import pytest

from gaitway.actions import events
from gaitway.models import Event, Kpi, Stage
from gaitway.queries import events as asked
from tests.world import AT, World


@pytest.fixture
def told(world: World) -> World:
    """Two KPIs were revised: one that anybody may see, and one that only Iceland, which is restricted, reads."""
    secret = Kpi.objects.create(strategy=world.strategy, key="secret", name="Secret", kind="level", cadence="day")
    secret.stages.set(Stage.objects.filter(initiative=world.iceland, key="crawl"))
    for kpi in (world.orders, secret):
        data = {"kpi": kpi.key, "name": kpi.name, "first": "2026-02-23", "last": "2026-02-23", "count": 1}
        events.record(Event.Kind.REVISED, by=world.admin, at=AT, strategy=world.strategy, data=data)
    return world


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("sofia", {"Orders per week", "Secret"}),
        ("luca", {"Orders per week"}),
        ("theo", {"Orders per week"}),
        ("nadia", set()),
    ],
)
def test_a_kpi_of_what_is_restricted_is_told_to_its_people_alone(told: World, who: str, names: set[str]) -> None:
    seen = Event.objects.visible_to(getattr(told, who)).filter(kind=Event.Kind.REVISED)
    assert {event.data["name"] for event in seen} == names
    said = " ".join(item.text for day in asked.feed(getattr(told, who)).days for item in day.items)
    assert ("Secret" in said) == ("Secret" in names)


def test_what_was_written_for_the_audit_is_no_news(world: World) -> None:
    events.record(Event.Kind.RENAMED, by=world.admin, at=AT, data={"person": 1, "before": "A", "after": "B"})
    for who in (world.admin, world.luca):
        assert all(item.kind != "person renamed" for day in asked.feed(who).days for item in day.items)
    assert not Event.objects.visible_to(world.luca).filter(kind=Event.Kind.RENAMED).exists()
