"""Many gates together: how many of those that are proposed to go on may be wrong?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def false_go_rate(proposed: Sequence[float], judged: int) -> float | None:
    """A bound on the expected share of wrong ones among the gates that are proposed to go on, from 0 to 1; None
    without any.

    `proposed` are their e-values at the look at which each was met, `judged` how many gates are judged by evidence at
    all: looking at many pilots finds one by luck. The e-BH procedure (Wang and Ramdas 2022, JRSS B) at level q proposes
    the k with e >= judged / (q k); this is the least such q, whatever the gates have in common."""
    if not proposed:
        return None
    least = min(proposed)
    return min(1.0, judged / (len(proposed) * least)) if least > 0 else 1.0


def evidence_of(findings: Sequence[Mapping[str, Any]]) -> float | None:
    """The e-value of a gate that is met: the least of its criteria with confidence; None without any."""
    found = [finding["e_value"] for finding in findings if finding.get("e_value") is not None]
    return min(found, default=None)
