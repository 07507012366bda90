"""The accuracy benchmark in its quick form, on a sample of the real series."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.forecasts import __main__ as command
from bench.forecasts import page, peers, scores, sets
from bench.forecasts.goals import goals


def test_on_a_sample_of_m4_it_beats_the_walk_and_the_base_rate(shared: Path) -> None:
    weekly, daily = sets.load(shared / "data", quick=True)
    ours, walk = (scores.score(weekly, forecaster, 1) for forecaster in (peers.gaitway, peers.random_walk))
    assert ours.owa < 0.85
    assert ours.owa < walk.owa
    assert ours.skill > 0.1
    assert ours.skill > walk.skill
    assert 0.7 <= ours.inside[0] <= 0.92
    assert ours.inside[0] <= ours.inside[1]
    assert ours.ms < 100
    assert scores.score(daily, peers.gaitway, 1).inside[0] > 0.6


def test_the_command_prints_goals_and_a_row_for_each(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--quick", "--data", str(shared / "data")])
    text = capsys.readouterr().out
    assert text.count("| **Gaitway** |") == 2
    assert text.count("| base rate |") == 2
    assert "seed 2026" in text
    assert f"numpy {np.__version__}" in text


def test_without_the_data_it_says_so_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["--quick", "--data", str(tmp_path)])
    said = capsys.readouterr().err
    assert left.value.code == 2
    assert said.count("\n") == 1
    assert "give the folder that holds m4 and nn5 with --data" in said


def test_writing_leaves_the_other_sections_alone(tmp_path: Path) -> None:
    target = tmp_path / "benchmarks.md"
    page.write("one", target)
    assert target.read_text() == f"{page.HEADING}\n{page.START}\none\n{page.END}\n"
    target.write_text(f"# Benchmarks\n\n<!-- evidence -->\nkept\n<!-- /evidence -->\n\n{page.START}\nold\n{page.END}\n")
    page.write(r"two \1", target)
    assert "<!-- evidence -->\nkept\n<!-- /evidence -->" in target.read_text()
    assert target.read_text().endswith(f"{page.START}\ntwo \\1\n{page.END}\n")


def test_calibration_is_the_distance_of_chance_and_frequency() -> None:
    given, came = np.array([[0.25, 0.25, 0.25, 0.25, 0.9, 0.9]]), np.array([[1.0, 0, 0, 0, 1, 0]])
    assert scores.calibration(given, came) == pytest.approx(abs(1.8 - 1) / 6)
    assert scores.base_rate(np.array([[1.0, 0.0], [0.0, 0.0]])) == pytest.approx(0.125)


def test_errors_are_those_of_m4() -> None:
    case = sets.Case(np.array([1.0, 3.0, 2.0]), np.array([4.0, 2.0]))
    smape, mase = scores.errors(case, scores.naive(case, 1), 1)
    assert smape == pytest.approx(200 * (2 / 6) / 2)
    assert mase == pytest.approx(1 / 1.5)


def test_a_goal_names_the_sets_that_missed_it() -> None:
    good = scores.Score(0.3, 0.1, (0.8, 0.95), 0.01, 0.01, 0.7, 2.0)
    bad = scores.Score(0.1, 0.1, (0.7, 0.95), 0.05, 0.01, 0.9, 9.0)
    verdicts = {goal.text: goal.verdict for goal in goals({"M4 one": good, "M4 two": bad, "NN5": bad})}
    assert verdicts["skill at least 0.16"] == "missed: M4 two"
    assert verdicts["OWA at most 0.80"] == "met"
    assert verdicts["at most 5 ms a series"] == "missed: M4 two, NN5"
