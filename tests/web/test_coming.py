"""What is to come: what the pages say of it, and to whom."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from gaitway.actions import forecasts, gates
from gaitway.models import Forecast, Kpi, Stage
from gaitway.queries import coming, initiatives, reviews
from gaitway.queries import kpis as asked
from gaitway.queries.values import KpiRef
from gaitway.queries.words import forecasts as words
from tests.world import AT, TODAY, World

from .norway import GATE, KPI, PAGE, YESTERDAY, fill, get, judged, text

REF = KpiRef("north/x", "Adoption", "level", "", "up", "week")


@pytest.fixture(autouse=True)
def moment() -> object:
    with time_machine.travel(AT, tick=False):
        yield


def fan(world: World) -> coming.Fan:
    return asked.page(world.sofia, "north/orders", TODAY).fan


# A KPI


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "No number has arrived yet; a forecast needs 8 weeks."),
        ([10], "1 week is known; a forecast needs 8."),
        ([10, 11, 12, 11, 10], "5 weeks are known; a forecast needs 8."),
    ],
)
def test_below_eight_periods_it_refuses_and_says_why(world: World, values: list[float], said: str) -> None:
    fill(world, values)
    assert (fan(world).refused, fan(world).steps) == (said, ())
    page = get(world, KPI).content
    assert said in text(page)
    assert b'id="fan-t"' not in page


def test_without_fresh_data_it_refuses(world: World) -> None:
    fill(world, [10, 12] * 10, last=date(2026, 1, 19))
    assert fan(world).refused == "No fresh data since 25 Jan: nobody can say from where it goes on."


def test_the_panel_says_band_target_chance_and_how_firm_it_is(world: World) -> None:
    fill(world, [4, 6, 5, 7, 6, 8, 5, 6, 7, 6])
    shown = fan(world)
    band = r"80% chance between [\d.]+ and [\d.]+ orders in the week from 25 May"
    assert re.fullmatch(rf"{band}; target 10 orders; chance of reaching it by then \d+%\.", shown.sentence)
    assert shown.notes == ["Provisional: it rests on 10 weeks; 20 make a firm forecast."]
    assert shown.as_of == YESTERDAY
    assert [step.day for step in shown.steps[:2]] == [date(2026, 3, 2), date(2026, 3, 9)]
    page = get(world, KPI).content
    assert shown.sentence in text(page)
    assert text(page).count(shown.notes[0]) == 1
    assert b'class="band inner"' in page


def test_a_target_that_is_reached_is_not_hoped_for(world: World) -> None:
    fill(world, [14, 16, 15] * 8)
    assert fan(world).sentence.endswith("; target 10 orders, reached now.")
    assert fan(world).notes == []


def test_the_numbers_claim_no_more_than_the_band_leaves_open(world: World) -> None:
    fill(world, [101, 97, 133, 88, 140, 95, 120, 111] * 3)
    for step in fan(world).steps:
        assert step.median == round(step.median)


def test_earlier_forecasts_are_counted(world: World) -> None:
    fill(world, [8, 9, 10, 11] * 10)
    assert fan(world).notes == []
    for back in (20, 16, 12):
        assert forecasts.keep_values(world.orders, as_of=YESTERDAY - timedelta(weeks=back), at=AT)
    assert fan(world).notes == ["Earlier forecasts: the 80% band held 3 of 3 times."]
    assert "the 80% band held 3 of 3 times." in text(get(world, KPI).content)


def test_past_and_future_are_in_the_table_of_numbers(world: World) -> None:
    fill(world, [8, 9, 10, 11] * 10)
    rows = get(world, KPI).content.split(b'id="coming"')[1].split(b"<tbody>")[1].split(b"</tbody>")[0].count(b"<tr>")
    assert rows == 26 + 13


# When a trigger will be judged met


def numbers(**changes: Any) -> dict[str, Any]:
    return {"chance": 0.62, "ever": 0.9, **changes}


DAYS = [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 20), date(2026, 4, 1), date(2026, 4, 20)]
ENDS, UNTIL = date(2026, 3, 31), date(2026, 9, 1)


@pytest.mark.parametrize(
    ("days", "changes", "said"),
    [
        (DAYS, {}, "Will be judged met between 9 Mar and 20 Apr (80%), most likely about 20 Mar; "
                   "62% chance before the stage ends on 31 Mar."),
        ([*DAYS[:3], None, None], {"ever": 0.7}, "Will be judged met about 20 Mar, hardly before 9 Mar; 70% chance by "
                   "1 Sep; 62% chance before the stage ends on 31 Mar."),
        ([DAYS[0], None, None, None, None], {"ever": 0.2, "chance": 0.001}, "More likely not judged met by 1 Sep: 20% "
                   "chance, and hardly before 9 Mar; less than 1% chance before the stage ends on 31 Mar."),
        ([None] * 5, {"ever": 0.0, "chance": 0.0}, "Hardly to be judged met by 1 Sep: less than 1% chance; less than 1% "
                   "chance before the stage ends on 31 Mar."),
        ([DAYS[0]] * 5, {"chance": 1.0}, "Will be judged met on 9 Mar; more than 99% chance before the stage ends on "
                   "31 Mar."),
    ],
)  # fmt: skip
def test_the_date_is_a_range_with_its_chance(days: list[date | None], changes: dict[str, Any], said: str) -> None:
    assert words.met(numbers(**changes), days, UNTIL, ENDS, YESTERDAY) == said


def test_the_end_of_the_stage_may_be_past_or_open() -> None:
    said = "Will be judged met between 9 Mar and 20 Apr (80%), most likely about 20 Mar."
    assert words.met(numbers(chance=None), DAYS, UNTIL, None, YESTERDAY) == said
    late = words.met(numbers(chance=0.0), DAYS, UNTIL, date(2026, 2, 20), YESTERDAY)
    assert late == f"{said} The stage should have ended on 20 Feb."


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ([], ""),
        (["tasks done"], "This holds if the tasks are done in time."),
        (["tasks done", "approved by sponsor"], "This holds if the tasks are done and the sponsor approves in time."),
        (
            ["checklist done", 'task "Print boxes" done', "feedback >= 8 from 30 answers"],
            "This holds if the checklist is done, the task “Print boxes” is done and it comes to feedback at least 8 from "
            "at least 30 answers in time.",
        ),
    ],
)
def test_what_is_assumed_is_said_in_plain_words(criteria: list[str], said: str) -> None:
    assert words.assumed(criteria) == said


def test_gate_and_initiative_show_the_newest_kept_forecast(world: World) -> None:
    stage = judged(world, [4, 9, 5, 8, 7, 4, 9, 6, 8, 5] * 3, "orders >= 7 with 95% confidence and tasks done")
    made = forecasts.keep_gate(stage, as_of=YESTERDAY, at=AT)
    assert made is not None
    shown = reviews.page(world.sofia, "north/norway/crawl", TODAY).expected
    assert shown is not None
    assert shown.notes[0] == "This holds if the tasks are done in time."
    for path in (GATE, PAGE):
        said = text(get(world, path).content)
        assert shown.sentence in said
        assert "This holds if the tasks are done in time." in said
    expected = initiatives.page(world.sofia, "north/norway", TODAY).gate
    assert expected is not None
    assert expected.expected == shown


def test_the_next_stage_carries_the_days_of_the_forecast(world: World) -> None:
    stage = judged(world, [6, 7, 6] * 3)
    row = {
        "chance": 0.4, "ever": 0.95, "days": [day.isoformat() for day in DAYS], "until": "2026-09-01", "assumes": [],
        "provisional": True, "refused": "", "short": None,
    }  # fmt: skip
    Forecast.objects.create(stage=stage, about="gate", as_of=YESTERDAY, at=AT, numbers=row)
    steps = initiatives.page(world.sofia, "north/norway", TODAY).steps
    assert [step.earned for step in steps] == [None, (DAYS[0], DAYS[4]), None]
    said = text(get(world, PAGE).content)
    assert "forecast 9 Mar – 20 Apr (80%)" in said
    assert "Provisional: it rests on fewer than 20 periods." in said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([], "No forecast: Orders per week has no number yet."),
        ([5] * 5, "No forecast: of Orders per week 5 weeks are known; a forecast needs 8."),
    ],
)
def test_a_gate_that_cannot_be_forecast_says_why(world: World, values: list[float], said: str) -> None:
    fill(world, values, last=date(2026, 2, 2))
    gates.evaluate(world.crawl, through=YESTERDAY, by=world.admin, at=AT)
    assert forecasts.keep_gate(world.crawl, as_of=YESTERDAY, at=AT)
    for path in (GATE, PAGE):
        assert said in text(get(world, path).content)


def test_a_trigger_without_a_kpi_has_no_forecast() -> None:
    assert words.refused("no KPI", None, 0) == "No forecast: the trigger reads no KPI."


def test_what_is_met_needs_no_forecast(world: World) -> None:
    stage = judged(world, [20, 22, 21, 19, 20, 23, 20, 21])
    assert stage.latest is not None
    assert stage.latest.outcome == "met"
    forecasts.keep_gate(stage, as_of=YESTERDAY, at=AT)
    forecasts.keep_proof(stage, as_of=YESTERDAY, at=AT, pilots=20)
    page = reviews.page(world.sofia, "north/norway/crawl", TODAY)
    assert (page.expected, page.on_paper) == (None, None)
    assert initiatives.page(world.sofia, "north/norway", TODAY).on_paper == []


# Can these dates prove it?


def test_what_cannot_be_proved_is_flagged_in_shape_word_and_colour(world: World) -> None:
    stage = judged(world, [6, 7, 5, 8] * 4)
    assert forecasts.keep_proof(stage, as_of=YESTERDAY, at=AT, pilots=40)
    kept = Forecast.objects.get(about="proof")
    row = kept.numbers["proofs"][0]
    row["proof"]["missed"], row["provable"] = 0.9, False
    Forecast.objects.filter(pk=kept.pk).update(numbers=kept.numbers)
    (paper,) = initiatives.page(world.sofia, "north/norway", TODAY).on_paper
    assert [(line.state, line.label) for line in paper.lines] == [("no", "Orders per week at least 6, 95% sure")]
    assert not paper.provable
    for path in (GATE, PAGE):
        page = get(world, path).content
        assert "Can these dates prove it?" in text(page)
        assert "Not provable" in text(page)
        assert b'<span class="state at_risk">' in page.split(b'id="paper"')[1]
    assert "not provable in its dates" in text(get(world, PAGE).content)


def test_a_proposed_initiative_is_told_while_it_is_on_paper(world: World) -> None:
    crawl = Stage.objects.select_related("initiative__strategy").get(initiative=world.iceland, key="crawl")
    crawl.starts, crawl.ends = date(2026, 4, 1), date(2026, 6, 30)
    crawl.save()
    forecasts.keep_proof(crawl, as_of=YESTERDAY, at=AT, pilots=20)
    (paper,) = initiatives.page(world.sofia, "north/iceland", TODAY).on_paper
    assert [line.state for line in paper.lines] == ["unknown"]
    assert paper.provable  # nothing is known to be out of reach
    page = get(world, "/initiatives/north/iceland/", "sofia").content
    assert "Not known" in text(page.split(b'id="paper"')[1])
    assert b"unprovable" not in page


def test_a_proof_of_another_plan_is_not_shown(world: World) -> None:
    stage = judged(world, [6, 7, 5, 8] * 4)
    forecasts.keep_proof(stage, as_of=YESTERDAY, at=AT, pilots=20)
    assert initiatives.page(world.sofia, "north/norway", TODAY).on_paper
    Stage.objects.filter(pk=stage.pk).update(ends=date(2026, 5, 31))
    assert initiatives.page(world.sofia, "north/norway", TODAY).on_paper == []


# Who sees it


@pytest.mark.parametrize("path", [KPI, GATE, PAGE])
def test_who_may_not_see_the_initiative_sees_nothing_of_its_future(world: World, path: str) -> None:
    stage = judged(world, [6, 7, 5, 8] * 6)
    forecasts.keep_gate(stage, as_of=YESTERDAY, at=AT)
    assert get(world, path, "theo").status_code == 200
    assert get(world, path, "nadia").status_code == 404


def test_a_forecast_is_written_in_the_units_of_its_kpi() -> None:
    share = replace(REF, kind="proportion", cadence="month", direction="down")
    said = words.ahead(0.031, 0.048, date(2026, 4, 1), share, target=0.03, reached=False, hope=0.414)
    assert said == (
        "80% chance between 3.1% and 4.8% in the month from 1 Apr; target 3%; chance of reaching it by then 41%."
    )
    day = replace(REF, unit="EUR", cadence="day")
    assert words.ahead(55, 70, date(2026, 4, 1), day, target=None, reached=False, hope=None) == (
        "80% chance between €55 and €70 on 1 Apr."
    )


@pytest.mark.parametrize(("share", "said"), [(0, "less than 1%"), (0.41, "41%"), (0.999, "more than 99%")])
def test_nothing_simulated_is_certain(share: float, said: str) -> None:
    assert words.chance(share) == said


def test_a_kpi_without_a_target_hopes_for_nothing(world: World) -> None:
    Kpi.objects.filter(pk=world.orders.pk).update(target=None)
    fill(world, [8, 9, 10, 11] * 6)
    assert "target" not in fan(world).sentence


def test_a_kpi_that_only_a_guardrail_reads_is_said_to_be_one(world: World) -> None:
    Stage.objects.filter(initiative=world.norway, key="crawl").update(
        trigger="tasks done", stop="", guardrail="orders >= 6"
    )
    (line,) = (each for each in asked.page(world.sofia, "north/orders", TODAY).used_by if each.stage == "Crawl")
    assert line.role == "Guardrail of Crawl"
