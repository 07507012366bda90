"""Checks are removed one at a time, and the matrix must fail for each: else it would not see a check that somebody
forgot. A row of HOLES is a check, what is left without it, and the address that must give it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db.models import Q
from django.urls import get_resolver

from gaitway.models import Person, delegation, event, kpi, notice, person, strategy, token, upload, visible
from gaitway.queries import rights
from gaitway.web.middleware import VERBS
from tests.web.test_matrix import house, matrix  # noqa: F401  # a fixture
from tests.world import World

pytestmark = pytest.mark.slow  # the matrix again for every check


@dataclass(frozen=True)
class Hole:
    """`owner.name` becomes `left`."""

    owner: Any
    name: str
    left: Any
    found_at: str


def everything(rows: Any, _viewer: object) -> Any:
    return rows.all()


def any_row(*_: object) -> Q:
    return Q()


def yes(*_: object) -> bool:
    return True


def all_roles(*_: object) -> Q:
    """Whoever has a role anywhere counts as having it everywhere."""
    return Q()


ALWAYS = property(yes)
HOLES = {
    # Who sees what.
    "an initiative": Hole(visible.VisibleQuerySet, "seen_by", any_row, "initiative"),
    "that an initiative is restricted": Hole(visible, "involved", any_row, "gate"),
    "a row of a stage": Hole(visible.OfStage, "seen_by", any_row, "item_done"),
    "a task": Hole(visible.VisibleQuerySet, "visible_to", everything, "task_done"),
    "a KPI": Hole(kpi.KpiQuerySet, "visible_to", everything, "kpi"),
    "an event": Hole(event.EventQuerySet, "seen_by", any_row, "feed"),
    "somebody's notice": Hole(notice.NoticeQuerySet, "visible_to", everything, "notice_done"),
    "somebody's token": Hole(token.TokenQuerySet, "visible_to", everything, "token_end"),
    "somebody's upload": Hole(upload.UploadQuerySet, "visible_to", everything, "upload"),
    "a source": Hole(strategy.OpenQuerySet, "visible_to", everything, "pull_source"),
    "a person": Hole(person.PersonQuerySet, "visible_to", everything, "away"),
    "who is away": Hole(delegation.DelegationQuerySet, "visible_to", everything, "away_end"),
    "that a delegation is over": Hole(delegation.DelegationQuerySet, "running", lambda rows, on: rows.all(), "gate"),
    "that a guest is one": Hole(Person, "is_guest", property(lambda person: False), "initiative"),
    "who sees all": Hole(Person, "sees_all", ALWAYS, "initiative"),
    "who was removed": Hole(ModelBackend, "user_can_authenticate", yes, "permissions"),
    # Who may do what.
    "who is an administrator": Hole(Person, "is_administrator", ALWAYS, "view_as"),
    "who decides": Hole(rights, "voice", lambda person, stage: person, "gate"),
    "who approves": Hole(rights, "may_approve", yes, "approve"),
    "in which initiative a role holds": Hole(rights, "within", all_roles, "gate"),
    "which role it is": Hole(rights, "holds", yes, "gate"),
    "who works": Hole(rights, "works_in", yes, "item_done"),
    "who re-sets limits": Hole(rights, "may_reset_limits", yes, "reset_limits"),
    "who pulls": Hole(rights, "may_pull", yes, "pull_source"),
    "who stops a pull": Hole(rights, "may_pull", yes, "cancel_source"),
    "whose numbers": Hole(rights, "recordable", lambda _person, kpis: kpis, "uploads"),
    "who records": Hole(rights, "recorded_by", any_row, "uploads"),
    "who gives roles": Hole(rights, "may_assign", yes, "roles"),
    "who takes roles": Hole(rights, "may_assign", yes, "role_take"),
    "for whom somebody stands in": Hole(rights, "may_delegate", yes, "away"),
    "who looks with other eyes": Hole(rights, "may_view_as", yes, "view_as"),
    # Who is let in.
    "signing in": Hole(LoginRequiredMiddleware, "process_view", lambda *_: None, "portfolio"),
}


def guard(view: Any) -> Any:
    """The decorator of a view that lets only its verbs through, or nothing."""
    while "request_method_list" not in view.__code__.co_freevars:
        if not hasattr(view, "__wrapped__"):
            return None
        view = view.__wrapped__
    return view


def verbs(guarding: Any) -> set[str]:
    """What a guard lets through."""
    cells = dict(zip(guarding.__code__.co_freevars, guarding.__closure__, strict=True))
    return set(cells["request_method_list"].cell_contents)


PATTERNS = {pattern.name: pattern for pattern in get_resolver().url_patterns}
# The middleware keeps out the verbs that no page takes; the guard of a view, those that it alone doesn't.
GUARDED = [name for name, pattern in PATTERNS.items() if (found := guard(pattern.callback)) and verbs(found) < {*VERBS}]


def test_without_a_hole_nothing_is_found(house: World) -> None:  # noqa: F811  # the fixture
    assert list(matrix(house, sorted({hole.found_at for hole in HOLES.values()}))) == []


def test_there_are_enough_of_them() -> None:
    assert len(HOLES) >= 25
    assert len({(hole.owner, hole.name) for hole in HOLES.values()}) >= 25


def test_every_view_but_those_of_django_has_its_guard() -> None:
    """Those of Django and allauth take what a page may take, and decide for themselves."""
    of_others = {name for name in PATTERNS if name.startswith(("account_", "mfa_", "saml_"))} - {"saml_login"}
    unguarded = {name for name, pattern in PATTERNS.items() if not guard(pattern.callback)}
    assert unguarded <= of_others | {"login", "logout"}


@pytest.mark.parametrize("check", HOLES)
def test_a_removed_check_is_found(house: World, monkeypatch: pytest.MonkeyPatch, check: str) -> None:  # noqa: F811
    hole = HOLES[check]
    assert hasattr(hole.owner, hole.name)
    monkeypatch.setattr(hole.owner, hole.name, hole.left)
    assert next(matrix(house, [hole.found_at]), ""), f"nobody notices that this isn't asked any more: {check}"


@pytest.mark.parametrize("name", GUARDED)
def test_a_removed_guard_is_found(house: World, monkeypatch: pytest.MonkeyPatch, name: str) -> None:  # noqa: F811
    """What only reads takes no post, and what writes takes nothing else."""
    pattern = PATTERNS[name]
    monkeypatch.setattr(pattern, "callback", guard(pattern.callback).__wrapped__)
    assert next(matrix(house, [name]), "")
