"""The checks behind the API are removed one at a time, and its matrix must fail for each."""

from __future__ import annotations

from typing import Any

import pytest

from gaitway.models import channel, meeting, screen
from gaitway.queries import rights
from tests.api.rows import PEOPLE
from tests.api.test_matrix import faults, manor  # noqa: F401  # a fixture
from tests.web import test_holes as pages
from tests.world import World

pytestmark = pytest.mark.slow  # the matrix again for every check

HOLES = pages.HOLES | {  # what no page gives away
    "who steers": pages.Hole(rights, "may_decide", pages.yes, ""),
    "who plans": pages.Hole(rights, "may_plan", pages.yes, ""),
    "who limits": pages.Hole(rights, "may_limit", pages.yes, ""),
    "who runs a review": pages.Hole(rights, "may_review", pages.yes, ""),
    "a review": pages.Hole(meeting.ReviewQuerySet, "visible_to", pages.everything, ""),
    "who hangs screens": pages.Hole(rights, "may_hang_screens", pages.yes, ""),
    "a screen": pages.Hole(screen.ScreenQuerySet, "visible_to", pages.everything, ""),
    "a channel": pages.Hole(channel.ChannelQuerySet, "visible_to", pages.everything, ""),
}
# The check, by its name in the holes of the pages, and the operation that must give it away.
FOUND_AT = {
    "an initiative": "GET initiatives/{initiative_id}",
    "that an initiative is restricted": "GET stages/{stage_id}",
    "a row of a stage": "POST checklist/{item_id}/done",
    "a task": "GET tasks/{task_id}",
    "a KPI": "GET kpis/{kpi_id}",
    "an event": "GET feed",
    "somebody's notice": "POST inbox/{notice_id}/done",
    "somebody's token": "POST tokens/{token_id}/end",
    "a source": "GET strategies/{strategy_id}",
    "a person": "GET people",
    "who is away": "POST delegations/{delegation_id}/end",
    "that a delegation is over": "POST stages/{stage_id}/decisions",
    "that a guest is one": "GET initiatives",
    "who sees all": "GET initiatives",
    "who is an administrator": "POST tokens/{token_id}/end",
    "who decides": "POST stages/{stage_id}/decisions",
    "who plans": "PUT stages/{stage_id}/plan",
    "who limits": "PUT strategies/{strategy_id}/limits",
    "who runs a review": "POST reviews",
    "a review": "GET reviews/{review_id}",
    "who hangs screens": "POST screens",
    "a screen": "POST screens/{screen_id}/end",
    "a channel": "POST channels/{channel_id}/forget",
    "who steers": "POST initiatives/{initiative_id}/moves",
    "who approves": "POST stages/{stage_id}/approvals",
    "in which initiative a role holds": "POST stages/{stage_id}/decisions",
    "which role it is": "POST stages/{stage_id}/decisions",
    "who re-sets limits": "POST kpis/{kpi_id}/limits",
    "who records": "POST observations",
    "who gives roles": "POST initiatives/{initiative_id}/roles",
    "who takes roles": "POST initiatives/{initiative_id}/roles/take",
}


def found(caller: Any, world: World, name: str) -> str:
    return next((fault for who in PEOPLE for fault in faults(caller, world, name, who)), "")


def test_without_a_hole_nothing_is_found(manor: World, caller: Any) -> None:  # noqa: F811  # the fixture
    assert {name: fault for name in sorted({*FOUND_AT.values()}) if (fault := found(caller, manor, name))} == {}


@pytest.mark.parametrize("check", FOUND_AT)
def test_a_removed_check_is_found(manor: World, caller: Any, monkeypatch: pytest.MonkeyPatch, check: str) -> None:  # noqa: F811
    hole = HOLES[check]
    monkeypatch.setattr(hole.owner, hole.name, hole.left)
    assert found(caller, manor, FOUND_AT[check]), f"nobody notices that this isn't asked any more: {check}"
