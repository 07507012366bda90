"""When the people of an initiative say how it goes, and how that stands beside the evidence. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Agreement(StrEnum):
    """How what a person says stands beside the evidence; unknown where nobody said anything, or there is no evidence."""

    AGREES = "agrees"
    BETTER = "owner better than evidence"
    WORSE = "owner worse than evidence"
    UNKNOWN = "unknown"


_RANK: Mapping[str, int] = {"on track": 2, "at risk": 1, "off track": 0}


def compare(evidence: str, outlook: str) -> Agreement:
    """Both are on track, at risk or off track; anything else can't be compared."""
    if evidence not in _RANK or outlook not in _RANK:
        return Agreement.UNKNOWN
    said, shown = _RANK[outlook], _RANK[evidence]
    return Agreement.AGREES if said == shown else Agreement.BETTER if said > shown else Agreement.WORSE
