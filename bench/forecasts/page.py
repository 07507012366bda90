"""The section of docs/benchmarks.md, written from the figures."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import scipy

from .goals import goals
from .peers import COUNT
from .scores import DISTANCES, LEVELS, Score
from .sets import Set

START, END = "<!-- forecasts -->", "<!-- /forecasts -->"
HEADING = "# Benchmarks\n\nMeasured, with the command that measures it again.\n"
OURS, BASE = "**Gaitway**", "base rate"

Report = Mapping[str, Mapping[str, Score]]  # set, forecaster


def section(sets: Iterable[Set], report: Report, seed: int) -> str:
    """Markdown, without the markers."""
    return "\n\n".join(
        (
            "## Forecasts: real series, futures held out",
            f"`python -m bench.forecasts --write` · seed {seed} · {COUNT} paths a series · {machine()}",
            _explained(sets, report),
            _table(("Goal", "Reached", ""), ((g.text, g.figures, g.verdict) for g in goals(_of(OURS, report)))),
            _table(
                ("Set", "Forecaster", "Skill", "Brier", *(f"inside {level:.0%}" for level in LEVELS),
                 "Calibration error (by luck)", "OWA", "ms a series"),
                (row for name, scores in report.items() for row in _rows(name, scores)),
            ),
        )
    )  # fmt: skip


def write(text: str, path: Path) -> None:
    """Replaces what is between the markers; a page without them gets them at its end."""
    page = path.read_text("utf-8") if path.exists() else HEADING
    if START not in page:
        page = f"{page.rstrip()}\n\n{START}{END}\n"
    block = f"{START}\n{text}\n{END}"
    path.write_text(re.sub(f"{START}.*?{END}", lambda _: block, page, flags=re.DOTALL), "utf-8")


def machine() -> str:
    return (
        f"{os.cpu_count()} CPUs ({platform.machine()}), one used, Python {platform.python_version()}, "
        f"numpy {np.__version__}, scipy {scipy.__version__}"
    )


def _of(forecaster: str, report: Report) -> dict[str, Score]:
    return {name: scores[forecaster] for name, scores in report.items()}


def _explained(sets: Iterable[Set], report: Report) -> str:
    sizes = "; ".join(f"{s.name}: {len(s.cases):,} futures of {len(s.cases[0].came)} periods" for s in sets)
    distances = ", ".join(f"{distance:+.1f}" for distance in DISTANCES)
    absent = (
        "" if all("AutoETS" in scores for scores in report.values()) else " AutoETS is left out: no statsforecast here."
    )
    return (
        f"{sizes}. An origin is counted in horizons back from the end of what the competition published for fitting; the "
        "engine was tuned on origins 1-4 of M4 and 1-3 of NN5, and the held-out ones were looked at a few times on the "
        "way. Six thresholds a future: the last value and "
        f"{distances} times the usual change over the horizon (the mean of its size over the past). Skill is 1 less the "
        "Brier score over that of the base rate of each threshold, known after the fact. The calibration error is the "
        "mean distance of chance and frequency in ten bins, in brackets what luck alone would give, were all cases "
        "independent; they aren't, for series move together. OWA is against the naive forecast (days: the same weekday of "
        "last week); on weekly M4 the best of the competition had 0.739, and AutoETS takes no season there, as in the "
        f"competition. ms are CPU time, the fastest of five runs.{absent}"
    )


def _rows(name: str, scores: Mapping[str, Score]) -> Iterable[tuple[str, ...]]:
    for forecaster, s in scores.items():
        inside = (f"{share:.1%}" for share in s.inside)
        error = f"{s.calibration:.3f} ({s.luck:.3f})"
        yield name, forecaster, f"{s.skill:.3f}", f"{s.brier:.3f}", *inside, error, f"{s.owa:.3f}", f"{s.ms:.1f}"
    any_score = next(iter(scores.values()))
    yield name, BASE, "0", f"{any_score.brier / (1 - any_score.skill):.3f}", *("" for _ in LEVELS), "", "", ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
