"""Plans, history, files of an initiative, and many initiatives at once."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from gaitway.models import CheckIn, Event, Following, Initiative, Role
from tests.api.conftest import read
from tests.world import AT, World

pytestmark = pytest.mark.slow
PLAN = "stages/north/norway/crawl/plan"


@time_machine.travel(AT)
def test_the_plan_of_a_stage(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    plan = read(sofia("GET", PLAN))
    assert (plan["starts"], plan["budget"], plan["currency"], plan["begun"]) == ("2026-01-05", 5000, "EUR", True)
    assert [each["text"] for each in plan["checklist"]] == ["Prices agreed"]
    whole = {"starts": "2026-01-05", "ends": "2026-03-29", "budget": 6000.5, "currency": "eur"}
    assert sofia("PUT", PLAN, whole).status_code == 422  # it has begun: a change needs a reason
    written = read(sofia("PUT", PLAN, {**whole, "reason": "Customs"}))
    assert (written["budget"], written["currency"]) == (6000.5, "EUR")
    assert str(house.crawl.budget) == "6000.50"
    assert read(sofia("GET", "stages/north/norway/run/plan"))["starts"] is None
    assert sofia("GET", "stages/north/norway/fly/plan").status_code == 404


@time_machine.travel(AT)
def test_the_checklist_of_a_stage(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    item = read(luca("POST", "stages/north/norway/crawl/checklist", {"text": "Carrier chosen"}))["item_id"]
    assert [each["item_id"] for each in read(luca("GET", PLAN))["checklist"]][-1] == item
    assert luca("POST", f"checklist/{item}/remove").status_code == 204
    assert [each["text"] for each in read(luca("GET", PLAN))["checklist"]] == ["Prices agreed"]


@time_machine.travel(AT)
def test_a_new_one_is_like_another(house: World, caller: Any) -> None:
    sofia = caller("sofia", "act")
    body = {
        "objective": "north/customers", "name": "Sweden", "like": "north/norway",
        "stages": {"crawl": {"starts": "2026-04-06", "ends": "2026-06-28", "budget": 100, "currency": "EUR"}},
    }  # fmt: skip
    assert sofia("POST", "initiatives", body).status_code == 201
    crawl = Initiative.objects.get(key="sweden").stages.get(key="crawl")
    assert (crawl.trigger, str(crawl.ends)) == (house.crawl.trigger, "2026-06-28")
    for wrong in ({"like": "north/nowhere"}, {"stages": {"fly": {}}}):
        answer = sofia("POST", "initiatives", {**body, "name": "Finland", **wrong})
        assert answer.status_code == 422
        assert read(answer)["error"]["message"].startswith(next(iter(wrong)))
    assert not Initiative.objects.filter(key="finland").exists()
    # What is restricted is as absent as what isn't there.
    Initiative.objects.filter(key="norway").update(restricted=True)
    house.strategy.objectives.update(owner=house.theo)
    Role.objects.filter(person=house.theo).delete()
    hidden, absent = (
        caller("theo")("POST", "initiatives", {**body, "like": key}) for key in ("north/norway", "north/nowhere")
    )
    assert hidden.content.replace(b"norway", b"nowhere") == absent.content


@time_machine.travel(AT)
def test_history_and_back(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    found = read(luca("GET", "initiatives/north/norway/history?kind=plan"))
    changed = [each for each in found["entries"] if each["restorable"]]
    assert [each["turns"][0]["after"] for each in changed] == ["Norway", "Norge"]
    event = changed[0]["event_id"]
    path = f"initiatives/north/norway/history/{event}/restore"
    assert read(luca("POST", path))["changed"] is True
    assert Initiative.objects.get(key="norway").name == "Norge"
    assert read(luca("POST", path))["changed"] is False
    other = Event.objects.exclude(initiative=house.norway).first()
    assert luca("POST", f"initiatives/north/norway/history/{other.pk}/restore").status_code == 404
    sought = "initiatives/north/norway/history?first=2026-03-03"
    assert read(luca("GET", sought))["entries"] == []


def test_files_of_the_initiative_itself(house: World, caller: Any) -> None:
    theo = caller("theo", "act")
    path = "initiatives/north/norway"
    made = read(theo("POST", f"{path}/files?name=plan.txt", b"plan", kind="application/octet-stream"))
    linked = read(theo("POST", f"{path}/links", {"url": "https://example.com/x", "title": "X"}))
    there = read(theo("GET", f"{path}/attachments"))
    assert [each["name"] for each in there] == ["plan.txt", "X"]  # those of its tasks are theirs
    assert theo("GET", f"files/{made['file_id']}/content").content == b"plan"
    assert theo("POST", f"links/{linked['link_id']}/remove").status_code == 204
    assert [each["name"] for each in read(theo("GET", f"{path}/attachments"))] == ["plan.txt"]


def test_many_at_once(house: World, caller: Any) -> None:
    luca = caller("luca", "act")
    body = {"do": "follow", "initiatives": ["north/norway", "north/iceland", "north/nowhere"]}
    (done,) = read(luca("POST", "initiatives/together", body))
    assert (done["initiative_id"], done["fault"]) == ("north/norway", "")
    assert Following.objects.filter(person=house.luca, initiative=house.norway).exists()
    (refused,) = read(luca("POST", "initiatives/together", {"do": "lead", "initiatives": ["north/norway"]}))
    assert refused["fault"] == "Choose who shall lead it."


@time_machine.travel(AT)
def test_the_list_is_narrowed_as_on_the_page(house: World, caller: Any) -> None:
    luca = caller("luca")
    CheckIn.objects.all().delete()
    for query, count in {
        "lead=luca@example.com": 1, "lead=theo@example.com": 0, "lead=nobody@example.com": 0, "lead=me": 1, "area=Norway": 1,
        "area=Iceland": 0, "area=none": 0, "objective=north/customers": 1, "outlook=none": 1, "outlook=on%20track": 0,
    }.items():  # fmt: skip
        assert len(read(luca("GET", f"initiatives?{query}"))["rows"]) == count, query


def test_the_logs_are_narrowed_as_on_the_pages(house: World, caller: Any) -> None:
    luca, admin = caller("luca"), caller("admin")
    assert [read(luca("GET", f"decisions?{query}"))["total"] for query in ("area=Norway", "area=Iceland")] == [1, 0]
    assert [read(luca("GET", f"decisions?text={word}"))["total"] for word in ("hire", "nothing")] == [1, 0]
    kinds = {each["kind"] for each in read(admin("GET", "audit?text=removed"))["entries"]}
    assert kinds == {"person invited"}
    found = read(admin("GET", "audit?initiative=norway"))["entries"]
    assert {each["initiative_id"] for each in found} == {"north/norway"}
