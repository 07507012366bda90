"""A table on its way in: read, described, put right, imported once, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gaitway.actions import Refused, observations, strategies, uploads
from gaitway.models import Event, Kpi, Observation, Upload
from gaitway.queries.words import happenings
from tests.web.norway import text
from tests.web.tables import ACROSS, HAND, LONG, PARTS, WIDE
from tests.world import AT, STRATEGY, TODAY, World, document

WEEK = date(2026, 2, 23)


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


@pytest.fixture
def luca(house: World) -> Client:
    made = Client()
    made.force_login(house.luca)
    return made


def bring(browser: Client, table: str, **more: str) -> Upload:
    response = browser.post("/kpis/import/", {"text": table, **more})
    assert response.status_code == 302, text(response.content)
    return Upload.objects.latest("pk")


def path(made: Upload, step: str = "") -> str:
    return f"/kpis/import/{made.pk}/{step}"


def checked(browser: Client, made: Upload, **fields: Any) -> str:
    if fields:
        assert browser.post(path(made, "check/"), fields).status_code == 302
    return text(browser.get(path(made, "check/")).content)


def kept() -> dict[tuple[str, date], tuple[float, ...]]:
    """The newest of each period that is not withdrawn."""
    rows = Observation.objects.order_by("revision").select_related("kpi")
    found = {}
    for row in rows:
        numbers = [getattr(row, name) for name in ("value", "successes", "trials")]
        found[row.kpi.key, row.period] = tuple(number for number in numbers if number is not None)
    return {place: numbers for place, numbers in found.items() if numbers}


BEFORE = WEEK - timedelta(weeks=1)


@pytest.mark.parametrize(
    ("table", "roles", "numbers"),
    [
        (
            LONG,
            ["period", "kpi", "numbers"],
            {("nps", BEFORE): (41,), ("nps", WEEK): (42,), ("signup", WEEK): (132, 300)},
        ),
        (
            WIDE,
            ["period", "kpi:nps", "kpi:margin"],
            {("nps", BEFORE): (41,), ("nps", WEEK): (42,), ("margin", BEFORE): (12,), ("margin", WEEK): (13.5,)},
        ),
        (
            ACROSS,
            ["kpi", "head", "head"],
            {("nps", BEFORE): (41,), ("nps", WEEK): (42,), ("margin", BEFORE): (12,), ("margin", WEEK): (13,)},
        ),
        (PARTS, ["period", "kpi", "successes", "trials"], {("signup", WEEK): (132, 300)}),
    ],
    ids=["long", "a column a KPI", "a column a period", "numbers in columns"],
)
def test_four_shapes_are_guessed_and_imported(
    luca: Client, table: str, roles: list[str], numbers: dict[tuple[str, date], tuple[float, ...]]
) -> None:
    made = bring(luca, table)
    assert made.mapping["roles"] == roles
    assert "Look for problems" in text(luca.get(path(made)).content)
    assert "No problem is left." in checked(luca, made)
    done = luca.post(path(made, "import/"), follow=True)
    assert f"Imported {len(numbers)} number" in text(done.content)
    assert kept() == numbers
    made.refresh_from_db()
    assert (made.state, made.rows) == ("imported", [])
    assert made.observations.count() == len(numbers)


def test_the_sentence_and_the_event(luca: Client, house: World) -> None:
    nps = Kpi.objects.get(key="nps")
    observations.record(nps, {WEEK: (42.0,), BEFORE: (40.0,)}, by=house.luca, at=AT)
    made = bring(luca, LONG)
    page = text(luca.post(path(made, "import/"), follow=True).content)
    assert "Imported 3 numbers of 2 KPIs: 1 new, 1 revised, 1 as they were." in page
    event = Event.objects.get(kind=Event.Kind.IMPORTED)
    assert happenings.said(event).text == "imported 3 numbers of 2 KPIs: 1 new, 1 revised, 1 as they were"
    assert "imported 3 numbers of 2 KPIs" in text(luca.get("/feed/").content)


def test_undo_gives_the_former_numbers_back(luca: Client, house: World) -> None:
    nps = Kpi.objects.get(key="nps")
    observations.record(nps, {BEFORE: (40.0,), WEEK: (42.0,)}, by=house.luca, at=AT)
    before = kept()
    made = bring(luca, LONG)
    luca.post(path(made, "import/"))
    assert kept() != before
    page = text(luca.post(path(made, "undo/"), follow=True).content)
    assert "It was taken back" in page
    assert kept() == before
    assert "took an import back: 2 numbers of 2 KPIs" in text(luca.get("/feed/").content)
    assert "It was undone already." in text(luca.post(path(made, "undo/"), follow=True).content)


def test_undo_is_refused_where_somebody_wrote_since(luca: Client, house: World) -> None:
    made = bring(luca, LONG)
    luca.post(path(made, "import/"))
    observations.record(Kpi.objects.get(key="nps"), {WEEK: (50.0,)}, by=house.sofia, at=AT)
    before = kept()
    page = text(luca.post(path(made, "undo/"), follow=True).content)
    assert "It can't be undone, for these have changed since: Happiness 2026-02-23." in page
    assert kept() == before
    made.refresh_from_db()
    assert made.state == "imported"


def test_a_second_import_is_refused(luca: Client, house: World) -> None:
    made = bring(luca, LONG)
    luca.post(path(made, "import/"))
    count = Observation.objects.count()
    page = text(luca.post(path(made, "import/"), follow=True).content)
    assert "This table was imported already: nothing was done twice." in page
    assert Observation.objects.count() == count
    with pytest.raises(Refused, match="imported already"):
        uploads.describe(made, {}, by=house.luca, at=AT)


def test_how_a_table_was_described_is_remembered(luca: Client) -> None:
    table = "Wann\tWas\tWieviel\n2026-02-16\tHappiness\t41\n"
    first = bring(luca, table)
    assert first.mapping["roles"] == ["period", "kpi", ""]
    assert "Say which column holds the numbers." in text(luca.get(path(first)).content)
    described = {
        "role:0": "period",
        "role:1": "kpi",
        "role:2": "numbers",
        "order": "day",
        "decimal": ",",
        "then": "check",
    }
    assert luca.post(path(first), described).headers["Location"] == path(first, "check/")
    luca.post(path(first, "import/"))
    second = bring(luca, table.replace("16", "23"))
    assert (second.mapping["roles"], second.mapping["decimal"]) == (["period", "kpi", "numbers"], ",")


def test_a_reload_loses_nothing(luca: Client) -> None:
    made = bring(luca, LONG)
    luca.post(path(made), {"role:0": "period", "role:1": "kpi", "role:2": "numbers", "decimal": ",", "then": "look"})
    for _again in range(2):
        assert b'<option value="," selected' in luca.get(path(made)).content
    assert path(made).encode() in luca.get("/kpis/import/").content


@pytest.mark.parametrize(
    ("roles", "why"),
    [
        (["", "kpi", "numbers"], "Say which column holds the period."),
        (["period", "", "numbers"], "Say which column names the KPI, or which KPI all of it is of."),
        (["period", "kpi", ""], "Say which column holds the numbers."),
        (["period", "kpi", "kpi:nps"], "Either columns are KPIs, or a column names the KPI, or the heads are periods"),
        (["period", "period", "kpi:nps"], "Two columns are both “period”: only one can be."),
        (["x", "kpi:secret", "drop table"], "Say which column holds the period."),
    ],
)  # fmt: skip
def test_columns_that_make_no_numbers_say_why(luca: Client, roles: list[str], why: str) -> None:
    made = bring(luca, LONG)
    response = luca.post(path(made), {f"role:{i}": role for i, role in enumerate(roles)} | {"then": "check"})
    assert response.status_code == 422
    assert why in text(response.content)
    assert luca.get(path(made, "check/")).status_code == 302
    assert luca.post(path(made, "import/")).headers["Location"] == path(made)


def test_an_unknown_name_is_asked_for_with_a_suggestion(luca: Client) -> None:
    made = bring(luca, LONG.replace("Happiness", "Hapiness"))
    page = luca.get(path(made, "check/")).content
    assert b'<option value="nps" selected>' in page
    assert "Hapiness 2 rows" in text(page)
    assert "No problem is left." in checked(luca, made, unknown="Hapiness", named="nps")
    assert "No problem is left." in checked(
        luca, bring(luca, LONG.replace("Happiness", "Nothing")), unknown="Nothing", named="-"
    )


def test_a_foreign_kpi_is_as_unknown_as_an_absent_one(luca: Client) -> None:
    absent = checked(luca, bring(luca, LONG.replace("Happiness", "Nothing")))
    foreign = checked(luca, bring(luca, LONG.replace("Happiness", "Secret")))
    assert foreign.replace("Secret", "Nothing") == absent
    made = bring(luca, LONG.replace("Happiness", "Secret"))
    luca.post(path(made, "check/"), {"unknown": "Secret", "named": "secret"})
    made.refresh_from_db()
    assert made.mapping["names"] == {}


def test_days_inside_a_period_are_moved_when_asked(luca: Client) -> None:
    made = bring(luca, LONG.replace("2026-02-16", "2026-02-18"))
    page = checked(luca, made)
    assert "2026-02-18 isn't the first day of a period; that would be 2026-02-16. It is so in 1 row." in page
    assert luca.post(path(made, "import/")).headers["Location"] == path(made, "check/")
    assert kept() == {}
    assert "No problem is left." in checked(luca, made, shift="on")


def test_text_for_a_number_is_put_right_or_left_out(luca: Client) -> None:
    made = bring(luca, LONG.replace("\t41", "\tn/a").replace("\t42", "\t=A1"))
    page = checked(luca, made)
    assert "“n/a” is no number: it is text." in page
    assert "“=A1” is no number: it is a formula: paste its value." in page
    fixed = {"was:1.2": "n/a", "cell:1.2": "41", "was:2.2": "=A1", "cell:2.2": "=A1", "out": "2.2"}
    assert "No problem is left." in checked(luca, made, **fixed)
    luca.post(path(made, "import/"))
    assert kept() == {("nps", BEFORE): (41,), ("signup", WEEK): (132, 300)}


def test_bad_dates_and_periods_to_come(luca: Client) -> None:
    table = LONG.replace("2026-02-16", "soon") + "2026-03-02\tHappiness\t50\n2030-01-07\tHappiness\t51\n"
    made = bring(luca, table)
    page = checked(luca, made)
    assert "“soon” is no period: it isn't a date like 2026-03-31." in page
    assert "2 whose periods aren't over" in page
    assert "No problem is left." in checked(luca, made, **{"was:1.0": "soon", "cell:1.0": "16.2.2026"})
    luca.post(path(made, "import/"))
    assert len(kept()) == 3


def test_a_period_that_stands_there_twice(luca: Client) -> None:
    made = bring(luca, LONG + "2026-02-23\tnps\t42\n2026-02-16\tnps\t99\n")
    page = checked(luca, made)
    assert "Row 1 has another number for it: 41." in page
    assert "1 that stands there twice" in page
    assert "No problem is left." in checked(luca, made, out="5.2")


def test_outliers_are_looked_at(luca: Client, house: World) -> None:
    rows = {WEEK - timedelta(weeks=i + 2): (40.0 + i % 3,) for i in range(12)}
    observations.record(Kpi.objects.get(key="nps"), rows, by=house.luca, at=AT)
    made = bring(luca, LONG.replace("\t42", "\t420"))
    page = checked(luca, made)
    assert "1 number is unusual: is it right?" in page
    assert "its usual change: mostly 37.6 to 44.4. Sure?" in page
    assert luca.post(path(made, "import/")).headers["Location"] == path(made, "check/")
    assert "No problem is left." in checked(luca, made, sure="on")
    luca.post(path(made, "import/"))
    assert kept()["nps", WEEK] == (420,)


def test_day_and_month_follow_what_leaves_no_doubt(luca: Client) -> None:
    table = "Date\tHappiness\n2/23/2026\t42\n02/02/2026\t41\n"
    made = bring(luca, table)
    assert made.mapping["order"] == "month"
    assert bring(luca, table.replace("2/23/2026", "23.2.2026")).mapping["order"] == "day"


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("", "Paste a table, or choose a file."),
        ("Week\tHappiness\n", "The table has a head and no rows."),
        ("Week\tHappiness\n2026-02-23\t1\t2\n", "Cell C1 is empty, and its column should have a name: row 2 has 3 cells."),
        ("Week\tHappiness\n2026-02-23\t" + "9" * 100_000 + "\n", "Column 2 of row 1 holds 100,000 characters; 1,000 are the most."),
        ("\t".join(f"c{i}" for i in range(201)) + "\n" + "\t".join("1" * 201), "It has 201 columns, and 200 is the most."),
        ("Week\tHappi\0ness\n2026-02-23\t1\n", "Line 1 holds the character U+0000, which is no text."),
        ("Week\tHappiness\n" + "2026-02-23\t1\n" * 20_001, "It has 20,001 rows, and 20,000 is the most."),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_taken_says_why_and_stays(luca: Client, table: str, why: str) -> None:
    response = luca.post("/kpis/import/", {"text": table})
    assert response.status_code == 422
    assert why in text(response.content)
    assert not Upload.objects.exists()


def test_files(luca: Client, tmp_path: Path) -> None:
    csv = SimpleUploadedFile("numbers.csv", b"\xef\xbb\xbfWeek;Happiness\n2026-02-23;41,5\n")
    assert luca.post("/kpis/import/", {"file": csv}).status_code == 302
    made = Upload.objects.get()
    assert (made.name, made.head, made.rows, made.mapping["decimal"]) == (
        "numbers.csv",
        ["Week", "Happiness"],
        [["2026-02-23", "41,5"]],
        ",",
    )
    for name, content, why in [
        ("numbers.exe", b"MZ\x90\x00", "numbers.exe: Line 1 is neither UTF-8 nor Windows-1252."),
        ("big.csv", b"x" * (10 * 2**20 + 1), "The file has 10 MB; 10 are the most."),
        ("empty.csv", b" \n", "empty.csv is empty."),
    ]:
        response = luca.post("/kpis/import/", {"file": SimpleUploadedFile(name, content)})
        assert response.status_code in (302, 422)
        if name != "empty.csv":
            assert why in text(response.content)
    assert Upload.objects.count() == 1


HOSTILE = "<img src=x onerror=alert(1)>\u202e\ufeff"


@pytest.mark.parametrize(
    "cell", [HOSTILE, "=cmd|' /C calc'!A0", "1e308", "NaN", "inf", "\u202e12", "1" * 999, "{{7*5921}}"]
)
def test_hostile_tables_stay_text(luca: Client, cell: str) -> None:
    table = f"Week\tKPI\tValue\t{cell}\n2026-02-23\tHappiness\t{cell}\t1\n2026-02-23\t{cell}\t1\t1\n{cell}\tHappiness\t1\t1\n"
    made = bring(luca, table)
    for step in ("", "check/"):
        response = luca.get(path(made, step))
        assert response.status_code == 200
        assert b"<img" not in response.content
        assert b"41447" not in response.content
    assert luca.post(path(made, "import/")).headers["Location"] == path(made, "check/")
    assert kept() == {}


@pytest.mark.parametrize(
    "fields",
    [
        {"cell:99.99": "1"}, {"cell:-1.2": "1"}, {"cell:x": "1"}, {"cell:1": "1"}, {"cell:٣.1": "1"}, {"out": ["9.9", "x", "1.99"]},
        {"unknown": ["a", "b"], "named": ["nothing"]}, {"unknown": "\0", "named": "-"}, {"cell:1.2": "x" * 100_000},
    ],
)  # fmt: skip
def test_forged_corrections_do_no_harm(luca: Client, fields: dict[str, Any]) -> None:
    made = bring(luca, LONG)
    assert luca.post(path(made, "check/"), fields).status_code == 302
    assert luca.get(path(made, "check/")).status_code == 200


@pytest.mark.parametrize("step", ["", "check/"])
def test_a_foreign_upload_answers_like_an_absent_one(luca: Client, house: World, step: str) -> None:
    made = bring(luca, LONG)
    sofia = Client()
    sofia.force_login(house.sofia)
    foreign, absent = sofia.get(path(made, step)), sofia.get(f"/kpis/import/999999/{step}")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.content == absent.content
    assert sofia.post(path(made, "import/")).status_code == 404
    assert path(made).encode() not in sofia.get("/kpis/import/").content


def test_who_may_enter_nothing_may_import_nothing(house: World) -> None:
    theo = Client()
    theo.force_login(house.theo)
    assert "Nothing to import into" in text(theo.get("/kpis/import/").content)
    response = theo.post("/kpis/import/", {"text": LONG})
    assert response.status_code == 422
    assert not Upload.objects.exists()


def test_who_lost_the_right_meanwhile_imports_nothing(luca: Client, house: World) -> None:
    made = bring(luca, LONG)
    Kpi.objects.filter(key__in=["nps", "signup"]).update(owner=house.sofia)
    assert luca.post(path(made, "import/")).headers["Location"] == path(made, "check/")
    ready = {Kpi.objects.get(key="nps"): {WEEK: (1.0,)}}
    with pytest.raises(Refused, match="You may not record numbers of Happiness"):
        uploads.bring_in(made, ready, by=house.luca, at=AT)
    assert kept() == {}


def test_more_rows_ask_no_more_queries(luca: Client) -> None:
    def cost(weeks: int) -> int:
        rows = "".join(f"{WEEK - timedelta(weeks=i)}\t{40 + i % 3}\t{12 + i % 2}\n" for i in range(weeks))
        made = bring(luca, "Week\tHappiness\tMargin\n" + rows)
        with CaptureQueriesContext(connection) as asked:
            assert luca.get(path(made, "check/")).status_code == 200
        return len(asked)

    cost(2)
    assert cost(3) == cost(300) <= 11
