"""Who decides at a gate: a rule such as `sponsor`, `sponsor and finance` or `2 of board`, and what its votes come to.

Each part of a rule wants voices of its own: nobody counts for two parts (the four-eyes principle)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

SPONSOR = "sponsor"
_PART = re.compile(r"(?:(\d{1,2})\s+of\s+)?([a-z][a-z0-9_-]{0,59})")


class BadRule(ValueError):
    """The message names what is wrong."""


@dataclass(frozen=True, slots=True)
class Need:
    """So many voices of one party: the sponsor, or a group of the strategy."""

    party: str
    count: int = 1

    def __str__(self) -> str:
        return self.party if self.count == 1 else f"{self.count} of {self.party}"


@dataclass(frozen=True, slots=True)
class Rule:
    needs: tuple[Need, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.needs))

    @property
    def alone(self) -> bool:
        """Whether one voice decides."""
        return sum(need.count for need in self.needs) == 1


ALONE = Rule((Need(SPONSOR),))


def parse(text: str) -> Rule:
    """Raises BadRule for what is no rule."""
    needs: list[Need] = []
    for part in re.split(r"\s+and\s+", text.strip().lower()):
        found = _PART.fullmatch(part.strip())
        if not found or (found[1] and int(found[1]) < 1):
            raise BadRule(f"{text!r} is no rule like 'sponsor', 'sponsor and finance' or '2 of board'")
        if found[2] in [need.party for need in needs]:
            raise BadRule(f"{found[2]!r} stands twice: write '2 of {found[2]}'")
        if found[2] == SPONSOR and int(found[1] or 1) > 1:
            raise BadRule("an initiative has one sponsor")
        needs.append(Need(found[2], int(found[1] or 1)))
    return Rule(tuple(needs))


def missing(rule: Rule, voices: Mapping[int, Collection[str]]) -> tuple[Need, ...]:
    """What is still needed where these people, each with the parties that they belong to, want the same. Empty where
    the rule is fulfilled. As many voices as can be are used (a maximum matching by augmenting paths, Kuhn 1955)."""
    seats = [need.party for need in rule.needs for _ in range(need.count)]
    taken: dict[int, int] = {}  # seat: who

    def seat(who: int, seen: set[int]) -> bool:
        for number, party in enumerate(seats):
            if party in voices[who] and number not in seen:
                seen.add(number)
                if number not in taken or seat(taken[number], seen):
                    taken[number] = who
                    return True
        return False

    for who in voices:
        seat(who, set())
    left = [party for number, party in enumerate(seats) if number not in taken]
    return tuple(Need(need.party, left.count(need.party)) for need in rule.needs if need.party in left)
