"""The picture: who is promoted by which day, under three rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .outcomes import Outcome
from .pilots import DAYS
from .rules import ALPHA
from .tables import GAITWAY, NAIVE, SUSTAINED, Report

WIDTH, HEIGHT = 880, 380
PANEL, TALL, TOP = 330, 240, 84  # of a panel, in pixels
LINES = {NAIVE: ("KPI above target", "#b3261e"), SUSTAINED: ("7-day value above for 14 days", "#b26a00"),
         GAITWAY: ("Gaitway, 95 % confidence", "#0b57d0")}  # fmt: skip


def drawing(report: Report) -> str:
    """An SVG on a white card, so that it reads on a dark page too."""
    panels = (
        _panel(60, "A pilot that is no better than its target", report.detection[1.00], promised=True),
        _panel(490, "A pilot that is 10 % better than its target", report.detection[1.10]),
    )
    body = "\n".join(part for panel in panels for part in panel)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12" fill="#1f1f1f">\n'
        '<title id="title">Share of simulated pilots promoted by each day under daily looks: a naive rule promotes '
        "nearly every failing pilot, Gaitway almost none, and both find the good one</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#ffffff" stroke="#d0d0d0"/>\n'
        f"{''.join(_legend())}\n{body}\n</svg>\n"
    )


def _legend() -> Iterator[str]:
    left = 60
    for name, colour in LINES.values():
        yield f'<line x1="{left}" x2="{left + 22}" y1="26" y2="26" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{left + 28}" y="30">{name}</text>'
        left += 60 + 7 * len(name)


def _panel(left: int, title: str, row: Mapping[str, Outcome], promised: bool = False) -> Iterator[str]:
    bottom = TOP + TALL
    yield f'<text x="{left}" y="{TOP - 18}" font-weight="600">{title}</text>'
    for percent in (0, 25, 50, 75, 100):
        y = bottom - TALL * percent / 100
        yield f'<line x1="{left}" x2="{left + PANEL}" y1="{y}" y2="{y}" stroke="#e3e3e3"/>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end" fill="#5f5f5f">{percent} %</text>'
    for day in (1, 15, 30, 45, 60, 75, 90):
        yield f'<text x="{_x(left, day)}" y="{bottom + 18}" text-anchor="middle" fill="#5f5f5f">{day}</text>'
    yield f'<text x="{left + PANEL / 2}" y="{bottom + 38}" text-anchor="middle" fill="#5f5f5f">day of the pilot</text>'
    if promised:
        y = bottom - TALL * ALPHA
        yield f'<line x1="{left}" x2="{left + PANEL}" y1="{y}" y2="{y}" stroke="#5f5f5f" stroke-dasharray="4 4"/>'
        yield f'<text x="{left + PANEL}" y="{y - 6}" text-anchor="end" fill="#5f5f5f">at most 5 % is promised</text>'
    for rule, (_, colour) in LINES.items():
        outcome = row[rule]
        points = " ".join(
            f"{_x(left, day):.1f},{bottom - TALL * share:.1f}" for day, share in enumerate(outcome.by_day, start=1)
        )
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
    y = 0.0
    for rule in sorted(LINES, key=lambda rule: -row[rule].share):
        y = max(bottom - TALL * row[rule].share + 4, y + 14)  # lines that end together have their labels in a column
        yield (
            f'<text x="{left + PANEL + 6}" y="{y:.1f}" fill="{LINES[rule][1]}" font-weight="600">'
            f"{row[rule].share * 100:.0f} %</text>"
        )


def _x(left: int, day: int) -> float:
    return left + PANEL * (day - 1) / (DAYS - 1)
