"""Numbers by hand: what is typed, what is kept, and what is said of the rest."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gaitway.actions import observations, strategies
from gaitway.models import Kpi, Observation
from tests.web.norway import text
from tests.world import AT, STRATEGY, TODAY, World, document

WEEK = date(2026, 2, 23)  # the newest whole one
HAND = """  nps: {name: Happiness, kind: level, every: week, owner: luca@example.com}
  margin: {name: Margin, kind: level, unit: "%", every: week, owner: luca@example.com}
  order_value: {name: Order value, kind: mean, unit: EUR, every: week, owner: luca@example.com}
  cac: {name: Cost of a customer, kind: ratio, unit: EUR, every: week, owner: luca@example.com}
  calls: {name: Calls, kind: count, every: week, owner: luca@example.com}
  signup: {name: Signup, kind: proportion, every: week, owner: luca@example.com}
"""


@pytest.fixture(autouse=True)
def monday() -> Any:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def house(world: World) -> World:
    strategies.apply(
        document(STRATEGY.replace("objectives:\n", HAND + "objectives:\n")), by=world.admin, at=AT, today=TODAY
    )
    return world


def client(world: World, who: str = "luca") -> Client:
    made = Client()
    made.force_login(getattr(world, who))
    return made


def kpi(key: str) -> Kpi:
    return Kpi.objects.get(key=key)


def enter(browser: Client, cells: dict[str, str], *, sure: list[str] | None = None) -> list[dict[str, str]]:
    fields = {f"c:{name}": value for name, value in cells.items()} | {"sure": sure or []}
    return json.loads(browser.post("/kpis/enter/", fields, headers={"Accept": "application/json"}).content)["cells"]


def name(key: str, day: date = WEEK, seen: int = 0) -> str:
    return f"{kpi(key).pk}:{day}:{seen}"


def kept(key: str) -> list[tuple[Any, ...]]:
    from gaitway.engine.kpis import NUMBERS, Kind

    found = kpi(key)
    names = NUMBERS[Kind(found.kind)]
    return list(found.observations.order_by("period", "revision").values_list("period", "revision", *names))


@pytest.mark.parametrize(
    ("key", "typed", "numbers"),
    [
        ("nps", "44", (44,)), ("nps", "-3,5", (-3.5,)), ("margin", "44%", (44,)), ("margin", "44", (44,)),
        ("order_value", "40; 12.5; 3", (40, 12.5, 9)), ("cac", "1 200/40", (1200, 40)), ("calls", "12", (12, 1)),
        ("calls", "12/7", (12, 7)), ("signup", "132/300", (132, 300)),
    ],
)  # fmt: skip
def test_each_kind_is_written_in_its_way(house: World, key: str, typed: str, numbers: tuple[float, ...]) -> None:
    (answer,) = enter(client(house), {name(key): typed})
    assert (answer["state"], answer["name"]) == ("saved", name(key, seen=1))
    assert kept(key) == [(WEEK, 1, *numbers)]


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("nps", "high", "“high” is no number: it is text. It is written like 44."),
        ("nps", "44%", "It isn't in per cent."),
        ("nps", "=1+1", "“=1+1” is no number: it is a formula: paste its value. It is written like 44."),
        ("nps", "NaN", "“NaN” is no number: it is text. It is written like 44."),
        ("nps", "1e308", "“1e308” is no number: it is larger than any number that can be kept. It is written like 44."),
        ("cac", "30", "It is written as above/below, like 1200/40."),
        ("signup", "44%", "It is written as successes/trials, like 132/300."),
        ("signup", "301/300", "That can't be: 301 successes are more than 300 trials."),
        ("order_value", "40; 12.5; -1", "That can't be: a standard deviation can't be negative."),
        ("order_value", "40; 12.5", "It is written as n; mean; standard deviation, like 40; 12.5; 3.1."),
        ("calls", "12/0", "That can't be: exposure must be above zero."),
        ("calls", "1/2/3/4/5", "It is written like 12, or 12/7 with its exposure."),
    ],
)  # fmt: skip
def test_what_cannot_be_says_why_and_keeps_the_text(house: World, key: str, typed: str, says: str) -> None:
    (answer,) = enter(client(house), {name(key): typed})
    assert answer == {"was": name(key), "name": name(key), "state": "error", "text": typed, "says": says}
    assert kept(key) == []


def test_the_fine_cells_of_a_block_are_kept(house: World) -> None:
    answers = enter(client(house), {name("nps"): "41", name("margin"): "much", name("calls"): "7"})
    assert [each["state"] for each in answers] == ["saved", "error", "saved"]
    assert (len(kept("nps")), len(kept("margin")), len(kept("calls"))) == (1, 0, 1)


def test_an_ambiguous_number_says_how_it_was_read(house: World) -> None:
    (answer,) = enter(client(house), {name("nps"): "1,234"})
    assert (answer["state"], answer["text"], answer["says"]) == ("saved", "1234", "1,234 was read as 1,234.")
    german = client(house)
    fields = {f"c:{name('nps', seen=1)}": "1,234"}
    headers = {"Accept": "application/json", "Accept-Language": "de"}
    (answer,) = json.loads(german.post("/kpis/enter/", fields, headers=headers).content)["cells"]
    assert kept("nps")[-1] == (WEEK, 2, 1.234)
    assert answer["text"] == "1,234"


def test_a_correction_is_a_new_revision_and_undo_another(house: World) -> None:
    browser = client(house)
    enter(browser, {name("nps"): "41"})
    (answer,) = enter(browser, {name("nps", seen=1): "42"})
    done = browser.post("/kpis/enter/undo/", {"cell": answer["name"]}, headers={"Accept": "application/json"}).json()
    assert done["cells"] == [{"name": name("nps", seen=3), "state": "same", "text": "41", "says": ""}]
    assert kept("nps") == [(WEEK, 1, 41), (WEEK, 2, 42), (WEEK, 3, 41)]


def test_undo_withdraws_what_was_not_there(house: World) -> None:
    browser = client(house)
    enter(browser, {name("nps"): "41"})
    response = browser.post("/kpis/enter/undo/", {"cell": name("nps", seen=1)}, headers={"Accept": "application/json"})
    assert response.json()["cells"][0]["text"] == ""
    assert kept("nps") == [(WEEK, 1, 41), (WEEK, 2, None)]
    (answer,) = enter(browser, {name("nps", seen=2): "43"})  # and it can be entered again
    assert answer["state"] == "saved"


def test_undo_is_refused_where_somebody_wrote_since(house: World) -> None:
    browser = client(house)
    enter(browser, {name("nps"): "41"})
    observations.record(kpi("nps"), {WEEK: (50.0,)}, by=house.sofia, at=AT)
    response = browser.post("/kpis/enter/undo/", {"cell": name("nps", seen=1)}, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (409, {"says": "Happiness has changed since: 2026-02-23."})
    assert kept("nps")[-1] == (WEEK, 2, 50)


def test_an_emptied_cell_withdraws_its_number(house: World) -> None:
    browser = client(house)
    enter(browser, {name("nps"): "41"})
    (answer,) = enter(browser, {name("nps", seen=1): " "})
    assert (answer["state"], answer["name"]) == ("saved", name("nps", seen=2))
    assert kept("nps")[-1] == (WEEK, 2, None)
    (answer,) = enter(browser, {name("nps", seen=2): ""})
    assert answer["state"] == "same"


def test_two_people_in_the_same_cell(house: World) -> None:
    luca, sofia = client(house), client(house, "admin")
    enter(luca, {name("nps"): "41"})
    (answer,) = enter(sofia, {name("nps"): "50"})
    assert (answer["state"], answer["text"], answer["name"]) == ("conflict", "50", name("nps", seen=1))
    assert answer["says"] == "Luca Brandt wrote 41 meanwhile. Enter once more to put yours in its place."
    assert kept("nps") == [(WEEK, 1, 41)]
    (answer,) = enter(sofia, {answer["name"]: "50"})  # having seen it
    assert answer["state"] == "saved"


def test_what_was_not_touched_is_not_saved_over_what_somebody_wrote(house: World) -> None:
    """Without JavaScript the whole table is sent."""
    observations.record(kpi("nps"), {WEEK: (41.0,)}, by=house.sofia, at=AT)
    observations.record(kpi("nps"), {WEEK: (42.0,)}, by=house.sofia, at=AT)
    (answer,) = enter(client(house), {name("nps", seen=1): "41"})
    assert (answer["state"], answer["text"], answer["name"]) == ("same", "42", name("nps", seen=2))


def steady(count: int = 12) -> None:
    rows = {WEEK - timedelta(weeks=i + 1): (40.0 + i % 3,) for i in range(count)}
    observations.record(kpi("nps"), rows, by=kpi("nps").owner, at=AT)


def test_an_outlier_is_saved_only_when_somebody_is_sure(house: World) -> None:
    steady()
    browser = client(house)
    (answer,) = enter(browser, {name("nps"): "402"})
    assert (answer["state"], answer["text"]) == ("doubt", "402")
    assert answer["says"] == "284× its usual change: mostly 37.6 to 44.4. Sure?"
    assert len(kept("nps")) == 12
    (answer,) = enter(browser, {name("nps"): "402"}, sure=[name("nps")])
    assert answer["state"] == "saved"


def test_a_usual_number_and_one_of_a_young_kpi_are_not_doubted(house: World) -> None:
    steady(5)
    assert enter(client(house), {name("nps"): "900"})[0]["state"] == "saved"  # five say nothing yet
    observations.record(kpi("nps"), {WEEK: (41.0,)}, by=house.sofia, at=AT)
    assert enter(client(house), {name("nps", seen=2): "42"})[0]["state"] == "saved"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        "1:2",
        "1:2:3",
        "999999:2026-02-23:0",
        "1:2026-02-30:0",
        "-1:2026-02-23:0",
        "1:2026-02-23:" + "9" * 30,
        "٣:2026-02-23:0",
    ],
)
def test_a_cell_that_is_none_is_not_there(house: World, wrong: str) -> None:
    assert client(house).post("/kpis/enter/", {f"c:{wrong}": "1"}).status_code == 404
    assert client(house).post("/kpis/enter/undo/", {"cell": wrong}).status_code == 404


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (WEEK + timedelta(weeks=1), "Happiness: the period from 2026-03-02 isn't over yet."),
        (WEEK + timedelta(days=1), "nps, period 2026-02-24: not the first day of a period."),
    ],
)
def test_a_period_that_cannot_be_entered_yet(house: World, day: date, says: str) -> None:
    (answer,) = enter(client(house), {name("nps", day): "41"})
    assert (answer["state"], answer["says"]) == ("error", says)


@pytest.mark.parametrize(("who", "mine"), [("nadia", 0), ("theo", 0), ("luca", 1), ("sofia", 1), ("admin", 1)])
def test_whose_it_is_to_enter(house: World, who: str, mine: int) -> None:
    """Luca leads Norway, whose trigger reads the conversion; Theo is on its team."""
    page = client(house, who).get("/kpis/enter/")
    assert (b"Conversion" in page.content) == bool(mine)
    conversion = name("conversion", TODAY - timedelta(days=1))
    posted = client(house, who).post("/kpis/enter/", {f"c:{conversion}": "1/2"}).status_code
    assert posted == (302 if mine else 404)
    assert Observation.objects.count() == mine


def test_kpis_with_a_source_are_shown_when_asked_for(house: World) -> None:
    browser = client(house)
    assert "Orders per week" not in text(browser.get("/kpis/enter/").content)
    assert "from shop" in text(browser.get("/kpis/enter/?show=all").content)
    assert "Orders per week" in text(browser.get("/kpis/enter/?kpi=north/orders").content)
    assert browser.get("/kpis/enter/?kpi=north/nothing").status_code == 404
    assert b'href="/kpis/enter/?kpi=north/orders"' in browser.get("/kpis/north/orders/").content
    assert b"/kpis/enter/?kpi" not in client(house, "theo").get("/kpis/north/orders/").content


def test_the_page_says_what_is_owed_and_by_whom(house: World) -> None:
    observations.record(kpi("nps"), {WEEK - timedelta(weeks=2): (41.0,)}, by=house.luca, at=AT)
    page = client(house).get("/kpis/enter/").content.decode()
    row = page.split("Happiness</bdi>")[1].split("</tr>")[0]
    assert row.count("◌ owed by LB") == 2  # the weeks since its first number
    assert page.split("Margin</bdi>")[1].split("</tr>")[0].count("◌ owed by LB") == 1  # the newest alone
    assert "8 numbers are owed of the 7 KPIs that are yours to enter." in text(page.encode())
    Kpi.objects.filter(key="nps").update(due_after=2)  # the week ended yesterday: not owed before Wednesday
    page = client(house).get("/kpis/enter/").content.decode()
    assert page.split("Happiness</bdi>")[1].split("</tr>")[0].count("◌ owed by LB") == 1


def test_walking_back_and_forth(house: World) -> None:
    browser = client(house)
    page = browser.get("/kpis/enter/?until=2026-01-18").content.decode()
    assert 'datetime="2026-01-12"' in page
    assert 'datetime="2026-01-19"' not in page
    assert "until=2025-12-07" in page
    assert "until=2026-03-01" in page  # six weeks on
    for odd in ("2030-01-01", "soon", "0001-01-01", ""):
        assert 'datetime="2026-02-23"' in browser.get("/kpis/enter/", {"until": odd}).content.decode()


def test_without_javascript_the_table_is_one_form(house: World) -> None:
    steady()
    browser = client(house)
    fields = {
        f"c:{name('nps')}": "402",
        f"c:{name('margin')}": "much",
        f"c:{name('calls')}": "7",
        f"c:{name('cac')}": "",
    }
    page = browser.post("/kpis/enter/", fields)
    said = text(page.content)
    assert page.status_code == 422
    assert "2 numbers are not saved: the reason stands under each." in said
    assert "1 number saved." in said
    assert b'value="much"' in page.content
    assert f'name="sure" value="{name("nps")}"' in page.content.decode()
    again = {
        f"c:{name('nps')}": "402",
        f"c:{name('margin')}": "12",
        f"c:{name('calls', seen=1)}": "7",
        "sure": name("nps"),
    }
    page = browser.post("/kpis/enter/", again, follow=True)
    assert "2 numbers saved." in text(page.content)
    assert page.content.count(b'type="hidden" name="cell"') == 2
    back = {"cell": [name("nps", seen=1), name("margin", seen=1)], "next": "/kpis/enter/"}
    assert "Taken back" in text(browser.post("/kpis/enter/undo/", back, follow=True).content)
    assert kept("margin")[-1] == (WEEK, 2, None)
    assert "Nothing was changed." in text(browser.post("/kpis/enter/", {}, follow=True).content)


def many(world: World, count: int) -> None:
    rows = "".join(
        f"  k{i}: {{name: KPI {i}, kind: level, every: week, owner: luca@example.com}}\n" for i in range(count)
    )
    strategies.apply(
        document(STRATEGY.replace("objectives:\n", rows + "objectives:\n")), by=world.admin, at=AT, today=TODAY
    )


def test_more_kpis_ask_no_more_queries(world: World) -> None:
    many(world, 2)
    browser = client(world)
    browser.get("/kpis/enter/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/kpis/enter/")
    many(world, 60)
    with CaptureQueriesContext(connection) as more:
        page = browser.get("/kpis/enter/").content
    assert len(more) == len(few) <= 10
    assert page.count(b"<tr>") == 60 + 1 + 2  # and the conversion, and two heads
    assert page.count(b"<") - page.count(b"</") <= 2_500


def test_hostile_names_stay_text(world: World) -> None:
    Kpi.objects.filter(key="conversion").update(name='<img src=x onerror="alert(1)">\u202e')
    page = client(world).get("/kpis/enter/").content
    assert b"<img" not in page


def test_a_form_without_its_token_is_refused(house: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(house.luca)
    assert browser.post("/kpis/enter/", {f"c:{name('nps')}": "1"}).status_code == 403
    assert kept("nps") == []
