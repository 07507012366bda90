from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gaitway.models import (
    CheckIn,
    Comment,
    Decision,
    File,
    Initiative,
    Milestone,
    Objective,
    Person,
    Stage,
    Strategy,
    Task,
    View,
)  # fmt: skip
from gaitway.queries import search
from tests.world import AT, TODAY, World


@pytest.fixture
def house(world: World) -> World:
    """In Norway and in Iceland, which is Sofia's alone, everything says “Fjörd”."""
    for initiative in (world.norway, world.iceland):
        stage = Stage.objects.get(initiative=initiative, key="crawl")
        where: dict[str, Any] = {"initiative": initiative}
        by: dict[str, Any] = {"by": world.sofia, "at": AT}
        task = Task.objects.create(**where, stage=stage, name=f"Map the Fjörd of {initiative}", note="Boats")
        Comment.objects.create(task=task, text="The fjörd is deep", **by)
        Decision.objects.create(
            **where, **by, stage=stage, choice="hold", reason="Ice in the FJORD", effective_on=TODAY
        )
        CheckIn.objects.create(**where, **by, outlook="at risk", difficulties="No way over the fjord", on=TODAY)
        File.objects.create(**where, **by, name="fjörd.pdf", size=1, digest="x", content=b"x")
        Milestone.objects.create(**where, name="Fjord fair", on=TODAY)
    View.objects.create(owner=world.sofia, name="Fjords", page="portfolio", query="q=fjord", at=AT)
    return world


def kinds(viewer: Person, q: str) -> dict[str, int]:
    return {group.kind: group.total for group in search.search(viewer, q).groups}


EVERYWHERE = ("task", "milestone", "decision", "check_in", "comment", "file")


def test_all_kinds_are_found_in_any_case_and_accent(house: World) -> None:
    assert kinds(house.sofia, "FJORD") == kinds(house.sofia, "fjörd") == {**dict.fromkeys(EVERYWHERE, 2), "view": 1}


@pytest.mark.parametrize("who", ["luca", "theo"])
def test_what_is_restricted_is_neither_found_nor_counted(house: World, who: str) -> None:
    viewer = getattr(house, who)
    assert kinds(viewer, "fjord") == dict.fromkeys(EVERYWHERE, 1)
    assert kinds(viewer, "iceland") == {}
    assert "Iceland" not in str(search.search(viewer, "fjord"))
    assert [hit.name for hit in search.suggest(viewer, "iceland")] == []


def test_a_guest_finds_nothing(house: World) -> None:
    for words in ("fjord", "norway", "orders", "customers", "shop"):
        assert kinds(house.nadia, words) == {}
        assert search.suggest(house.nadia, words) == []
    assert kinds(house.nadia, "nadia") == {"person": 1}


def test_all_words_must_be_there_wherever_they_stand(house: World) -> None:
    assert kinds(house.sofia, "boats norway") == {"task": 1}
    assert kinds(house.sofia, "boats nowhere") == {}
    assert kinds(house.sofia, "delivery online") == {"initiative": 1}
    assert kinds(house.sofia, "%") == kinds(house.sofia, "_ _") == {}


def test_the_best_name_comes_first(house: World) -> None:
    Strategy.objects.get().objectives.create(key="a", name="A second Norway")
    Objective.objects.create(strategy=house.strategy, key="b", name="Norway")
    Objective.objects.create(strategy=house.strategy, key="c", name="Norway first", outcome="x")
    Objective.objects.create(strategy=house.strategy, key="d", name="Elsewhere", outcome="not Norway")
    group = next(each for each in search.search(house.sofia, "norway").groups if each.kind == "objective")
    assert [hit.name for hit in group.hits] == ["Norway", "Norway first", "A second Norway", "Elsewhere"]


def test_where_the_words_stand_is_marked(house: World) -> None:
    hit = next(each for each in search.search(house.sofia, "fjord").groups if each.kind == "comment").hits[0]
    assert hit.piece == [("The ", False), ("fjörd", True), (" is deep", False)]
    assert hit.within == "Iceland · Map the Fjörd of Iceland"


def test_one_kind_comes_a_page_at_a_time(house: World) -> None:
    stage = Stage.objects.get(initiative=house.norway, key="crawl")
    Task.objects.bulk_create(
        Task(initiative=house.norway, stage=stage, name=f"Parcel {n:03}", position=n) for n in range(60)
    )
    first = search.search(house.luca, "parcel")
    assert (first.total, len(first.groups[0].hits), first.pages) == (60, search.FIRST, 1)
    third = search.search(house.luca, "parcel", "task", 3)
    assert (third.page, third.pages, next(hit.name for hit in third.groups[0].hits)) == (3, 3, "Parcel 050")
    assert search.search(house.luca, "parcel", "task", 4).groups == []
    assert search.search(house.luca, "parcel", "nonsense").only == ""


def test_more_hits_ask_no_more_queries(house: World) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            search.search(house.luca, "fjord")
        return len(queries)

    few = asked()
    assert few <= len(search.KINDS)
    stage = Stage.objects.get(initiative=house.norway, key="crawl")
    for n in range(10):
        task = Task.objects.create(initiative=house.norway, stage=stage, name=f"Fjord {n}")
        Comment.objects.create(task=task, text="fjord", by=house.theo, at=AT)
    assert asked() == few


def test_the_palette_finds_names_alone(house: World) -> None:
    assert [hit.name for hit in search.suggest(house.luca, "norw")] == ["Norway", "Map the Fjörd of Norway"]
    assert search.suggest(house.luca, "boats") == []
    assert [hit.kind for hit in search.suggest(house.luca, "sofia")] == ["person"]
    with CaptureQueriesContext(connection) as queries:
        assert search.suggest(house.luca, "  ") == []
    assert len(queries) == 0


def test_what_was_taken_out_is_gone(house: World) -> None:
    Task.objects.update(retired_at=AT)
    Comment.objects.update(removed_at=AT)
    File.objects.update(removed_at=AT)
    Milestone.objects.update(retired_at=AT)
    assert kinds(house.luca, "fjord") == {"decision": 1, "check_in": 1}
    Initiative.objects.update(retired_at=AT)
    assert "initiative" not in kinds(house.sofia, "norway")
