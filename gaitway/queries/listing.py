"""Which initiatives a list shows, in which order and in which groups: from few columns of each, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from gaitway.engine.checkins import Agreement
from gaitway.engine.stages import State
from gaitway.models import CheckIn, Initiative, Person, Role, Strategy
from gaitway.queries.checkins import disagreement
from gaitway.queries.health import NO_DATA, STATES, Standing
from gaitway.queries.values import Choice
from gaitway.queries.words import checkins as said
from gaitway.queries.words import places

RESTING = (State.PROPOSED, State.PAUSED, State.FINISHED, State.STOPPED)
ORDER = {name: place for place, name in enumerate((*STATES, *RESTING))}
SORTS = ("name", "stage", "gate", "checked")
GROUPS = ("", "objective", "area", "sponsor", "stage")
OUTLOOKS = ("", *CheckIn.Outlook.values, "none", "disagrees")
CHOICES = 40  # of people and areas that a filter offers; the others are found by their names
WORDS = ("q", "show", "stage", "state", "owner", "area", "objective", "outlook", "group", "sort")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, and what it could say. Nothing in it reaches the database as a name."""

    q: str = ""
    show: str = "all"
    stage: str = ""
    state: str = ""
    owner: str = ""
    area: str = ""
    objective: str = ""
    outlook: str = ""
    group: str = ""
    sort: str = ""
    stages: tuple[Choice, ...] = ()
    states: tuple[Choice, ...] = ()
    owners: tuple[Choice, ...] = ()
    areas: tuple[Choice, ...] = ()
    outlooks: tuple[Choice, ...] = ()

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Filters:
        def one_of(name: str, allowed: tuple[str, ...]) -> str:
            value = asked.get(name, "")
            return value if value in allowed else allowed[0]

        directions = tuple(sign + name for name in SORTS for sign in ("", "-"))
        return cls(
            q=asked.get("q", "").strip()[:100],
            show=one_of("show", ("all", "mine", "decide")),
            stage=asked.get("stage", "")[:60],
            state=one_of("state", ("", *ORDER)),
            owner=asked.get("owner", "")[:20],
            area=asked.get("area", "")[:20],
            objective=asked.get("objective", "")[:130],
            outlook=one_of("outlook", OUTLOOKS),
            group=one_of("group", GROUPS),
            sort=one_of("sort", ("", *directions)),
        )

    @property
    def active(self) -> bool:
        return bool(self.q or self.show != "all" or self.narrowed or self.stage or self.state)

    @property
    def narrowed(self) -> int:
        """How many of the rarer filters hold."""
        return sum(map(bool, (self.owner, self.area, self.objective, self.outlook)))

    def values(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in WORDS}


class Light(NamedTuple):
    """An initiative as far as filters, orders and groups look at it."""

    pk: int
    key: str
    name: str
    strategy: int
    stage_key: str
    own_state: str
    area: int | None
    area_name: str | None
    objective: int
    objective_key: str
    objective_name: str
    objective_position: int
    standing: str | None
    off_from: date | None
    place: int | None
    lead: int | None
    lead_name: str | None
    sponsor: int | None
    sponsor_name: str | None
    gate_due: date | None
    judged_to: date | None
    outlook: str | None
    stage: int | None
    proposal: str | None
    evidence: float | None

    def state(self, day: date) -> str:
        if self.own_state != State.ACTIVE:
            return self.own_state
        if self.standing not in STATES:  # nobody has worked it out yet
            return NO_DATA
        return Standing(self.standing, self.off_from).on(day)


COLUMNS = (
    "pk", "key", "name", "strategy", "stage_key", "state", "area", "area__name", "objective", "objective__key",
    "objective__name", "objective__position",
    *(f"summary__{name}" for name in (
        "standing", "off_from", "place", "lead", "lead__name", "sponsor", "sponsor__name", "gate_due", "judged_to",
        "outlook", "stage", "proposal", "evidence",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything that the viewer sees, and what the filters leave of it in its order. `roles`: where they have one."""

    all: Sequence[Light]
    kept: Sequence[Light]
    states: Mapping[int, str]
    mine: frozenset[int]
    strategies: Mapping[int, Strategy]
    filters: Filters
    tallies: Mapping[str, Counter[str]] = field(default_factory=dict)  # by name of group: how many in which state

    def group_of(self, row: Light) -> str:
        return NAMES[self.filters.group](row, self.strategies)


def listing(
    viewer: Person, filters: Filters, today: date, decide: frozenset[int], *, restricted: bool = True
) -> Listing:
    """`decide`: the stages at whose gate the viewer is asked; `restricted`: whether to show what is. Three
    queries, four where names are searched."""
    seen = Initiative.objects.visible_to(viewer).current().values("pk")
    if not restricted:
        seen = seen.filter(restricted=False)
    rows = [Light(*row) for row in Initiative.objects.filter(pk__in=seen).order_by().values_list(*COLUMNS)]
    strategies = {row.pk: row for row in Strategy.objects.filter(pk__in={row.strategy for row in rows})}
    held: set[tuple[int | None, int | None]] = set(Role.objects.filter(person=viewer).values_list("initiative", "area"))
    mine = frozenset(row.pk for row in rows if (row.pk, None) in held or (row.area and (None, row.area) in held))
    states = {row.pk: row.state(today) for row in rows}
    words = _words(rows) if filters.q else {}
    wanted, q = _wanted(filters, viewer, strategies), filters.q.lower()
    kept = [
        row for row in rows
        if wanted(row, states[row.pk])
        and (filters.show != "mine" or row.pk in mine)
        and (filters.show != "decide" or row.stage in decide)
        and (not q or q in words[row.pk])
    ]  # fmt: skip
    kept.sort(key=_order(filters, states), reverse=filters.sort.startswith("-"))
    found = Listing(rows, kept, states, mine, strategies, _options(filters, rows, states, strategies))
    if not filters.group:
        return found
    kept.sort(key=PLACES[filters.group])  # stable: the order holds within
    tallies: dict[str, Counter[str]] = {}
    for row in kept:
        tallies.setdefault(found.group_of(row), Counter())[states[row.pk]] += 1
    return Listing(rows, kept, states, mine, strategies, found.filters, tallies)


def beside(state: str, outlook: str | None) -> str:
    """What the owner says beside what the evidence says, where the two differ."""
    return said.beside(disagreement(state, outlook or ""), state, outlook or "") if outlook else ""


def disagrees(state: str, outlook: str | None) -> bool:
    return bool(outlook) and disagreement(state, outlook or "") in (Agreement.BETTER, Agreement.WORSE)


def _words(rows: Sequence[Light]) -> dict[int, str]:
    people: dict[tuple[int | None, int | None], list[str]] = {}
    for initiative, area, name in Role.objects.values_list("initiative", "area", "person__name"):
        people.setdefault((initiative, area), []).append(name)
    return {
        row.pk: " ".join([
            row.name, row.key, row.area_name or "", *people.get((row.pk, None), ()),
            *(people.get((None, row.area), ()) if row.area else ()),
        ]).lower()
        for row in rows
    }  # fmt: skip


def _wanted(filters: Filters, viewer: Person, strategies: Mapping[int, Strategy]) -> Callable[[Light, str], bool]:
    owner = str(viewer.pk) if filters.owner == "me" else filters.owner

    def wanted(row: Light, state: str) -> bool:
        return (
            (not filters.stage or row.stage_key == filters.stage)
            and (not filters.state or state == filters.state)
            and (not owner or owner == str(row.lead or "none"))
            and (not filters.area or filters.area == str(row.area or "none"))
            and (not filters.objective or filters.objective == f"{strategies[row.strategy].key}/{row.objective_key}")
            and _says(filters.outlook, row, state)
        )

    return wanted


def _says(outlook: str, row: Light, state: str) -> bool:
    if outlook == "disagrees":
        return disagrees(state, row.outlook)
    return not outlook or outlook == (row.outlook or "none")


def _order(filters: Filters, states: Mapping[int, str]) -> Callable[[Light], Any]:
    keys: dict[str, Callable[[Light], Any]] = {
        "": lambda row: (ORDER.get(states[row.pk], 99), row.gate_due or date.max, row.name),
        "name": lambda row: (row.name.lower(),),
        "stage": lambda row: (-1 if row.place is None else row.place, row.name),
        "gate": lambda row: (row.gate_due or date.max, row.name),
        "checked": lambda row: (row.judged_to or date.min, row.name),
    }
    return keys[filters.sort.removeprefix("-")]


def _stage(row: Light, strategies: Mapping[int, Strategy]) -> str:
    return strategies[row.strategy].ladder.name(row.stage_key) if row.stage_key else _("Not started")


NAMES: dict[str, Callable[[Light, Mapping[int, Strategy]], str]] = {
    "": lambda _row, _strategies: "",
    "objective": lambda row, _strategies: row.objective_name,
    "area": lambda row, _strategies: row.area_name or _("No area"),
    "sponsor": lambda row, _strategies: row.sponsor_name or _("No sponsor"),
    "stage": _stage,
}
PLACES: dict[str, Callable[[Light], Any]] = {
    "objective": lambda row: (row.strategy, row.objective_position, row.objective_name, row.objective),
    "area": lambda row: (row.area is None, row.area_name or "", row.area or 0),
    "sponsor": lambda row: (row.sponsor is None, row.sponsor_name or "", row.sponsor or 0),
    "stage": lambda row: (row.strategy, -1 if row.place is None else row.place),
}


def _options(
    filters: Filters, rows: Sequence[Light], states: Mapping[int, str], strategies: Mapping[int, Strategy]
) -> Filters:
    rungs = {rung.key: rung.name for strategy in strategies.values() for rung in strategy.ladder.rungs}
    here, tally = Counter(row.stage_key for row in rows), Counter(states.values())
    nobody, nowhere = _("Nobody"), _("No area")  # once, not for each of a thousand rows
    owners = Counter((str(row.lead or "none"), row.lead_name or nobody) for row in rows)
    areas = Counter((str(row.area or "none"), row.area_name or nowhere) for row in rows)
    spoken = Counter(row.outlook or "none" for row in rows)
    differ = sum(disagrees(states[row.pk], row.outlook) for row in rows)
    outlooks = [Choice(each, said.outlook(each), spoken[each]) for each in CheckIn.Outlook.values if spoken[each]]
    if outlooks:
        outlooks += [Choice("none", _("Nobody said"), spoken["none"])] if spoken["none"] else []
        outlooks += [Choice("disagrees", _("Not as the evidence"), differ)] if differ else []
    return Filters(
        **filters.values(),
        stages=tuple(Choice(key, name, here[key]) for key, name in rungs.items()),
        states=tuple(Choice(name, places.state(name), tally[name]) for name in ORDER if name in tally),
        owners=_named(owners, filters.owner),
        areas=_named(areas, filters.area),
        outlooks=tuple(outlooks),
    )


def _named(counted: Counter[tuple[str, str]], now: str) -> tuple[Choice, ...]:
    """By name; of very many those that occur most often, and the one that is chosen."""
    often = {each for each, _n in counted.most_common(CHOICES)} | {each for each in counted if each[0] == now}
    return tuple(Choice(key, name, counted[key, name]) for key, name in sorted(often, key=lambda each: each[1].lower()))
