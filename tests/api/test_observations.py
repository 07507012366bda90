"""Numbers come in one by one and thousands at a time, and go out by the page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from gaitway.actions import observations
from gaitway.models import Event, Kpi, Observation
from tests.api.conftest import Caller, read
from tests.world import TODAY, World

WEEKS = [TODAY - timedelta(weeks=i) for i in range(8, 0, -1)]
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LINES = "application/x-ndjson"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def luca(caller) -> Caller:
    """Leads Norway, whose rules read orders."""
    return caller("luca", "record", "read")


def row(week: int, events: object = 5, **more: object) -> dict[str, object]:
    return {"kpi": "north/orders", "period": str(WEEKS[week]), "events": events, **more}


def known(kpi: Kpi) -> list[float | None]:
    return list(Observation.objects.filter(kpi=kpi).order_by("period", "revision").values_list("events", flat=True))


def test_one_reading_is_new_then_unchanged_then_revised(house: World, luca):
    counts = [read(luca("POST", "observations", row(0, events))) for events in (5, 5, 6)]
    assert [[each[name] for name in ("new", "revised", "unchanged")] for each in counts] == [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
    ]
    assert known(house.orders) == [5, 6]
    assert Observation.objects.filter(by=house.luca).count() == 2
    assert Event.objects.get(kind="observations revised").data["revised"] == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (row(0, "5"), "events is '5', not a number."),
        (row(0, True), "events is True, not a number."),
        (row(0, -1), "events can't be negative."),
        (row(0, None), "period 2026-01-05 has no numbers."),
        (row(0, 10**400), "events is larger than any number that can be kept."),
        (row(0, 1e301), "events is 1e+301, not a finite number."),
        (row(0, exposure=0), "exposure must be above zero."),
        (row(0, trials=3), "unknown field 'trials'; a count needs the fields period, events."),
        (row(0, event=3), "unknown field 'event' (did you mean 'events'?); a count needs the fields period, events."),
        (row(0, Events=3), "unknown field 'Events'; a count has period, events, exposure."),
        ({"kpi": "north/orders", "events": 5}, "field 'period' is missing; a count needs the fields period, events."),
        (row(0) | {"period": "2026-01-07"}, "period 2026-01-07 is not the first day of a week; that would be 2026-01-05."),
        (row(0) | {"period": "2026-03-02"}, "period 2026-03-02 is not complete: it ends with 2026-03-08, and today is 2026-03-02."),
        (row(0) | {"period": "2030-01-07"}, "period 2030-01-07 lies in the future."),
        (row(0) | {"period": "2026-02-30"}, "period '2026-02-30' is not a date like 2026-03-31."),
        (row(0) | {"period": "20260105"}, "period '20260105' is not a date like 2026-03-31."),
        (row(0) | {"period": 20260105}, "period 20260105 is not a date like 2026-03-31."),
        (
            row(0) | {"period": "2026-01-07T23:30:00-05:00"},
            "period '2026-01-07T23:30:00-05:00' is a moment: write the first day of its week, 2026-01-05.",
        ),
        (row(0) | {"kpi": "north/nothing"}, "there is no KPI 'north/nothing' that you may record; it is written strategy/kpi."),
        (row(0) | {"kpi": "north/secret"}, "there is no KPI 'north/secret' that you may record; it is written strategy/kpi."),
        (row(0) | {"kpi": 7}, "kpi 7 is not a name."),
        ([], "list is not an object with kpi, period and numbers."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(house: World, luca, sent, said):
    answer = luca("POST", "observations", sent)
    assert (answer.status_code, read(answer)["error"]["message"]) == (422, said)
    assert known(house.orders) == []


def test_nan_is_no_json(luca):
    assert (
        luca("POST", "observations", '{"kpi": "north/orders", "period": "2026-01-05", "events": NaN}').status_code
        == 400
    )


@pytest.mark.parametrize("kind", ["application/json", LINES])
def test_a_batch_is_all_or_nothing_and_names_every_bad_row(house: World, luca, kind):
    rows = [row(0), row(1, "x"), row(2), row(0, 9), row(3)]
    body = json.dumps(rows) if kind != LINES else "\n".join(map(json.dumps, rows))
    answer = luca("POST", "observations/batch", body, kind=kind)
    assert answer.status_code == 422
    assert read(answer)["error"] == {
        "code": "invalid",
        "message": "2 of 5 rows can't be recorded, so none was.",
        "place": "row 2",
        "rows": [
            {"row": 2, "error": "events is 'x', not a number"},
            {"row": 4, "error": "period 2026-01-05 of north/orders stands here twice"},
        ],
    }
    assert known(house.orders) == []
    partial = read(luca("POST", "observations/batch?partial=true", body, kind=kind))
    assert [partial[name] for name in ("new", "revised", "unchanged", "refused")] == [3, 0, 0, 2]
    assert [each["row"] for each in partial["rows"]] == [2, 4]
    assert known(house.orders) == [5, 5, 5]


def test_a_line_that_is_no_json_is_a_fault_of_its_row(house: World, luca):
    body = "\n".join([json.dumps(row(0)), "{", "", json.dumps(row(1))])
    answer = read(luca("POST", "observations/batch?partial=true", body, kind=LINES))
    assert (answer["new"], [each["row"] for each in answer["rows"]]) == (2, [2])
    assert answer["rows"][0]["error"].startswith("This isn't JSON")


def test_several_kinds_and_strategies_in_one_batch(house: World, caller):
    days = [str(TODAY - timedelta(days=i)) for i in (2, 1)]
    rows = [row(0), *({"kpi": "north/conversion", "period": day, "successes": 3, "trials": 100} for day in days)]
    assert read(caller("admin")("POST", "observations/batch", rows))["new"] == 3
    assert list(Observation.objects.filter(kpi=house.conversion).values_list("successes", "trials")) == [(3, 100)] * 2


def test_too_many_and_too_large_is_refused(luca):
    assert luca("POST", "observations/batch", [{}] * 10_001).status_code == 413
    assert luca("POST", "observations/batch", b" " * (8 * 2**20 + 1)).status_code == 413
    assert luca("POST", "observations/batch", "a,b", kind="text/csv").status_code == 415
    assert luca("POST", "observations/batch", {}).status_code == 422
    assert read(luca("POST", "observations/batch", []))["new"] == 0


@pytest.mark.parametrize(
    ("who", "scope", "status"),
    [("sofia", "record", 200), ("luca", "act", 200), ("admin", "record", 200), ("theo", "record", 422),
     ("nadia", "record", 422), ("luca", "read", 403)],
)  # fmt: skip
def test_who_may_record(house: World, caller, who, scope, status):
    assert caller(who, scope)("POST", "observations", row(0)).status_code == status
    assert len(known(house.orders)) == (status == 200)


def test_the_owner_of_a_kpi_may_record_into_it(house: World, caller):
    Kpi.objects.filter(key="orders").update(owner=house.theo)
    assert caller("theo", "record")("POST", "observations", row(0)).status_code == 200


def test_pages_hold_still_while_rows_arrive(house: World, luca):
    readings = {day: (float(i), 1.0) for i, day in enumerate(WEEKS[1:])}
    observations.record(house.orders, readings, by=house.luca, at=NOW)
    first = read(luca("GET", "kpis/north/orders/observations?limit=3"))
    observations.record(house.orders, {WEEKS[0]: (99.0, 1.0), WEEKS[1]: (98.0, 1.0)}, by=house.luca, at=NOW)
    seen, cursor = first["items"], first["next"]
    while cursor:
        page = read(luca("GET", f"kpis/north/orders/observations?limit=3&cursor={cursor}"))
        seen, cursor = seen + page["items"], page.get("next")
    assert [each["events"] for each in seen] == [0, 1, 2, 3, 4, 5, 6]
    assert set(seen[0]) == {
        "kpi_id", "period", "revision", "recorded_at", "by", "withdrawn", "events", "exposure",
    }  # fmt: skip


def test_every_revision_and_what_was_known(house: World, luca):
    later = NOW + timedelta(hours=1)
    observations.record(house.orders, {WEEKS[0]: (3.0, 1.0), WEEKS[1]: (4.0, 1.0)}, by=house.luca, at=NOW)
    observations.record(house.orders, {WEEKS[0]: (5.0, 1.0), WEEKS[2]: (6.0, 1.0)}, by=house.luca, at=later, whole=True)

    def asked(query: str) -> list[tuple[object, ...]]:
        items, cursor = [], ""
        while cursor is not None:
            page = read(luca("GET", f"kpis/north/orders/observations?limit=2&{query}&cursor={cursor}"))
            items, cursor = items + page["items"], page.get("next")
        return [(each["revision"], each.get("events"), each["withdrawn"]) for each in items]

    assert asked("") == [(2, 5, False), (2, None, True), (1, 6, False)]
    assert asked("revisions=all") == [(1, 3, False), (2, 5, False), (1, 4, False), (2, None, True), (1, 6, False)]
    assert asked("known_at=2026-03-02T12:30:00Z") == [(1, 3, False), (1, 4, False)]
    assert asked(f"since={WEEKS[1]}&until={WEEKS[1]}") == [(2, None, True)]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=WyJhIl0", "since=yesterday", "known_at=2026-01-01T00:00:00",
              "revisions=some"],
)  # fmt: skip
def test_a_wrong_query_is_told(luca, query):
    answer = luca("GET", f"kpis/north/orders/observations?{query}")
    assert (answer.status_code, read(answer)["error"]["place"]) == (422, f"query {query.partition('=')[0]}")


def taken(*rows: tuple[int, int], kpi: str = "north/orders") -> dict[str, object]:
    return {"readings": [{"kpi": kpi, "period": str(WEEKS[week]), "revision": revision} for week, revision in rows]}


def test_revisions_are_taken_back_together(house: World, luca):
    for events in (5, 6):
        luca("POST", "observations/batch", [row(0, events), row(1, events)])
    luca("POST", "observations", row(2))
    answer = luca("POST", "observations/undo", taken((0, 2), (2, 1)))
    assert read(answer) == [
        {"kpi": "north/orders", "period": str(WEEKS[0]), "revision": 3, "withdrawn": False},
        {"kpi": "north/orders", "period": str(WEEKS[2]), "revision": 2, "withdrawn": True},
    ]
    assert known(house.orders) == [5, 6, 5, 5, 6, 5, None]


def test_nothing_is_taken_back_where_one_changed_since(house: World, luca):
    for events in (5, 6):
        luca("POST", "observations/batch", [row(0, events), row(1, events)])
    answer = luca("POST", "observations/undo", taken((0, 2), (1, 1)))
    assert (answer.status_code, str(WEEKS[1]) in read(answer)["error"]["message"]) == (409, True)
    assert known(house.orders) == [5, 6, 5, 6]


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (taken((0, 1), kpi="north/secret"), "body.readings.0.kpi"),
        (taken((0, 1), (0, 2)), "body.readings.1.period"),
        (taken((0, 0)), "body.readings.0.revision"),
        ({"readings": []}, "body.readings"),
    ],
)
def test_what_cannot_be_taken_back_is_named(house: World, luca, sent, place):
    luca("POST", "observations", row(0))
    answer = luca("POST", "observations/undo", sent)
    assert (answer.status_code, read(answer)["error"]["place"]) == (422, place)
