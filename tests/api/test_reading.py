"""What pages show can be read, in the same words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from gaitway.actions import gates, observations
from tests.api.conftest import Caller, read
from tests.world import AT, TODAY, World

WEEKS = [TODAY - timedelta(weeks=i) for i in range(8, 0, -1)]


@pytest.fixture
def sofia(caller) -> Caller:
    return caller("sofia", "read")


@pytest.fixture
def told(house: World) -> World:
    observations.record(house.orders, dict.fromkeys(WEEKS, (7.0, 1.0)), by=house.admin, at=AT)
    gates.evaluate(house.crawl, through=TODAY, by=house.admin, at=AT)
    return house


def test_the_portfolio_and_its_filters(told, sofia):
    page = read(sofia("GET", "initiatives"))
    assert [row["initiative_id"] for row in page["rows"]] == ["north/norway", "north/iceland"]
    assert [row["kpi"] and row["kpi"]["kpi_id"] for row in page["rows"]] == ["north/orders", "north/conversion"]
    assert read(sofia("GET", "initiatives?state=proposed"))["found"] == 1
    assert read(sofia("GET", "initiatives?sort=-name"))["rows"][0]["name"] == "Norway"
    assert sofia("GET", "initiatives?sort=password").status_code == 422


def test_an_initiative_and_its_gate_say_the_same(told, sofia):
    page, gate = read(sofia("GET", "initiatives/north/norway")), read(sofia("GET", "stages/north/norway/crawl"))
    assert page["gate"]["stage_id"] == gate["stage_id"] == "north/norway/crawl"
    assert page["gate"]["findings"][0]["estimate"] == gate["findings"][0]["estimate"] == 7.0
    assert (gate["trigger"], gate["can_decide"], gate["moves"]) == (
        "orders >= 6 with 95% confidence",
        True,
        told.norway.moves,
    )
    assert [task["name"] for task in page["tasks"]] == ["Translate the catalogue"]
    assert "person_id" in page["sponsor"]


def test_a_kpi_with_its_values_behaviour_and_forecast(told, sofia):
    page = read(sofia("GET", "kpis/north/orders"))
    assert (page["kpi_id"], page["kind"], page["source"]) == ("north/orders", "count", "shop")
    assert [point["value"] for point in page["points"]] == [7.0] * 8
    assert {"sentence", "usual", "signals"} <= set(page["behaviour"])
    assert page["used_by"][0]["target"]["key"] == "north/norway"
    assert [row["kpi_id"] for row in read(sofia("GET", "kpis"))["rows"]] == [
        "north/secret", "north/orders", "north/conversion",
    ]  # fmt: skip


def test_sources_are_told_by_name_alone(told, sofia):
    assert read(sofia("GET", "sources")) == [
        {"source_id": "north/shop", "strategy_id": "north", "kpis": 1, "failing": 0, "pulled_at": None}
    ]
    assert b"orders.csv" not in sofia("GET", "kpis/north/orders").content


def test_strategies_objectives_people_and_me(told, sofia):
    assert read(sofia("GET", "strategies"))[0]["strategy_id"] == "north"
    assert read(sofia("GET", "strategies/north"))["starts"] == "2026-01-01"
    (objective,) = read(sofia("GET", "strategies/north/objectives"))
    assert objective["key_results"] == [{"kpi_id": "north/orders", "target": 10.0, "due": "2026-12-31"}]
    assert {"Sofia Marino", "Luca Brandt"} <= {person["name"] for person in read(sofia("GET", "people"))}
    assert read(sofia("GET", "me"))["email"] == "sofia@example.com"


def test_verdicts_status_and_replay(told, sofia):
    (verdict,) = read(sofia("GET", f"verdicts?as_of={TODAY}"))["initiatives"]
    assert (verdict["initiative_id"], verdict["trigger"]["findings"][0]["estimate"]) == ("north/norway", 7.0)
    known = read(sofia("GET", f"verdicts?as_of={TODAY}&known_at=2026-01-01T00:00:00Z"))["initiatives"][0]
    assert known["trigger"]["findings"][0]["estimate"] is None
    rows = {row["key"]: row["state"] for row in read(sofia("GET", f"status?as_of={TODAY}"))["initiatives"]}
    assert rows == {"norway": "active", "iceland": "proposed"}
    turns = read(sofia("GET", f"initiatives/north/norway/replay?from=2026-02-01&to={TODAY}"))
    assert turns[0]["day"] == "2026-02-01"
    assert sofia("GET", "initiatives/north/norway/replay?from=2020-01-01&to=2026-02-01").status_code == 422


def test_a_trigger_is_tried_on_history(told, sofia):
    trial = read(sofia("GET", "kpis/north/orders/trial?trigger=%3E%3D%206%20for%202%20weeks"))
    assert (trial["kpi"], trial["trigger"]) == ("north/orders", "orders >= 6 for 2 weeks")
    assert read(sofia("GET", "kpis/north/orders/trial?trigger=%3E%3D"))["error"]["code"] == "refused"


def test_feed_inbox_and_tokens(told, sofia):
    assert read(sofia("GET", "feed"))["items"][0]["text"]
    (notice,) = read(sofia("GET", "inbox?tab=follow"))["notices"]
    assert notice["done"] is False
    (token,) = read(sofia("GET", "tokens"))
    assert (token["state"], token["scopes"]) == ("alive", ["read"])
    assert "digest" not in token


def test_a_page_that_was_seen_is_not_sent_again(told, sofia):
    first = sofia("GET", "kpis/north/orders")
    etag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = sofia("GET", "kpis/north/orders", If_None_Match=etag)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert sofia("GET", "kpis/north/orders", If_None_Match=f"W/{etag}").status_code == 304
    observations.record(told.orders, {WEEKS[0]: (8.0, 1.0)}, by=told.admin, at=AT)
    assert sofia("GET", "kpis/north/orders", If_None_Match=etag).status_code == 200


def test_the_description_is_open_and_the_rest_is_not(house):
    assert Client().get("/api/v1/openapi.json").status_code == 200
    for path in ("kpis", "nowhere", "kpis/north/orders", "me"):
        answer = Client().get(f"/api/v1/{path}")
        assert (answer.status_code, read(answer)["error"]["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "path", ["nowhere", "kpis/north/nothing", "kpis/north/a%00b", "tasks/99999999999999999999999", "kpis/x"]
)
def test_what_is_not_there_answers_alike(house, sofia, path):
    answer = sofia("GET", path)
    assert answer.status_code == 404
    assert answer.content == sofia("GET", "initiatives/north/nothing").content


def test_a_wrong_method_is_told(sofia):
    answer = sofia("DELETE", "kpis")
    assert (answer.status_code, read(answer)["error"]["code"], answer.headers["Allow"]) == (405, "wrong_method", "GET")


def test_who_is_signed_in_reads_without_a_token_and_writes_with_the_csrf_token(house):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.sofia)
    assert browser.get("/api/v1/me").status_code == 200
    sent = {"data": "{}", "content_type": "application/json"}
    assert browser.post("/api/v1/me/display", **sent).status_code == 403
    browser.cookies["csrftoken"] = "a" * 32
    assert browser.post("/api/v1/me/display", **sent, headers={"X-CSRFToken": "a" * 32}).status_code == 200
