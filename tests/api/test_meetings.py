"""A review from its beginning to its minutes."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from gaitway.actions import meetings
from gaitway.models import Review, ReviewItem, Task
from tests.api.conftest import read
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.slow
LATER = AT.replace(day=20)  # when the gate of Norway is near


@pytest.fixture(autouse=True)
def near(house: World) -> Any:
    Review.objects.all().delete()
    with time_machine.travel(LATER):
        yield


def test_a_whole_review(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    (offer,) = read(sofia("GET", "reviews"))["offers"]
    assert (offer["strategy_id"], offer["items"]) == ("north", [{"name": "Norway", "reason": "gate due"}])
    begun = read(sofia("POST", "reviews", {"strategy_id": "north"}))
    review, item = f"reviews/{begun['review_id']}", begun["items"][0]["review_item_id"]
    assert begun["talk"]["item"]["initiative_id"] == "north/norway"
    assert begun["talk"]["decide"] == "north/norway/crawl"
    assert sofia("PUT", f"reviews/items/{item}/note", {"text": "Customs took a month"}).status_code == 204
    assert read(sofia("GET", review))["talk"]["mine"] == "Customs took a month"
    body = {"text": "Ask two carriers", "owner": "theo@example.com", "due": "2026-03-31"}
    made = read(sofia("POST", f"reviews/items/{item}/actions", body))
    assert Task.objects.get(pk=made["task_id"]).owner == house.theo
    decision = {"choice": "hold", "reason": "Wait", "until": "2026-04-30", "review_item": item}
    assert sofia("POST", "stages/north/norway/crawl/decisions", decision).status_code == 201
    assert house.crawl.ends.isoformat() == "2026-04-30"
    assert sofia("POST", f"{review}/tell").status_code == 422
    minutes = read(sofia("POST", f"{review}/end"))
    assert [note["kind"] for note in minutes["spoken"][0]["notes"]] == ["note", "action", "decision"]
    assert minutes["spoken"][0]["notes"][2]["decision"]["reason"] == "Wait"
    assert minutes == read(sofia("GET", f"{review}/minutes"))
    assert [read(sofia("POST", f"{review}/tell"))["initiatives"] for _ in range(2)] == [1, 0]
    assert sofia("PUT", f"reviews/items/{item}/note", {"text": "Late"}).status_code == 422
    assert [line["review_id"] for line in read(sofia("GET", "reviews"))["past"]] == [begun["review_id"]]


def test_the_agenda_is_changed(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    begun = read(sofia("POST", "reviews", {"strategy_id": "north"}))
    review = f"reviews/{begun['review_id']}"
    both = read(sofia("POST", f"{review}/items", {"initiative_id": "north/iceland"}))["items"]
    assert [each["name"] for each in both] == ["Norway", "Iceland"]
    second = f"reviews/items/{both[1]['review_item_id']}"
    assert [each["name"] for each in read(sofia("POST", f"{second}/shift", {"by": -1}))["items"]] == [
        "Iceland",
        "Norway",
    ]
    assert read(sofia("POST", f"{second}/go"))["talk"]["item"]["name"] == "Iceland"
    first = f"reviews/items/{both[0]['review_item_id']}"
    assert sofia("POST", f"{first}/drop").status_code == 422  # it was talked about
    answer = sofia("POST", f"{review}/items", {"initiative_id": "north/nowhere"})
    assert (answer.status_code, "initiative_id" in read(answer)["error"]["message"]) == (422, True)
    # Who may not see what is restricted sees a review without it.
    seen = read(caller("luca")("GET", review))
    assert ([each["name"] for each in seen["items"]], seen["talk"], seen["may_run"]) == (["Norway"], None, False)


def test_a_decision_is_not_made_where_its_review_has_ended(house: World, caller: Any) -> None:
    review = meetings.start(house.strategy, by=house.sofia, at=LATER, today=TODAY.replace(day=20))
    item = ReviewItem.objects.get(review=review)
    meetings.end(review, by=house.sofia, at=LATER)
    before = house.norway.decisions.count()
    body = {"choice": "hold", "reason": "Wait", "review_item": item.pk}
    assert caller("sofia")("POST", "stages/north/norway/crawl/decisions", body).status_code == 422
    assert house.norway.decisions.count() == before
