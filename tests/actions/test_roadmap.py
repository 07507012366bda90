from __future__ import annotations

import pytest

from gaitway.actions import NotAllowed, roadmap
from gaitway.models import Event, Initiative, Stage
from tests.world import AT, World


def order() -> list[str]:
    return list(Initiative.objects.current().values_list("key", flat=True))


def test_a_row_gets_another_place_and_no_date_changes(world: World) -> None:
    dates = list(Stage.objects.order_by("pk").values_list("starts", "ends"))
    assert order() == ["norway", "iceland"]
    assert roadmap.place(world.norway, world.iceland, by=world.admin, at=AT) is None
    assert order() == ["iceland", "norway"]
    assert roadmap.place(world.norway, None, by=world.admin, at=AT) == world.iceland
    assert order() == ["norway", "iceland"]
    assert list(Stage.objects.order_by("pk").values_list("starts", "ends")) == dates
    events = Event.objects.filter(kind="initiatives arranged").order_by("pk")
    assert [(event.data["after"], event.data["before"]) for event in events] == [("iceland", ""), ("", "iceland")]


def test_where_it_stands_already_nothing_happens(world: World) -> None:
    roadmap.place(world.iceland, world.norway, by=world.admin, at=AT)
    roadmap.place(world.iceland, world.iceland, by=world.admin, at=AT)
    assert order() == ["norway", "iceland"]
    assert not Event.objects.filter(kind="initiatives arranged").exists()


def test_places_that_were_equal_become_an_order(world: World) -> None:
    Initiative.objects.update(position=0)
    roadmap.place(world.iceland, world.norway, by=world.admin, at=AT)
    assert order() == ["norway", "iceland"]


def test_sponsors_do_not_arrange(world: World) -> None:
    with pytest.raises(NotAllowed):
        roadmap.place(world.norway, world.iceland, by=world.sofia, at=AT)
