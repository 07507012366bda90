"""Dates, money and checklist of a stage: freely before it begins, with a reason and as an amendment after that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gaitway.actions import NotAllowed, Refused, initiatives, plans
from gaitway.models import Amendment, ChecklistItem, Event, Job, Stage
from tests.world import AT, World

CRAWL: dict[str, Any] = {
    "starts": date(2026, 1, 5), "ends": date(2026, 3, 29), "budget": Decimal(5000), "currency": "EUR",
}  # fmt: skip


def stage(world: World, key: str) -> Stage:
    return Stage.objects.select_related("initiative__strategy").get(initiative=world.norway, key=key)


def test_a_stage_that_has_not_begun_is_planned_freely(world: World) -> None:
    walk = stage(world, "walk")
    made = plans.write(
        walk, starts=date(2026, 4, 1), ends=date(2026, 6, 30), budget=None, currency="", by=world.luca, at=AT
    )
    assert (made.starts, made.ends, made.budget, made.currency) == (date(2026, 4, 1), date(2026, 6, 30), None, "")
    event = Event.objects.filter(kind="amendment").latest("pk")
    assert event.data["values"]["dates"] == ["2026-03-30/2026-09-27", "2026-04-01/2026-06-30"]
    assert not Amendment.objects.exists()
    assert Job.objects.filter(key=f"forecast:stage:{walk.pk}", finished_at=None).exists()


def test_one_that_nobody_planned_is_made(world: World) -> None:
    Stage.objects.filter(initiative=world.norway, key="run").delete()
    bare = Stage(initiative=world.norway, key="run")
    made = plans.write(bare, **{**CRAWL, "currency": "eur"}, by=world.sofia, at=AT)
    assert (made.key, made.budget, made.currency) == ("run", Decimal(5000), "EUR")


def test_once_it_has_begun_it_takes_the_sponsor_and_a_reason(world: World) -> None:
    later = {**CRAWL, "ends": date(2026, 4, 30), "budget": Decimal(8000)}
    with pytest.raises(NotAllowed, match="its sponsor or an administrator"):
        plans.write(world.crawl, **later, reason="More", by=world.luca, at=AT)
    with pytest.raises(Refused, match="needs a reason"):
        plans.write(world.crawl, **later, by=world.sofia, at=AT)
    plans.write(world.crawl, **later, reason="Customs took a month", by=world.sofia, at=AT)
    assert (world.crawl.ends, world.crawl.budget) == (date(2026, 4, 30), Decimal(8000))
    assert sorted(Amendment.objects.values_list("field", "before", "after")) == [
        ("budget", "5000 EUR", "8000 EUR"), ("dates", "2026-03-29", "2026-04-30"),
    ]  # fmt: skip


def test_writing_what_stands_there_changes_nothing(world: World) -> None:
    plans.write(world.crawl, **CRAWL, by=world.sofia, at=AT)
    assert not Event.objects.filter(kind="amendment").exists()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"ends": date(2025, 1, 1)}, "before it starts"),
        ({"currency": "euro"}, "currency of three letters"),
        ({"budget": Decimal(-1)}, "less than nothing"),
        ({"ends": None}, "keeps an end"),
    ],
)
def test_what_cant_be_is_refused(world: World, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        plans.write(world.crawl, **{**CRAWL, **fields}, reason="Because", by=world.sofia, at=AT)
    assert world.crawl.ends == date(2026, 3, 29)


def test_a_budget_is_in_what_counts_the_money(world: World) -> None:
    initiatives.change(world.norway, {"name": "Norge"}, by=world.sofia, at=AT)
    world.orders.unit = "NOK"
    world.orders.save()
    Stage.objects.filter(initiative=world.norway).update(budget=None, currency="")
    initiatives.change(world.norway, {"spending": "orders"}, by=world.sofia, at=AT)
    with pytest.raises(Refused, match="counts NOK"):
        plans.write(stage(world, "walk"), **CRAWL, by=world.sofia, at=AT)


def test_a_checklist_grows_and_shrinks(world: World) -> None:
    item = plans.add_item(world.crawl, " Customs agreed ", by=world.luca, at=AT)
    assert plans.add_item(world.crawl, "Customs agreed", by=world.luca, at=AT) == item
    assert [each.text for each in world.crawl.checklist.all()] == ["Prices agreed", "Customs agreed"]
    plans.take_item(item, by=world.luca, at=AT)
    assert [each.text for each in ChecklistItem.objects.all()] == ["Prices agreed"]
    assert Event.objects.filter(kind="checklist changed").count() == 2
    for text, message in ((" ", "Say what"), ("x" * 301, "300 characters")):
        with pytest.raises(Refused, match=message):
            plans.add_item(world.crawl, text, by=world.luca, at=AT)
    with pytest.raises(NotAllowed):
        plans.add_item(world.crawl, "x", by=world.theo, at=AT)
