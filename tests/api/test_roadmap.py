from __future__ import annotations

from typing import Any

import pytest
import time_machine

from gaitway.models import Initiative, Stage
from tests.api.conftest import read
from tests.world import AT, World

pytestmark = pytest.mark.slow
MOVE = "stages/north/norway/crawl/move"


@time_machine.travel(AT)
def test_the_roadmap_tells_what_the_page_does(house: World, caller: Any) -> None:
    found = read(caller("luca")("GET", "roadmap?z=month&from=2026-03"))
    (row,) = found["rows"]
    assert found["sentence"] == "1 gate in the next four weeks."
    assert [gate["stage_id"] for gate in row["gates"]] == ["north/norway/crawl", "north/norway/walk"]
    assert [bar["starts"] for bar in row["bars"]] == ["2026-01-05", "2026-03-30"]
    assert [month["gates"] for month in found["months"]] == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert read(caller("luca")("GET", "roadmap?q=nothing"))["rows"] == []
    assert caller("luca")("GET", "roadmap?state=fine").status_code == 422


@time_machine.travel(AT)
def test_a_gate_is_looked_at_and_moved(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    looked = read(sofia("GET", f"{MOVE}?ends=2026-04-12&rest=shift"))
    assert [stage["after"] for stage in looked["moved"]] == [["2026-01-05", "2026-04-12"], ["2026-04-13", "2026-10-11"]]
    assert sofia("GET", f"{MOVE}?ends=soon").status_code == 422
    body = {"ends": "2026-04-12", "rest": "shift", "reason": "Fair", "was": "2026-03-29"}
    moved = read(sofia("POST", MOVE, body))["stages"]
    assert moved["crawl"] == [["2026-01-05", "2026-03-29"], ["2026-01-05", "2026-04-12"]]
    assert sofia("POST", MOVE, {**body, "ends": "2026-04-19"}).status_code == 409
    assert Stage.objects.get(initiative=house.norway, key="walk").ends.isoformat() == "2026-10-11"


def test_milestones_and_the_order(house: World, caller: Any) -> None:
    theo, admin = caller("theo", "act"), caller("admin", "act")
    made = read(theo("POST", "initiatives/north/norway/milestones", {"name": "Launch", "on": "2026-04-01"}))
    place = f"milestones/{made['milestone_id']}"
    assert read(theo("PUT", place, {"name": "Launch", "on": "2026-04-02"}))["on"] == "2026-04-02"
    assert read(theo("POST", f"{place}/done"))["done_on"] is not None
    assert read(theo("POST", f"{place}/reopen"))["done_on"] is None
    assert theo("POST", f"{place}/retire").status_code == 204
    assert theo("GET", place).status_code == 404
    names = [each["name"] for each in read(theo("GET", "initiatives/north/norway/milestones"))]
    assert names == ["Hire two fair"]
    assert admin("POST", "initiatives/north/norway/order", {"after": "north/iceland"}).status_code == 204
    assert list(Initiative.objects.values_list("key", flat=True)) == ["iceland", "norway"]
    assert admin("POST", "initiatives/north/norway/order", {"after": "north/nothing"}).status_code == 422
