"""Two numbers that are never mixed, and nothing that the viewer may not see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from gaitway.actions import observations, tasks
from gaitway.models import Objective, Task
from gaitway.queries import objectives
from tests.world import AT, TODAY, World


@pytest.mark.parametrize(
    ("baseline", "now", "target", "share"),
    [(3, 10, 10, 1), (3, 6.5, 10, 0.5), (10, 4, 2, 0.75), (3, 1, 10, 0), (3, 20, 10, 1),
     (None, 5, 10, None), (3, None, 10, None), (10, 5, 10, None)],
)  # fmt: skip
def test_the_share_of_the_way(baseline: float | None, now: float | None, target: float, share: float | None) -> None:
    assert objectives.share(baseline, now, target) == share


def test_work_and_outcome_are_two_numbers(world: World) -> None:
    (tree,) = objectives.trees(world.sofia, TODAY)
    assert (tree.work, tree.reached) == (objectives.Work(0, 1), objectives.Reached(None, 0, 1))
    tasks.complete(Task.objects.select_related("stage", "initiative__strategy").get(), by=world.theo, at=AT, on=TODAY)
    (tree,) = objectives.trees(world.sofia, TODAY)
    assert (tree.work, tree.reached.share) == (objectives.Work(1, 1), None)
    observations.record(world.orders, {date(2026, 2, 16): (6.5, 1.0)}, by=world.admin, at=AT)
    (tree,) = objectives.trees(world.sofia, TODAY)
    assert tree.reached == tree.objectives[0].reached == objectives.Reached(0.5, 1, 1)


def test_what_is_restricted_is_not_counted(world: World) -> None:
    def tally(tree: objectives.Tree) -> dict[str, int]:
        return dict(tree.tally)

    assert tally(objectives.trees(world.sofia, TODAY)[0]) == {"no_data": 1, "proposed": 1}
    assert tally(objectives.trees(world.theo, TODAY)[0]) == {"no_data": 1}
    assert objectives.trees(world.nadia, TODAY) == []
    with pytest.raises(Objective.DoesNotExist):
        objectives.find(world.nadia, "north/customers", TODAY)


def test_the_pages_read_in_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    browser = Client()
    browser.force_login(world.theo)
    with django_assert_max_num_queries(16):
        page = browser.get("/objectives/?show=map").content.decode()
    assert "strategymap" in page
    assert "Outcome: not known yet" in page
    assert "Work: 0 of 1 tasks done" in browser.get("/objectives/north/customers/").content.decode()
