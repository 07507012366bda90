"""What becomes of the stages of an initiative when the end of one of them moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum


class Rest(StrEnum):
    """What the stages after it do."""

    SHIFT = "shift"  # all of them move by as many days
    SHORTEN = "shorten"  # the next one begins later, or earlier, and ends as planned
    KEEP = "keep"  # nothing: they may overlap


class BadPlan(ValueError):
    """The move leaves a stage that ends before it begins; `key` says which."""

    def __init__(self, key: str, starts: date, ends: date) -> None:
        super().__init__(f"{key} would begin on {starts} and end on {ends}")
        self.key, self.starts, self.ends = key, starts, ends


@dataclass(frozen=True, slots=True)
class Planned:
    key: str
    starts: date | None
    ends: date | None


def moved(stages: Sequence[Planned], key: str, ends: date, rest: Rest) -> list[Planned]:
    """The stages that change, in the order of the ladder in which `stages` are. Where the old end isn't known, nobody
    knows by how much the others should move: they stay."""
    at = next(index for index, each in enumerate(stages) if each.key == key)
    before = stages[at]
    found = [replace(before, ends=ends)]
    by = ends - before.ends if before.ends else timedelta(0)
    later = [each for each in stages[at + 1 :] if each.starts or each.ends]
    if by and rest is Rest.SHIFT:
        found += [Planned(each.key, _plus(each.starts, by), _plus(each.ends, by)) for each in later]
    elif by and rest is Rest.SHORTEN and later and later[0].starts:
        found.append(replace(later[0], starts=later[0].starts + by))
    for each in found:
        if each.starts and each.ends and each.ends < each.starts:
            raise BadPlan(each.key, each.starts, each.ends)
    was = {each.key: each for each in stages}
    return [each for each in found if each != was[each.key]]


def _plus(day: date | None, by: timedelta) -> date | None:
    return day + by if day else None
