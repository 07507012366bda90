"""The accuracy benchmark in its quick form: what it finds is what the published page claims, roughly."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bench.evidence import experiments, page, picture, pilots, rules, spending, tables
from bench.evidence.goals import Goal
from bench.evidence.outcomes import Outcome, judged
from bench.evidence.tables import BY_END, EXACT, FIXED, FLEMING, GAITWAY, IMPROVING, NAIVE, SUSTAINED, WINDOW
from bench.page import published, write
from gaitway.engine import evidence
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "experiments_daily.parquet"
REPEATS = 240


@pytest.fixture(scope="module")
def report() -> tables.Report:
    return tables.run(2026, REPEATS, DATA)


def test_no_row_promotes_falsely_beyond_five_percent_and_three_standard_errors(report: tables.Report) -> None:
    rows = {"proportion": report.detection[1.00], **report.on_target}
    assert len(rows) == 38
    for name, row in rows.items():
        for rule in (GAITWAY, BY_END):
            assert row[rule].share - 3 * row[rule].error <= 0.05, (name, rule)


def test_the_simple_rules_promote_most_failing_pilots(report: tables.Report) -> None:
    for name, row in report.on_target.items():
        assert row[NAIVE].share > 0.8, name
        assert row[SUSTAINED].share > 0.3, name
        assert row[FIXED].share > 0.1, name


def test_a_good_pilot_is_found(report: tables.Report) -> None:
    best, good, fair = (report.detection[ratio] for ratio in (1.25, 1.10, 1.05))
    for rule in (EXACT, GAITWAY, FLEMING, BY_END):
        assert best[rule].share >= 0.95
        assert best[rule].share >= good[rule].share > fair[rule].share > report.detection[1.00][rule].share
    assert good[GAITWAY].share > 0.7
    assert good[BY_END].share > 0.85
    assert fair[BY_END].share > fair[GAITWAY].share + 0.1
    day = best[GAITWAY].day
    assert day is not None
    assert 14 <= day <= 20


def test_later_starts_find_a_pilot_that_improves_and_a_window_keeps_its_promise(report: tables.Report) -> None:
    improving, window = report.aside[IMPROVING], report.aside[WINDOW]
    assert improving["Gaitway"].share > improving["a single start"].share + 0.5
    assert window["plain"].share > 0.3
    assert window["Gaitway"].share <= 0.05


def test_real_experiments(report: tables.Report) -> None:
    if report.extent is None:
        pytest.skip("the shared data of the project isn't beside the checkout")
    assert (report.extent.comparisons, report.extent.final, report.extent.long) == (200, 42, 172)
    found = {record.rule: record for record in report.records}
    ours, naive = found[experiments.DEFAULT], found["p < 5 % at any look, two-sided"]
    assert ours.decided >= 15
    assert ours.contradicted <= 0.05 * ours.decided
    assert ours.kept == ours.decided - ours.contradicted
    assert naive.contradicted > 0.5 * naive.decided


def test_the_section_says_it_all_and_only_replaces_itself(report: tables.Report, tmp_path: Path) -> None:
    text = page.section(report)
    assert re.findall(r"^#+ (.+)$", text, re.MULTILINE) == [
        "Evidence: how often a judgement is right", "The goals", "A true value below, on and above the target",
        "A true value exactly on the target", "Late improvement, a measured past, a window", "Other libraries",
        "Real experiments",
    ]  # fmt: skip
    assert f"seed 2026 · {REPEATS} pilots a row" in text
    assert all(f"| {name} |" in text for name in tables.ON_TARGET)
    file = tmp_path / "benchmarks.md"
    write("evidence", "old", file)
    file.write_text(file.read_text("utf-8") + "\n<!-- forecasts -->theirs<!-- /forecasts -->\n", "utf-8")
    write("evidence", text, file)
    write("evidence", text, file)
    written = file.read_text("utf-8")
    assert written.startswith("# Benchmarks\n")
    assert written.count(text) == 1
    assert "old" not in re.findall(r"\w+", written.replace(text, ""))
    assert written.endswith("<!-- forecasts -->theirs<!-- /forecasts -->\n")


def test_the_picture_has_a_line_for_each_rule_and_pilot(report: tables.Report) -> None:
    root = ElementTree.fromstring(picture.drawing(report))
    lines = [line.get("points", "").split() for line in root.iter("{http://www.w3.org/2000/svg}polyline")]
    assert [len(line) for line in lines] == [90] * 6
    heights = [[float(point.split(",")[1]) for point in line] for line in lines]
    assert all(height == sorted(height, reverse=True) for height in heights)


def test_what_is_published_is_from_a_whole_run() -> None:
    text = published("evidence")
    found = re.search(r"seed (\d+) · ([\d,]+) pilots a row", text)
    assert found
    assert int(found[2].replace(",", "")) >= 10_000
    assert f"--seed {found[1]} " in text
    assert "not installed" not in text
    assert (ROOT / "docs" / "images" / "evidence.svg").is_file()


def test_a_row_is_the_same_whatever_runs_beside_it() -> None:
    make, tried = pilots.proportion(100), {"naive": rules.naive}
    one, again, other = (judged(name, make, tried, 1, 50)["naive"] for name in ("a", "a", "b"))
    assert np.array_equal(one.first, again.first)
    assert not np.array_equal(one.first, other.first)


def test_an_outcome_counts_the_first_day_only() -> None:
    hits = np.zeros((4, 90), dtype=bool)
    hits[0, [4, 7]], hits[1, 9] = True, True
    outcome = Outcome.of(hits) + Outcome.of(np.zeros((4, 90), dtype=bool))
    assert (outcome.share, outcome.day, outcome.pilots) == (0.25, 5, 8)
    assert outcome.above is False
    assert Outcome.of(np.zeros((4, 90), dtype=bool)).day is None


def test_the_classic_boundary_is_the_published_one() -> None:
    """Five looks at one-sided 2.5 %, O'Brien-Fleming spending, as the tables of Lan and DeMets have it."""
    assert spending.boundary(5, 0.025) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-3)


def test_the_bound_of_the_past_is_the_one_that_triggers_use() -> None:
    some = pilots.after_a_past(500, 60)(np.random.default_rng(3), 4)
    assert some.past is not None
    one_by_one = [evidence.fixed(Kind.PROPORTION, Cadence.DAY, past, alpha=0.025)[1] for past in some.past]
    assert rules.highest(some, 0.025) == pytest.approx(one_by_one, rel=1e-6)


def test_days_that_are_no_sample_are_added_to_the_next() -> None:
    day = np.array([0, 1, 3])
    cumulative = np.array([[(10, 1.0, 2.0), (10, 1.5, 2.0), (30, 2.0, 3.0)]] * 2)
    found = experiments.periods(cumulative, day)
    assert np.isnan(found[:, [1, 2]]).all()
    assert found[0, 3] == pytest.approx((20, 2.5, (29 * 3 + 30 * 4 - 9 * 2 - 10 - 20 * 2.5**2) / 19))


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0, "met"), (0.004, "met within the simulation's error (0.40 points short)"), (0.02, "missed by 2.00 points")],
)
def test_a_goal_says_by_how_much_it_was_missed(gap: float, words: str) -> None:
    assert Goal("a goal", "a figure", gap, error=0.003).verdict == words
