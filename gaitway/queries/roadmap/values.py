"""What the roadmap is made of: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from gaitway.queries.values import Choice, Who

from .window import Window

VIEWS = ("timeline", "lanes", "calendar")
PASSED, COMING, LATE, STOPPED = "passed", "coming", "late", "stopped"


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage, from its first day up to, and without, `until`. status: done, current, ahead or stopped. `over`: up to
    which day it has run past its planned end. `tone`: which of the three steps of the stages' hue."""

    key: str
    letter: str
    name: str
    tone: int
    status: str
    starts: date
    until: date
    over: date | None = None

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gate:
    """The end of a stage. `on` is its day, `at` where it stands on the axis: the day on which the next stage begins."""

    key: str  # strategy/initiative/stage
    stage: str
    to: str  # the next stage; "" where it is the last
    on: date
    at: date
    kind: str
    movable: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone."""

    pk: int
    name: str
    on: date
    done: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Tail:
    """When the present gate will be met: the median, and the day of four of five futures, None beyond what is foreseen
    (`until`)."""

    begin: date
    middle: date
    high: date | None
    until: date


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    key: str
    name: str
    lead: Who | None
    sponsor: Who | None
    area: str
    objective: str
    stage: str
    letter: str
    tone: int
    stage_name: str
    running: str  # the state of the initiative itself: active, proposed, …
    state: str  # how it stands: one of queries.health, else `running`
    bars: list[Bar]
    gates: list[Gate]
    marks: list[Mark]
    tail: Tail | None
    needs: list[int] = field(default_factory=list)

    @property
    def next_gate(self) -> Gate | None:
        return next((gate for gate in self.gates if gate.kind in (COMING, LATE)), None)

    @property
    def begins(self) -> date | None:
        """When its next stage is planned to begin."""
        return next((bar.starts for bar in self.bars if bar.status == "ahead"), None)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Need:
    """`row` needs `other`: the stage that begins on `starts` waits for the gate of the same stage there, on `gate`; that
    stands on the axis `at` the day after it, unless it was passed."""

    row: int
    other: int
    stage: str
    gate: date
    at: date
    starts: date

    @property
    def wrong(self) -> bool:
        return self.starts < self.at


@dataclass(frozen=True, slots=True)
class Column:
    """One month, or with the zoom of years one quarter, of the strip."""

    first: date
    until: date
    gates: int
    busy: bool
    budget: float
    peak: bool


@dataclass(frozen=True, slots=True)
class Overload:
    person: Who
    month: date
    gates: int


@dataclass(frozen=True, slots=True)
class Strip:
    """What bunches and what contradicts."""

    columns: list[Column]
    currency: str
    overloads: list[Overload]
    contradictions: list[tuple[str, str, Need]]  # the names of who needs, and of what is needed

    @property
    def quiet(self) -> bool:
        return not any(column.busy for column in self.columns) and not self.overloads and not self.contradictions


@dataclass(frozen=True, slots=True)
class Lanes:
    """`begins`: up to which day something counts as next."""

    begins: date
    now: list[Row]
    following: list[Row]
    later: list[Row]
    over: int  # finished or stopped


@dataclass(frozen=True, slots=True)
class Entry:
    """Something of one day in the calendar: the gate of a row, or a milestone."""

    on: date
    row: Row
    gate: Gate | None
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class Month:
    """`more`: how many are left out of it, so that the page stays light."""

    first: date
    entries: list[Entry]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address says, and what it could say. Nothing in it reaches the database as a name."""

    view: str = "timeline"
    q: str = ""
    show: str = "all"
    objective: str = ""
    area: str = ""
    sponsor: str = ""
    stage: str = ""
    state: str = ""
    group: str = ""
    needs: str = ""
    objectives: tuple[Choice, ...] = ()
    areas: tuple[Choice, ...] = ()
    sponsors: tuple[Choice, ...] = ()
    stages: tuple[Choice, ...] = ()
    states: tuple[Choice, ...] = ()

    @property
    def active(self) -> bool:
        asked = (self.q, self.objective, self.area, self.sponsor, self.stage, self.state)
        return bool(any(asked) or self.show != "all")


@dataclass(frozen=True, slots=True)
class Roadmap:
    filters: Filters
    window: Window
    sentence: str
    total: int  # that the viewer sees
    found: int  # that the filters leave
    page: int
    pages: int
    groups: list[Group]
    links: list[Need]
    strip: Strip | None
    lanes: Lanes | None
    months: list[Month] | None
    opens: Gate | None  # the next gate of what is running
    can_arrange: bool

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]
