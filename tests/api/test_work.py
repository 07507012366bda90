"""The board, one's own work, and what tasks and objectives come to."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from gaitway.actions import observations
from gaitway.models import Strategy, Task
from tests.api.conftest import read
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.slow


@time_machine.travel(AT)
def test_the_board(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    board = read(luca("GET", "board"))
    assert [column["state"] for column in board["columns"]] == ["to do", "doing", "waiting", "done"]
    (card,) = board["columns"][0]["cards"]
    assert (card["name"], card["late"], card["points"], card["can_move"]) == ("Translate the catalogue", True, 1, True)
    assert [column["state"] for column in read(luca("GET", "board?column=doing"))["columns"]] == ["doing"]
    counted = [
        read(luca("GET", f"board?{query}"))["columns"][0]["count"] for query in ("show=mine", "owner=theo@example.com")
    ]
    assert counted == [0, 1]


def test_the_limits_of_its_columns(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    path = "strategies/north/limits"
    assert read(luca("PUT", path, {"to_do": 9, "doing": 5}))["doing"] == 5
    assert read(luca("PUT", path, {"doing": None})) == {
        "strategy_id": "north",
        "to_do": 9,
        "doing": None,
        "waiting": None,
    }
    assert Strategy.objects.get().limits == {"to do": 9}
    assert luca("PUT", path, {"doing": 0}).status_code == 422
    assert read(luca("GET", "board"))["columns"][0]["limit"] == 9


@time_machine.travel(AT)
def test_my_work_and_what_it_serves(house: World, caller: Any) -> None:
    theo = caller("theo")
    mine = read(theo("GET", "my-work"))
    (task,) = mine["groups"][0]["tasks"]
    assert (mine["groups"][0]["key"], mine["total"], mine["late"], mine["goals"]) == ("late", 1, 1, 1)
    assert task["sight"]["objective"] == "Customers outside the home market"
    sight = read(theo("GET", f"tasks/{task['task_id']}/sight"))
    assert (sight["sight"], sight["why"], sight["can_edit"]) == (task["sight"], task["why"], True)
    assert read(caller("luca")("GET", "my-work"))["total"] == 0


def test_whom_one_may_call(house: World, caller: Any) -> None:
    task = Task.objects.get(initiative=house.norway)
    found = read(caller("theo")("GET", f"tasks/{task.pk}/people?q=lu"))
    assert [person["email"] for person in found] == ["luca@example.com"]
    hidden = Task.objects.get(initiative=house.iceland)
    assert caller("theo")("GET", f"tasks/{hidden.pk}/people").status_code == 404


@time_machine.travel(AT)
def test_objectives_with_work_and_outcome_apart(house: World, caller: Any) -> None:
    weeks = {TODAY.replace(month=2, day=23): (6.5, 1.0)}
    observations.record(house.orders, weeks, by=house.admin, at=AT)
    luca, sofia = caller("luca"), caller("sofia")
    (tree,) = read(luca("GET", "objectives"))
    (branch,) = tree["objectives"]
    assert branch["objective_id"] == "north/customers"
    assert [leaf["name"] for leaf in branch["initiatives"]] == ["Norway"]
    assert [leaf["name"] for leaf in read(sofia("GET", "objectives"))[0]["objectives"][0]["initiatives"]] == [
        "Norway", "Iceland",
    ]  # fmt: skip
    one = read(luca("GET", "objectives/north/customers"))
    (result,) = one["key_results"]
    assert (result["baseline"], result["now"], result["target"], result["share"]) == (3, 6.5, 10, 0.5)
    assert one["reached"] == {"share": 0.5, "known": 1, "total": 1}
    assert {name: one[name] for name in branch} == branch
    assert luca("GET", "objectives/north/nothing").status_code == 404
    assert read(caller("nadia")("GET", "objectives")) == []
