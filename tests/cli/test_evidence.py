"""A trigger tried on history, and a pilot that can or can't prove one: what is printed, and how it ends."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.actions import observations
from gaitway.engine.trials import trial
from gaitway.models import Kpi
from gaitway.queries import proofs, trials
from gaitway.queries.words import chances
from gaitway.queries.words.findings import Measured
from tests.cli.conftest import Run
from tests.world import AT, STRATEGY, World

WEEKS = [date(2026, 1, 5) + timedelta(weeks=i) for i in range(8)]
SHARE = Measured("Conversion", "proportion", "")


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few simulations: how many there are is told in the engine's own tests."""
    monkeypatch.setitem(trial.__kwdefaults__ or {}, "count", 60)
    monkeypatch.setitem(proofs.of.__kwdefaults__ or {}, "count", 60)


@pytest.fixture
def measured(world: World) -> World:
    random = np.random.default_rng(1)
    observations.record(world.orders, {day: (float(random.poisson(9)), 1.0) for day in WEEKS}, by=world.admin, at=AT)
    return world


@pytest.fixture
def visited(measured: World) -> World:
    days = [date(2026, 1, 5) + timedelta(days=i) for i in range(28)]
    readings = {day: (12.0 + i % 5, 400.0) for i, day in enumerate(days)}
    observations.record(measured.conversion, readings, by=measured.admin, at=AT)
    return measured


def changed(folder: Path, trigger: str, *, dates: str = "2026-01-05/2026-03-29") -> Path:
    text = STRATEGY.replace("orders >= 6 with 95% confidence", trigger).replace("2026-01-05/2026-03-29", dates)
    path = folder / "changed.yaml"
    path.write_text(text)
    return path


def test_a_trigger_that_would_have_fired(measured: World, run: Run) -> None:
    code, out, err = run("try", ">= 6 with 95% confidence", "--on", "orders")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "orders >= 6 with 95% confidence, from 2026-01-05 to 2026-03-01:"
    assert lines[1] == "It would have fired on 2026-02-22, day 49."
    assert lines[2:4] == ["  2026-01-05 unknown", "  2026-02-22 met"]
    assert re.fullmatch(r"With the same weeks in another order it fires in .+ of 100 histories\..*", lines[4])
    assert re.fullmatch(r"If Orders per week were truly only 6 orders, it would fire in .+ of 100\.", lines[5])


def test_one_that_would_not_is_told_with_the_exit_code(measured: World, run: Run) -> None:
    code, out, err = run("try", "orders <= 4 with 95% confidence", "--on", "north/orders", "--to", "2026-02-01")
    assert (code, err) == (1, "")
    assert "It would not have fired from 2026-01-05 to 2026-02-01.\n" in out
    assert "If Orders per week were truly still 4 orders, " in out


def test_a_trial_as_json(visited: World, run: Run) -> None:
    text = "orders >= 6 for 2 weeks and conversion >= 3%"
    code, out, _ = run("try", text, "--on", "orders", "--from", "2026-01-05", "--to", "2026-01-25", "--json")
    answer = json.loads(out)
    assert list(answer) == [
        "trigger", "kpi", "from", "to", "periods", "fired", "turns", "shuffled", "at_target", "wanted", "histories",
    ]  # fmt: skip
    assert (answer["trigger"], answer["kpi"], answer["to"]) == (text, "north/orders", "2026-01-25")
    assert (code, answer["fired"], answer["periods"]) == (0, "2026-01-18", 21)
    assert answer["turns"][0] == {"day": "2026-01-05", "outcome": "unknown"}
    assert answer["wanted"] == {"orders": 6, "conversion": 0.03}
    assert 0 < answer["at_target"] <= 1


def test_many_turns_are_cut_short(visited: World, run: Run) -> None:
    _, out, _ = run("try", "conversion >= 3.5% over 1 day", "--on", "conversion")
    turns = [line for line in out.splitlines() if re.match(r"  2026-", line)]
    assert len(turns) == 8
    assert re.search(r"^  … and \d more turns$", out, re.MULTILINE)


SPAN = ["--from", "2026-01-05", "--to", "2026-02-01"]
WRONG = {
    "unknown KPI": (["try", ">= 6", "--on", "order"], "There is no KPI 'order', did you mean 'orders'?"),
    "in another strategy": (["try", ">= 6", "--on", "south/orders"],
                            "There is no KPI 'south/orders', did you mean 'north/orders'?"),
    "nothing alike": (["try", ">= 6", "--on", "zzz"], "There is no KPI 'zzz'."),
    "no day": (["try", ">= 6", "--on", "orders", "--from", "soon"], "--from: 'soon' is not a date like 2026-03-31."),
    "backwards": (["try", ">= 6", "--on", "orders", "--from", "2026-02-01", "--to", "2026-01-01"],
                  "--to 2026-01-01 lies before --from 2026-02-01."),
    "after all": (["try", ">= 6", "--on", "orders", "--from", "2026-05-01"],
                  "2026-05-01 lies after 2026-03-01: orders is known from 2026-01-05 to 2026-03-01."),
    "nothing there": (["try", ">= 6", "--on", "orders", "--from", "2025-01-01", "--to", "2025-02-01"],
                      "nothing lies from 2025-01-01 to 2025-02-01: orders is known from 2026-01-05 to 2026-03-01."),
    "a lifetime": (["try", ">= 6", "--on", "orders", "--from", "1950-01-01", "--to", "2026-02-01"],
                   "1950-01-01 to 2026-02-01 is longer than five years: try it on fewer days."),
    "no data": (["try", ">= 6%", "--on", "conversion"], "conversion has no data yet."),
    "a fact": (["try", "orders >= 6 and tasks done", "--on", "orders"],
               "The trigger, column 17: only criteria on KPIs can be tried, not 'tasks done'."),
    "misspelt": (["try", "ordres >= 6", "--on", "orders", *SPAN],
                 "The trigger, column 1: there is no KPI 'ordres', did you mean 'orders'?"),
    "misspelt behind": (["try", ">= 6 and convertion >= 3%", "--on", "orders", *SPAN],
                        "The trigger, column 10: there is no KPI 'convertion', did you mean 'conversion'?"),
    "in a line below": (["try", "orders >= 6\nand convertion >= 3%", "--on", "orders", *SPAN],
                        "The trigger, line 2, column 5: there is no KPI 'convertion', did you mean 'conversion'?"),
    "cut off": (["try", ">= 6 over", "--on", "orders"],
                "The trigger, column 10: expected a number after 'over', found the end."),
    "of another": (["try", "conversion >= 6%", "--on", "orders"], "The trigger, column 1: it says nothing of orders."),
    "another unit": (["try", ">= 6 EUR", "--on", "orders"],
                     "The trigger, column 4: orders is in orders, not in EUR, did you mean '6 orders'?"),
    "a stage of nobody": (["plan-evidence", "norway", "--stage", "wlak"], "There is no stage 'wlak', did you mean 'walk'?"),
    "no stage alike": (["plan-evidence", "norway", "--stage", "zzz"], "There is no stage 'zzz', they are crawl, walk, run."),
    "an initiative of nobody": (["plan-evidence", "norwya"], "There is no initiative 'norwya', did you mean 'norway'?"),
    "without a trigger": (["plan-evidence", "iceland", "--stage", "walk"],
                          "Iceland has no trigger in walk: there is nothing to prove."),
    "without confidence": (["plan-evidence", "norway", "--stage", "walk"],
                           "orders >= 25 for 3 weeks: it asks for no confidence, so there is nothing to prove."),
    "without dates": (["plan-evidence", "iceland"],
                      "conversion >= 3% with 95% confidence: the stage has no dates: "
                      "give it a span such as 2026-01-01/2026-03-31."),
    "no value": (["plan-evidence", "norway", "--expect", "many"], "--expect many: expected a number after '>=', found 'many'."),
    "more than a value": (["plan-evidence", "norway", "--expect", "9 over 8 weeks"],
                          "--expect 9 over 8 weeks: it is one value, such as 3.3%."),
    "a value in another unit": (["plan-evidence", "norway", "--expect", "9%"], "--expect 9%: orders is in orders, not in %."),
    "of what isn't asked": (["plan-evidence", "norway", "--expect", "conversion=9%"],
                            "--expect conversion=9%: the trigger has nothing to prove of 'conversion', only of orders."),
    "too low": (["plan-evidence", "norway", "--expect", "5"],
                "orders >= 6 with 95% confidence: the expected value 5 isn't above the target 6: no pilot can prove that."),
    "no traffic": (["plan-evidence", "norway", "--traffic", "0"], "--traffic 0: it is a number above zero."),
    "endless traffic": (["plan-evidence", "norway", "--traffic", "inf"], "--traffic inf: it is a number above zero."),
    "no number": (["plan-evidence", "norway", "--spread", "wide"], "--spread wide: it is a number above zero."),
    "a spread of a count": (["plan-evidence", "norway", "--spread", "2"],
                            "orders >= 6 with 95% confidence: orders is a count and"
                            " spreads as its traffic makes it: leave --spread out."),
}  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_told_in_one_line(measured: World, run: Run, arguments: list[str], said: str) -> None:
    assert run(*arguments) == (2, "", said + "\n")


def test_the_kpi_of_two_strategies_is_asked_for_with_its_strategy(measured: World, run: Run, tmp_path: Path) -> None:
    (tmp_path / "south.yaml").write_text(STRATEGY.replace("key: north", "key: south"))
    run("apply", tmp_path / "south.yaml", "--yes")
    code, _, err = run("try", ">= 6", "--on", "orders")
    assert (code, err) == (2, "Which 'orders'? Name it with its strategy: north/orders, south/orders.\n")
    assert run("try", ">= 6", "--on", "north/orders")[0] == 0


def test_what_a_viewer_may_not_see_can_t_be_tried(visited: World) -> None:
    with pytest.raises(Kpi.DoesNotExist):
        trials.tried(visited.nadia, "orders", ">= 6")
    assert trials.tried(visited.luca, "orders", ">= 6").kpi == visited.orders


def test_a_pilot_that_can_prove_it(measured: World, run: Run) -> None:
    code, out, err = run("plan-evidence", "norway", "--expect", "12")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "Norway in crawl, 2026-01-05 to 2026-03-29:"
    assert lines[2] == "orders >= 6 with 95% confidence"
    shown = r"In 84 days this pilot would show 12 orders in .* of 100 cases, in half of all by day \d+\."
    assert re.fullmatch(rf"{shown} It can show [\d.]+ orders or better \(80 of 100\)\.", lines[3])
    assert lines[4] == "Asked for is 6 orders, expected is 12 orders; the last 8 weeks tell how it spreads."
    assert re.split(r"\s{2,}", lines[5].strip()) == ["At any time, as written", "By stage end"]
    assert [re.split(r"\s{2,}", line)[0] for line in lines[6:]] == [
        "Shown by the end", "Half of them by", "Nine of ten by", "A missed go", "A wrong go", "Smallest value shown",
    ]  # fmt: skip


def test_one_that_can_t_says_what_it_would_need(measured: World, run: Run) -> None:
    code, out, err = run("plan-evidence", "norway", "--expect", "orders=7.5")
    assert (code, err) == (1, "")
    least = r"the smallest value these dates can show is [\d.]+ orders; for 7\.5 orders it needs "
    said = rf"^Not provable: in 84 days this pilot would show 7\.5 orders in \d+ of 100 cases only; {least}"
    assert re.search(said, out, re.MULTILINE)


def test_a_plan_as_json(measured: World, run: Run) -> None:
    code, out, _ = run("plan-evidence", "north/norway", "--stage", "crawl", "--traffic", "2", "--json")
    answer = json.loads(out)
    assert (code, list(answer)) == (0, ["initiative", "stage", "from", "to", "criteria"])
    assert (answer["initiative"], answer["stage"], answer["to"]) == ("north/norway", "crawl", "2026-03-29")
    (orders,) = answer["criteria"]
    assert list(orders) == [
        "criterion", "kpi", "by_stage_end", "history", "guessed", "proof", "other", "missing", "provable",
    ]  # fmt: skip
    assert (orders["kpi"], orders["by_stage_end"], orders["history"], orders["missing"]) == ("orders", False, 8, None)
    numbers = ["expected", "target", "traffic", "days", "missed", "wrong", "smallest", "length"]
    assert list(orders["proof"]) == list(orders["other"]) == numbers
    assert (orders["proof"]["expected"], orders["proof"]["traffic"], orders["guessed"]) == (10, 2, False)
    assert orders["other"]["missed"] <= orders["proof"]["missed"]


def test_of_several_kpis_each_is_named(measured: World, run: Run, tmp_path: Path) -> None:
    trigger = "orders >= 6 with 95% confidence and conversion >= 3% with 95% confidence"
    run("apply", changed(tmp_path, trigger), "--yes", "--reason", "Both.")
    code, _, err = run("plan-evidence", "norway", "--expect", "12")
    assert (code, err) == (2, "--expect 12: of which one? Write orders=12 or conversion=12.\n")
    code, out, err = run("plan-evidence", "norway", "--expect", "orders=12")
    assert (code, err) == (1, "")  # one of them is unknown
    assert "Can't say: conversion has too little history: say with --traffic how many trials a day brings.\n" in out


def test_what_can_t_be_planned_is_told(visited: World, run: Run, tmp_path: Path) -> None:
    trigger = "orders between 6 and 9 with 95% confidence or not conversion >= 3% with 95% confidence"
    run("apply", changed(tmp_path, trigger), "--yes", "--reason", "Odd.")
    code, out, err = run("plan-evidence", "norway", "--json")
    assert (code, [row["provable"] for row in json.loads(out)["criteria"]]) == (2, [None, None])
    assert "a range has to be shown from both sides" in err
    assert "it stands under 'not': write the comparison the other way round" in err


def test_a_control_is_what_it_was(visited: World) -> None:
    uk = Kpi.objects.create(strategy=visited.strategy, key="uk", name="UK", kind="proportion", cadence="day")
    readings = {date(2026, 1, 5) + timedelta(days=i): (20.0, 1000.0) for i in range(28)}
    observations.record(uk, readings, by=visited.admin, at=AT)
    stage = visited.crawl
    stage.trigger = "conversion improves on uk by 50% with 95% confidence"
    stage.kpis.add(visited.conversion, uk)
    (found,) = proofs.of(stage, date(2026, 2, 1), count=20)
    assert found.proof is not None
    assert found.proof.target == pytest.approx(0.03)
    assert found.history == 28


def test_applying_warns_of_what_the_dates_can_hardly_prove(measured: World, run: Run, tmp_path: Path) -> None:
    code, out, _ = run("apply", changed(tmp_path, "orders >= 9.5 with 95% confidence"))
    assert code == 1
    said = r"orders >= 9\.5 with 95% confidence: hardly provable, 10 orders would be shown in 84 days by"
    assert re.search(rf"^! stage norway/crawl: {said} .+ of 100 pilots$", out, re.MULTILINE)
    assert run("apply", changed(tmp_path, "orders >= 9.5 with 95% confidence"), "--yes", "--reason", "Up.")[0] == 0


@pytest.mark.parametrize(
    "trigger",
    ["orders >= 2 with 95% confidence", "orders >= 60 for 3 weeks", "conversion >= 3% with 95% confidence",
     "orders between 2 and 90 with 95% confidence", "orders >= 60 and tasks done"],
)  # fmt: skip
def test_applying_says_nothing_where_nothing_is_wrong_or_known(
    measured: World, run: Run, tmp_path: Path, trigger: str
) -> None:
    assert "!" not in run("apply", changed(tmp_path, trigger))[1]


def test_a_stage_that_is_over_is_no_longer_warned_of(measured: World, run: Run, tmp_path: Path) -> None:
    run("decide", "norway", "go", "--reason", "Go.")
    assert "!" not in run("apply", changed(tmp_path, "orders >= 9.5 with 95% confidence"))[1]


def test_new_dates_are_looked_at_too(measured: World, run: Run, tmp_path: Path) -> None:
    short = changed(tmp_path, "orders >= 6 with 95% confidence", dates="2026-01-05/2026-02-22")
    assert "! stage norway/crawl: orders >= 6 with 95% confidence: hardly provable" in run("apply", short)[1]


def test_applying_stays_quick(measured: World, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trigger = "orders >= 9.5 with 95% confidence and orders >= 9.6 with 95% confidence"
    assert run("apply", changed(tmp_path, trigger))[1].count("\n! ") == 2
    monkeypatch.setattr("gaitway.cli.strategy.PROVING", -1)
    out = run("apply", changed(tmp_path, trigger))[1]
    assert out.count("\n! ") == 1
    assert "\nWhether the rest can be proved in its dates isn't looked at here. Ask with: gaitway plan-evidence " in out
    monkeypatch.setattr("gaitway.cli.strategy.MOST_PROVED", 0)
    out = run("apply", changed(tmp_path, trigger))[1]
    assert "!" not in out
    assert "\nWhether 1 stages can be proved in their dates isn't looked at here." in out


@given(st.floats(0, 1))
def test_a_share_of_simulations_is_never_called_certain(share: float) -> None:
    words = chances.of_100(share)
    assert words.startswith(("fewer than 1", "more than 99")) or 1 <= int(words.split()[0]) <= 99


@given(st.floats(0.0001, 0.9999), st.booleans())
def test_what_can_just_be_shown_is_rounded_to_where_it_can(value: float, up: bool) -> None:
    written = float(chances.beyond(value, 0.0 if up else 1.0, SHARE).rstrip("%")) / 100
    assert abs(written - value) <= 0.001001
    assert written >= value - 1e-7 if up else written <= value + 1e-7
