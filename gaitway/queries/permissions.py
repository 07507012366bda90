"""What each role may do, as one closed table. The rights themselves are in queries.rights and models.visible; a test asks
each of them for each role and compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Column(StrEnum):
    """Who asks: by access, or by a role in the initiative or its area, of a person who is a member otherwise."""

    ADMINISTRATOR = "administrator"
    STRATEGIST = "strategist"
    SPONSOR = "sponsor"
    LEAD = "lead"
    CONTRIBUTOR = "contributor"
    CONSULTED = "consulted"
    VIEWER = "viewer"
    MEMBER = "member"
    GUEST = "guest"


class May(StrEnum):
    SEE = "see"
    SEE_RESTRICTED = "see restricted"
    SEE_KPI = "see kpi"
    FEED = "feed"
    TICK = "tick"
    CHECK_IN = "check in"
    TASKS = "tasks"
    COMMENT = "comment"
    MODERATE = "moderate"
    LIMITS = "limits"
    RECORD = "record"
    RESET_LIMITS = "reset limits"
    DECIDE = "decide"
    APPROVE = "approve"
    STEER = "steer"
    REPLAN = "replan"
    MILESTONES = "milestones"
    ADD = "add"
    CHANGE = "change"
    RESTRICT = "restrict"
    RETIRE = "retire"
    REVIEW = "review"
    PLAN = "plan"
    ARRANGE = "arrange"
    PULL = "pull"
    ROLES = "roles"
    SPONSOR = "sponsor"
    AREAS = "areas"
    INVITE = "invite"
    INVITE_ADMINISTRATOR = "invite administrator"
    DELEGATE = "delegate"
    DELEGATE_FOR_OTHERS = "delegate for others"
    TOKENS = "tokens"
    END_TOKENS = "end tokens"
    VIEW_AS = "view as"
    SCREENS = "screens"


C = Column
EVERYBODY = frozenset(Column)
ALL_SEEING = frozenset((C.ADMINISTRATOR, C.STRATEGIST))
WITH_A_ROLE = frozenset((C.SPONSOR, C.LEAD, C.CONTRIBUTOR, C.CONSULTED, C.VIEWER))
DECIDING = frozenset((C.ADMINISTRATOR, C.SPONSOR))

TABLE: Mapping[May, frozenset[Column]] = {
    May.SEE: EVERYBODY - {C.GUEST},
    May.SEE_RESTRICTED: ALL_SEEING | WITH_A_ROLE,
    May.SEE_KPI: EVERYBODY - {C.GUEST},
    May.FEED: EVERYBODY - {C.GUEST},
    May.TICK: ALL_SEEING | {C.SPONSOR, C.LEAD, C.CONTRIBUTOR},
    May.CHECK_IN: ALL_SEEING | {C.SPONSOR, C.LEAD, C.CONTRIBUTOR},
    May.TASKS: ALL_SEEING | {C.SPONSOR, C.LEAD, C.CONTRIBUTOR},
    May.COMMENT: EVERYBODY - {C.GUEST},
    May.MODERATE: ALL_SEEING | {C.SPONSOR, C.LEAD},
    May.LIMITS: ALL_SEEING | {C.LEAD},
    May.RECORD: ALL_SEEING | {C.SPONSOR, C.LEAD},
    May.RESET_LIMITS: ALL_SEEING,
    May.DECIDE: DECIDING,
    May.APPROVE: frozenset((C.SPONSOR,)),
    May.STEER: DECIDING,
    May.REPLAN: DECIDING,
    May.MILESTONES: ALL_SEEING | {C.SPONSOR, C.LEAD, C.CONTRIBUTOR},
    May.ADD: ALL_SEEING,
    May.CHANGE: ALL_SEEING | {C.SPONSOR, C.LEAD},
    May.RESTRICT: ALL_SEEING,
    May.RETIRE: ALL_SEEING,
    May.REVIEW: ALL_SEEING | {C.SPONSOR},
    May.PLAN: ALL_SEEING,
    May.ARRANGE: ALL_SEEING,
    May.PULL: ALL_SEEING,
    May.ROLES: ALL_SEEING | {C.SPONSOR, C.LEAD},
    May.SPONSOR: ALL_SEEING | {C.SPONSOR},
    May.AREAS: ALL_SEEING,
    May.INVITE: ALL_SEEING,
    May.INVITE_ADMINISTRATOR: frozenset((C.ADMINISTRATOR,)),
    May.DELEGATE: EVERYBODY,
    May.DELEGATE_FOR_OTHERS: frozenset((C.ADMINISTRATOR,)),
    May.TOKENS: EVERYBODY,
    May.END_TOKENS: frozenset((C.ADMINISTRATOR,)),
    May.VIEW_AS: frozenset((C.ADMINISTRATOR,)),
    May.SCREENS: ALL_SEEING,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be done. `note`: who else may, and what stands in the way."""

    key: str
    words: str
    note: str
    who: tuple[bool, ...]  # in the order of Column


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    rows: list[Row]


def columns() -> list[tuple[str, str]]:
    """Key and name of each column."""
    names = {
        C.ADMINISTRATOR: _("Administrator"),
        C.STRATEGIST: _("Strategist"),
        C.SPONSOR: _("Sponsor"),
        C.LEAD: _("Lead"),
        C.CONTRIBUTOR: _("Team"),
        C.CONSULTED: _("Consulted"),
        C.VIEWER: _("Viewer"),
        C.MEMBER: _("Member"),
        C.GUEST: _("Guest"),
    }
    return [(column.value, names[column]) for column in Column]


def groups() -> list[Group]:
    """The whole table in words."""
    return [
        Group(name, [Row(may.value, words, note, tuple(column in TABLE[may] for column in Column)) for may, words, note in rows])
        for name, rows in _words()
    ]  # fmt: skip


def _words() -> list[tuple[str, list[tuple[May, str, str]]]]:
    with_a_role = _("A guest sees those in which they have a role.")
    return [
        (_("See"), [
            (May.SEE, _("See an initiative, its gates, tasks and history"), with_a_role),
            (May.SEE_RESTRICTED, _("See an initiative that is restricted"), _("Only who has a role in it or its area.")),
            (May.SEE_KPI, _("See a KPI and its numbers"), _("A guest, where an initiative that they see reads it.")),
            (May.FEED, _("Read the feed of the whole house"), _("A guest reads of their initiatives.")),
        ]),
        (_("Work"), [
            (May.TICK, _("Tick tasks and checklists"), _("And the owner of a task, that task.")),
            (May.CHECK_IN, _("Check in: say how an initiative goes"), _("The lead is asked for it.")),
            (May.TASKS, _("Add, change and move tasks; their points, files and links"),
             _("And the owner of a task, that task.")),
            (May.COMMENT, _("Comment on a task"), _("Everybody who sees it.")),
            (May.MODERATE, _("Remove what somebody else said"), _("One's own everybody.")),
            (May.LIMITS, _("Set the limits of the board"), _("The lead of any initiative of the strategy.")),
            (May.RECORD, _("Record and import numbers of a KPI"), _("And the owner of the KPI.")),
            (May.RESET_LIMITS, _("Re-set the limits of a KPI"), _("And the owner of the KPI.")),
        ]),
        (_("Decide"), [
            (May.DECIDE, _("Decide at a gate"), _("And who stands in for the sponsor.")),
            (May.APPROVE, _("Give the sponsor's approval"), _("Each role and each access gives its own approval.")),
            (May.STEER, _("Start, pause and resume an initiative"), _("And who stands in for the sponsor.")),
            (May.REPLAN, _("Give a stage a new end"), _("With a reason, once it has begun.")),
        ]),
        (_("Plan"), [
            (May.MILESTONES, _("Set, change and tick milestones of an initiative"), ""),
            (May.ADD, _("Put an initiative forward"), _("And the owner of an objective, in it.")),
            (May.CHANGE, _("Change an initiative, plan stages that have not begun"), _("With who and what was before.")),
            (May.RESTRICT, _("Restrict an initiative, move it to another area"), _("Both say who may see it.")),
            (May.RETIRE, _("Retire an initiative, and bring it back"), ""),
            (May.REVIEW, _("Run a review"), _("Of what one may see.")),
            (May.PLAN, _("Apply a strategy file: plans, triggers, KPIs, sources"), ""),
            (May.ARRANGE, _("Arrange the order of the initiatives"), _("No date changes by it.")),
            (May.PULL, _("Pull sources, and stop a pull"), ""),
        ]),
        (_("People"), [
            (May.ROLES, _("Give and take roles in an initiative"),
             _("None above one's own. The last sponsor and the last lead stay.")),
            (May.SPONSOR, _("Make somebody else the sponsor"), ""),
            (May.AREAS, _("Give and take roles in an area"), ""),
            (May.INVITE, _("Invite members and guests"), _("Nobody with more access than one's own.")),
            (May.INVITE_ADMINISTRATOR, _("Invite an administrator"), ""),
            (May.DELEGATE, _("Let somebody stand in for oneself"), _("It hands on deciding and approving, nothing else.")),
            (May.DELEGATE_FOR_OTHERS, _("Let somebody stand in for somebody else"), ""),
        ]),
        (_("Access"), [
            (May.TOKENS, _("Make tokens for oneself"), _("A token may never do more than its person.")),
            (May.END_TOKENS, _("End the tokens of others"), ""),
            (May.VIEW_AS, _("See the pages as somebody else"), _("Reading only; the beginning and the end are recorded.")),
            (May.SCREENS, _("Make and end screens for walls"), _("Without names and restricted initiatives, unless they say so.")),
        ]),
    ]  # fmt: skip


def as_json() -> list[dict[str, object]]:
    return [
        {"right": row.key, "words": row.words, "note": row.note, "group": group.name,
         "may": {column.value: may for column, may in zip(Column, row.who, strict=True)}}
        for group in groups()
        for row in group.rows
    ]  # fmt: skip
