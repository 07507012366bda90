"""Everything that the viewer may see, by words. Each kind of thing starts from what is visible, and so do the counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, F, Model, OrderBy, QuerySet, Value, Window
from django.db.models.functions import Concat, Length, NullIf, StrIndex
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from gaitway.engine.decisions import Choice
from gaitway.lib import folding
from gaitway.lib.folding import Part
from gaitway.models import (
    CheckIn,
    Comment,
    Decision,
    File,
    Initiative,
    Kpi,
    Milestone,
    Objective,
    Person,
    Source,
    Task,
    View,
)
from gaitway.models.folded import Folded
from gaitway.queries.values import Target

FIRST = 5  # of each kind on the page of all kinds
PAGE = 25
DEEPEST = 400  # pages

Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """`within`: the initiative, task or strategy that it belongs to; `home`: the initiative. `piece`: where the words
    stand beside the title."""

    kind: str
    pk: int
    title: list[Part]
    piece: list[Part]
    within: str
    target: Target
    home: Target | None = None
    at: datetime | None = None

    @property
    def name(self) -> str:
        return "".join(text for text, _hit in self.title)


@dataclass(frozen=True, slots=True)
class Group:
    kind: str
    words: str
    hits: list[Hit]
    total: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`only`: the kind that alone is shown, with its `page` of `pages`; else the first of each kind."""

    q: str
    groups: list[Group]
    total: int
    only: str
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things. `title`: the column of its name, or nothing where it has none; `texts`: where else it is sought;
    `with_`: what its hits need besides; `show`: the title, what it belongs to and where it leads."""

    name: str
    words: str | Promise
    rows: Callable[[Person], Rows]
    title: str
    texts: tuple[str, ...]
    with_: tuple[str, ...]
    show: Callable[[Any], tuple[str, str, Target]]
    quick: bool = False  # also in the palette
    at: bool = False


def search(viewer: Person, q: str, only: str = "", page: int = 1) -> SearchPage:
    """All of the words, in any case and with or without accents. `only`: one of KINDS, a page at a time."""
    sought = folding.words(q)
    page = min(max(page, 1), DEEPEST)
    if not sought:
        return SearchPage(q.strip(), [], 0, "", 1, 1)
    if only in KINDS:
        found = [_group(KINDS[only], viewer, sought, PAGE, (page - 1) * PAGE)]
    else:
        only, page = "", 1
        found = [_group(kind, viewer, sought, FIRST) for kind in KINDS.values()]
    groups = [group for group in found if group.hits]
    total = sum(group.total for group in groups)
    return SearchPage(q.strip(), groups, total, only, page, -(-total // PAGE) if only else 1)


def suggest(viewer: Person, q: str) -> list[Hit]:
    """By their names alone, a few of each kind that is quick to go to; the best first."""
    sought = folding.words(q)
    kinds = [kind for kind in KINDS.values() if kind.quick] if sought else []
    return [hit for kind in kinds for hit in _group(kind, viewer, sought, FIRST, names=True).hits]


def _group(
    kind: Kind, viewer: Person, sought: Sequence[str], most: int, skip: int = 0, *, names: bool = False
) -> Group:
    columns = [name for name in (kind.title, *(() if names and kind.title else kind.texts)) if name]
    rows = kind.rows(viewer)
    # Of their numbers alone: some rules of who sees what join, and would count a row twice.
    rows = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")).select_related(*kind.with_)
    for word in sought:
        rows = rows.alias(hay=_hay(columns)).filter(hay__contains=word)
    rows = _ordered(rows.annotate(total=Window(Count("pk"))), kind, sought)
    if kind.name == "file":
        rows = rows.defer("content")
    found = list(rows[skip : skip + most])
    total = found[0].total if found else 0
    return Group(kind.name, str(kind.words), [_hit(kind, row, sought) for row in found], total)


def _hay(columns: Sequence[str]) -> Folded:
    if len(columns) == 1:
        return Folded(columns[0])
    apart = [part for name in columns for part in (F(name), Value(" "))]
    return Folded(Concat(*apart, output_field=CharField()))


def _ordered(rows: Rows, kind: Kind, sought: Sequence[str]) -> Rows:
    """Those whose name begins so come first, the shortest before, then those in which it stands later, then the rest; the
    newest first where there are no names."""
    if not kind.title:
        return rows.order_by("-pk")
    spaced = Concat(Value(" "), Folded(kind.title), output_field=CharField())
    whole, first = (NullIf(StrIndex(spaced, Value(f" {text}")), Value(0)) for text in (" ".join(sought), sought[0]))
    return rows.order_by(
        OrderBy(whole, nulls_last=True), OrderBy(first, nulls_last=True), Length(kind.title), kind.title, "pk"
    )


def _hit(kind: Kind, row: Model, sought: Sequence[str]) -> Hit:
    title, within, target = kind.show(row)
    told = all(word in folding.fold(title) for word in sought) and bool(kind.title)
    pieces = (folding.snippet(str(_value(row, name) or ""), sought) for name in kind.texts if not told)
    marked = folding.marked(title, sought)
    piece: list[Part] = next((piece for piece in pieces if piece), [])
    moment = getattr(row, "at", None) if kind.at else None
    belongs = _value(row, "initiative") or _value(row, "task__initiative")
    home = _initiative(belongs) if isinstance(belongs, Initiative) else None
    return Hit(kind.name, row.pk, marked, piece, within, target, home, moment)


def _value(row: Any, path: str) -> object:
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


def _initiative(row: Initiative) -> Target:
    return Target("initiative", f"{row.strategy.key}/{row.key}", row.name)


def _task(row: Task) -> Target:
    return Target("task", row.pk, row.name)


def _of_initiative(row: Any, title: str) -> tuple[str, str, Target]:
    return title, row.initiative.name, _initiative(row.initiative)


def _of_file(row: File) -> tuple[str, str, Target]:
    if row.task is None:
        return _of_initiative(row, row.name)
    return row.name, f"{row.initiative.name} · {row.task.name}", _task(row.task)


def _of_decision(row: Decision) -> tuple[str, str, Target]:
    choice = {
        Choice.GO: _("Go"), Choice.CONDITIONAL_GO: _("Go with conditions"), Choice.HOLD: _("Hold"),
        Choice.BACK: _("Step back"), Choice.STOP: _("Stop"),
    }[Choice(row.choice)]  # fmt: skip
    return choice, row.initiative.name, _initiative(row.initiative)


def _of_check_in(row: CheckIn) -> tuple[str, str, Target]:
    outlook = {"on track": _("On track"), "at risk": _("At risk"), "off track": _("Off track")}[row.outlook]
    return outlook, row.initiative.name, _initiative(row.initiative)


def _current(rows: Rows, path: str = "initiative") -> Rows:
    return rows.filter(**{f"{path}__retired_at": None, f"{path}__objective__retired_at": None})


def _objectives(viewer: Person) -> Rows:
    """A guest knows those of the initiatives that it sees."""
    if not viewer.is_guest:
        return Objective.objects.visible_to(viewer).filter(retired_at=None)
    return Objective.objects.filter(retired_at=None, initiatives__in=Initiative.objects.visible_to(viewer).current())


_ALL = (
    Kind(
        "initiative", gettext_lazy("Initiatives"), lambda viewer: Initiative.objects.visible_to(viewer).current(),
        "name", ("key", "hypothesis", "area__name"), ("strategy", "area"),
        lambda row: (row.name, row.area.name if row.area else row.strategy.name, _initiative(row)), quick=True,
    ),
    Kind(
        "kpi", gettext_lazy("KPIs"),
        lambda viewer: Kpi.objects.visible_to(viewer).filter(retired_at=None, whole=None),
        "name", ("key", "definition"), ("strategy",),
        lambda row: (row.name, row.strategy.name, Target("kpi", f"{row.strategy.key}/{row.key}", row.name)), quick=True,
    ),
    Kind(
        "objective", gettext_lazy("Objectives"), _objectives, "name", ("key", "outcome"), ("strategy",),
        lambda row: (row.name, row.strategy.name, Target("objective", f"{row.strategy.key}/{row.key}", row.name)),
        quick=True,
    ),
    Kind(
        "task", gettext_lazy("Tasks"),
        lambda viewer: _current(Task.objects.visible_to(viewer).filter(retired_at=None)),
        "name", ("note",), ("initiative__strategy",),
        lambda row: (row.name, row.initiative.name, _task(row)), quick=True,
    ),
    Kind(
        "person", gettext_lazy("People"),
        lambda viewer: Person.objects.visible_to(viewer).filter(is_active=True, is_system=False),
        "name", ("email",), (), lambda row: (str(row), row.email, Target("person", row.pk, str(row))), quick=True,
    ),
    Kind(
        "view", gettext_lazy("Views"), View.objects.visible_to, "name", (), ("owner",),
        lambda row: (row.name, str(row.owner), Target("view", f"{row.page}?{row.query}", row.name)), quick=True,
    ),
    Kind(
        "milestone", gettext_lazy("Milestones"),
        lambda viewer: _current(Milestone.objects.visible_to(viewer).filter(retired_at=None)),
        "name", (), ("initiative__strategy",), lambda row: _of_initiative(row, row.name),
    ),
    Kind(
        "decision", gettext_lazy("Decisions"), Decision.objects.visible_to,
        "", ("reason", "conditions"), ("initiative__strategy",), _of_decision, at=True,
    ),
    Kind(
        "check_in", gettext_lazy("Check-ins"), CheckIn.objects.visible_to,
        "", ("successes", "difficulties", "help", "next"), ("initiative__strategy",), _of_check_in, at=True,
    ),
    Kind(
        "comment", gettext_lazy("Comments"),
        lambda viewer: Comment.objects.visible_to(viewer).filter(removed_at=None, task__retired_at=None),
        "", ("text",), ("task__initiative__strategy", "by"),
        lambda row: (str(row.by), f"{row.task.initiative.name} · {row.task.name}", _task(row.task)), at=True,
    ),
    Kind(
        "file", pgettext_lazy("attached to something", "Files"),
        lambda viewer: File.objects.visible_to(viewer).filter(removed_at=None),
        "name", (), ("initiative__strategy", "task"), _of_file, at=True,
    ),
    Kind(
        "source", gettext_lazy("Sources"), lambda viewer: Source.objects.visible_to(viewer).filter(retired_at=None),
        "key", (), ("strategy",), lambda row: (row.key, row.strategy.name, Target("sources", "", row.key)),
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _ALL}
