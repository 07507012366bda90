"""A table comes in through the API as on the pages: brought, described, put right, imported once, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from gaitway.actions import strategies
from gaitway.models import Event, Observation, Upload
from tests.api.conftest import Caller, read
from tests.web.tables import HAND, LONG, WIDE
from tests.world import AT, STRATEGY, TODAY, World, document

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BAD = (
    "Week\tKPI\tValue\n2026-02-16\tHapiness\t41\n2026-02-23\tHappiness\tmany\n2026-02-18\tMargin\t12\n"
    "2026-02-23\tNobody\t1\n2026-02-23\tMargin\t13\n2026-02-23\tMargin\t14\n"
)


@pytest.fixture(autouse=True)
def now() -> Any:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def luca(house: World, caller: Any) -> Caller:
    """Owns the KPIs that are entered by hand."""
    strategies.apply(
        document(STRATEGY.replace("objectives:\n", HAND + "objectives:\n")), by=house.admin, at=AT, today=TODAY
    )
    return caller("luca", "record", "read")


def bring(luca: Caller, text: str = LONG, **more: object) -> dict[str, Any]:
    answer = luca("POST", "uploads", {"strategy_id": "north", "text": text, **more})
    assert answer.status_code == 201, answer.content
    return read(answer)


def post(luca: Caller, made: dict[str, Any], step: str, body: object = None, status: int = 200) -> dict[str, Any]:
    answer = luca("POST", f"uploads/{made['upload_id']}/{step}", body)
    assert answer.status_code == status, answer.content
    return read(answer)


def get(luca: Caller, made: dict[str, Any], step: str = "") -> dict[str, Any]:
    return read(luca("GET", f"uploads/{made['upload_id']}{step}"))


def kept() -> dict[tuple[str, date], float | None]:
    rows = Observation.objects.order_by("revision").select_related("kpi")
    return {
        (row.kpi.key, row.period): row.value if row.value is not None else row.successes
        for row in rows
        if row.value is not None or row.successes is not None
    }


def test_a_table_is_brought_imported_and_undone(luca: Caller) -> None:
    made = bring(luca, name="march.csv")
    assert (made["state"], made["roles"], made["missing"]) == ("read", ["period", "kpi", "numbers"], "")
    assert [(each["kpi_id"], each["period"], each["numbers"]) for each in made["preview"]] == [
        ("north/nps", "2026-02-16", [41]),
        ("north/nps", "2026-02-23", [42]),
        ("north/signup", "2026-02-23", [132, 300]),
    ]
    assert get(luca, made, "/check")["ready"] == {"north/nps": 2, "north/signup": 1}
    done = post(luca, made, "import")
    assert (done["state"], done["result"]) == ("imported", {"new": 3, "revised": 0, "unchanged": 0, "kpis": 2})
    assert kept() == {
        ("nps", date(2026, 2, 16)): 41,
        ("nps", date(2026, 2, 23)): 42,
        ("signup", date(2026, 2, 23)): 132,
    }
    assert "imported already" in post(luca, made, "import", status=422)["error"]["message"]
    assert post(luca, made, "undo")["state"] == "undone"
    assert kept() == {
        ("nps", date(2026, 2, 16)): 41,
        ("nps", date(2026, 2, 23)): 42,
        ("signup", date(2026, 2, 23)): 132,
    }
    assert set(Observation.objects.filter(revision=2).values_list("value", "successes")) == {(None, None)}
    assert [row["state"] for row in read(luca("GET", "uploads"))] == ["undone"]
    assert {"imported", "import undone"} & set(Event.objects.values_list("kind", flat=True))


def test_rows_and_text_make_the_same_table(luca: Caller) -> None:
    lines = [line.split("\t") for line in WIDE.splitlines()]
    answer = luca("POST", "uploads", {"strategy_id": "north", "head": lines[0], "rows": lines[1:]})
    by_rows, by_text = read(answer), bring(luca, WIDE)
    for made in (by_rows, by_text):
        assert made["roles"] == ["period", "kpi:nps", "kpi:margin"]
    assert by_rows["preview"] == by_text["preview"]
    assert by_text["decimal"] == ","


def test_columns_are_said_and_refused_by_name(luca: Caller) -> None:
    made = bring(luca, "a\tb\n2026-02-23\t42\n")
    assert made["missing"] == "Say which column names the KPI, or which KPI all of it is of."
    assert "Say which column" in read(luca("GET", f"uploads/{made['upload_id']}/check"))["error"]["message"]
    said = post(luca, made, "columns", {"roles": ["period", "numbers"], "kpi": "nps", "order": "month"})
    assert (said["missing"], said["order"], said["preview"][0]["numbers"]) == ("", "month", [42])
    for body, place in (
        ({"roles": ["period"]}, "body.roles"),
        ({"roles": ["period", "numbr"]}, "body.roles.1"),
        ({"roles": ["period", "kpi:secret"]}, "body.roles.1"),
        ({"kpi": "secret"}, "body.kpi"),
        ({"order": "year"}, "body.order"),
    ):
        assert post(luca, made, "columns", body, status=422)["error"]["place"] == place
    assert get(luca, made)["roles"] == ["period", "numbers"]


def test_problems_are_told_and_put_right(luca: Caller) -> None:
    made = bring(luca, BAD)
    page = get(luca, made, "/check")
    assert [(each["name"], each["near"]) for each in page["unknown"]] == [("Hapiness", "nps"), ("Nobody", "")]
    assert [(each["row"], each["wrong"], each["cell"]) for each in page["wrong"]] == [
        (2, "number", "2.2"),
        (6, "twice", "6.2"),
    ]
    assert [(each["row"], each["period"]) for each in page["shifted"]] == [(3, "2026-02-16")]
    assert "ask for its check" in post(luca, made, "import", status=422)["error"]["message"]
    page = post(
        luca, made, "mend",
        {"cells": {"2.2": "43"}, "names": {"Hapiness": "nps", "Nobody": None}, "out": ["6.2"], "shift": True},
    )  # fmt: skip
    assert (page["fine"], page["ready"], page["left"]) == (True, {"north/nps": 2, "north/margin": 2}, 2)
    post(luca, made, "import")
    assert kept() == {
        ("nps", date(2026, 2, 16)): 41, ("nps", date(2026, 2, 23)): 43,
        ("margin", date(2026, 2, 16)): 12, ("margin", date(2026, 2, 23)): 13,
    }  # fmt: skip


def test_all_that_is_wrong_is_left_out_and_brought_back(luca: Caller) -> None:
    made = bring(luca, BAD)
    page = post(luca, made, "mend", {"leave": "all"})
    assert (page["fine"], page["ready"], page["left"]) == (True, {"north/margin": 1}, 5)
    again = post(luca, made, "mend", {"again": True})
    assert again == get(luca, made, "/check")
    assert (again["fine"], again["left"], len(again["wrong"])) == (False, 0, 2)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"cells": {"9.9": "1"}}, "body.cells"),
        ({"cells": {"x": "1"}}, "body.cells.x.[key]"),
        ({"out": ["1.9"]}, "body.out"),
        ({"names": {"Nobody": "secret"}}, "body.names.Nobody"),
    ],
)
def test_what_cannot_be_put_right_is_named(luca: Caller, body: dict[str, Any], place: str) -> None:
    made = bring(luca, BAD)
    before = Upload.objects.get(pk=made["upload_id"]).mapping
    assert post(luca, made, "mend", body, status=422)["error"]["place"] == place
    assert Upload.objects.get(pk=made["upload_id"]).mapping == before


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"strategy_id": "north"}, 422, "Send either text, or head and rows."),
        ({"strategy_id": "north", "text": "a", "rows": []}, 422, "Send either text, or head and rows."),
        ({"strategy_id": "south", "text": LONG}, 404, "There is no such thing, or it isn't yours to see."),
        ({"strategy_id": "north", "head": ["a", "b"], "rows": [["1", "2"], ["1"]]}, 422, "Row 2 has 1 cells, and the head 2"),
        ({"strategy_id": "north", "head": ["a"], "rows": []}, 422, "The table has a head and no rows."),
        ({"strategy_id": "north", "head": ["a"], "rows": [["1"]] * 20_001}, 422, "The table has 20,001 rows"),
        ({"strategy_id": "north", "head": ["a"] * 201, "rows": [["1"] * 201]}, 422, "201 columns"),
        ({"strategy_id": "north", "text": ""}, 422, "body.text: "),
        ({"strategy_id": "north", "text": "PK\x03\x04"}, 422, "body.text: "),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_brought(luca: Caller, body: dict[str, Any], status: int, said: str) -> None:
    answer = luca("POST", "uploads", body)
    assert answer.status_code == status
    assert said in read(answer)["error"]["message"]
    assert not Upload.objects.filter(person__email="luca@example.com").exists()


def test_what_changed_since_is_not_undone(luca: Caller) -> None:
    made = bring(luca)
    post(luca, made, "import")
    luca("POST", "observations", {"kpi": "north/nps", "period": "2026-02-23", "value": 50})
    answer = post(luca, made, "undo", status=409)
    assert "Happiness 2026-02-23" in answer["error"]["message"]
    assert kept()["nps", date(2026, 2, 23)] == 50
