"""The pages of the roadmap: what they say, what they save, what they cost."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from gaitway.actions import milestones
from gaitway.models import Amendment, Initiative, Milestone, Stage
from tests.world import AT, TODAY, World

MOVE = "/gates/north/norway/crawl/move/"
SHOWN = {"to": "2026-04-12", "rest": "shift", "shown": "2026-04-12/shift", "was": "2026-03-29"}


def enter(person: object) -> Client:
    made = Client()
    made.force_login(person)  # type: ignore[arg-type]  # a person of the cast
    return made


def many(world: World, count: int) -> None:
    """Each with three stages."""
    for i in range(count):
        made = Initiative.objects.create(
            strategy=world.strategy, objective=world.norway.objective, key=f"copy{i}", name=f"Copy number {i}",
            state="proposed", position=100 + i,
        )  # fmt: skip
        made.roles.create(person=world.luca, role="lead")
        for j, key in enumerate(("crawl", "walk", "run")):
            starts = TODAY + timedelta(days=i + 100 * j)
            Stage.objects.create(initiative=made, key=key, starts=starts, ends=starts + timedelta(days=99), budget=1)


@time_machine.travel(AT)
def test_the_page_opens_with_its_answer(world: World) -> None:
    page = enter(world.sofia).get("/roadmap/").content.decode()
    assert "1 gate in the next four weeks." in page
    assert 'aria-label="Norway: gate from Crawl to Walk, 29 Mar, still to come"' in page
    assert f'data-move="{MOVE}"' in page
    assert 'href="/gates/north/norway/crawl/"' in page


@time_machine.travel(AT)
@pytest.mark.parametrize("view", ["timeline", "lanes", "calendar"])
def test_what_is_restricted_is_nowhere(world: World, view: str) -> None:
    world.norway.needs.add(world.iceland)
    milestones.add(world.iceland, "Secret fair", TODAY, by=world.sofia, at=AT)
    page = enter(world.luca).get(f"/roadmap/?view={view}&needs=all").content.decode()
    assert "Norway" in page
    assert "celand" not in page
    assert "Secret" not in page
    assert "celand" not in enter(world.luca).get("/roadmap/north/norway/").content.decode()
    assert "celand" in enter(world.sofia).get(f"/roadmap/?view={view}").content.decode()


def test_a_swap_is_the_part_alone(world: World) -> None:
    whole = enter(world.sofia).get("/roadmap/?z=month")
    part = enter(world.sofia).get("/roadmap/?z=month", headers={"HX-Request": "true", "HX-Target": "roadmap"})
    assert b"<html" not in part.content
    assert part.content.count(b'id="roadmap"') == 1
    assert part.content.count(b'hx-swap-oob="true"') == 3, "the first line, the zoom, the views"
    assert len(part.content) < len(whole.content) / 1.2


@pytest.mark.parametrize("query", ["z=x&from=9999-99&page=-1&view=x&group=x", "page=99999999999", "from=%00&q=%00"])
def test_no_address_breaks_it(world: World, query: str) -> None:
    assert enter(world.sofia).get(f"/roadmap/?{query}").status_code == 200


@time_machine.travel(AT)
def test_a_hundred_rows_are_light(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    many(world, 300)
    browser = enter(world.luca)
    browser.get("/roadmap/")
    with django_assert_max_num_queries(20):
        page = browser.get("/roadmap/").content
    assert page.count(b'class="tl-row"') == 100
    assert len(gzip.compress(page)) <= 60_000
    assert page.count(b"<") - page.count(b"</") <= 4_000  # elements, about


@time_machine.travel(AT)
def test_a_gate_is_moved_after_it_was_looked_at_and_taken_back(world: World) -> None:
    browser = enter(world.sofia)
    looked = browser.get(f"{MOVE}?to=2026-04-12").content.decode()
    assert "30 Mar – 27 Sep becomes 13 Apr – 11 Oct" in looked
    blind = browser.post(MOVE, {"to": "2026-04-12", "rest": "shift", "reason": "Fair"})
    assert (blind.status_code, Amendment.objects.count()) == (422, 0)
    assert "Look at it, then move the gate." in blind.content.decode()
    bare = browser.post(MOVE, SHOWN)
    assert (bare.status_code, b"needs its reason" in bare.content) == (422, True)
    done = browser.post(MOVE, {**SHOWN, "reason": "Fair", "next": "/roadmap/?z=month"})
    assert done.headers["Location"] == "/roadmap/?z=month"
    assert Stage.objects.get(initiative=world.norway, key="walk").ends == date(2026, 10, 11)
    assert "Gate moved to 12 Apr." in browser.get("/roadmap/").content.decode()
    browser.post("/undo/")
    assert Stage.objects.get(initiative=world.norway, key="walk").ends == date(2026, 9, 27)
    assert "Taken back: Gate moved to 12 Apr." in browser.get("/roadmap/").content.decode()


@time_machine.travel(AT)
def test_what_may_not_be_moved_so_says_where_and_why(world: World) -> None:
    browser = enter(world.sofia)
    assert b"Write a date like 2026-03-31." in browser.get(f"{MOVE}?to=tomorrow").content
    wrong = {"to": "2026-10-12", "rest": "shorten", "shown": "2026-10-12/shorten", "reason": "x"}
    answer = browser.post(MOVE, wrong)
    assert (answer.status_code, b"before it begins" in answer.content) == (422, True)
    Stage.objects.filter(pk=world.crawl.pk).update(ends=date(2026, 4, 1))
    late = browser.post(MOVE, {**SHOWN, "reason": "Fair"})
    assert (late.status_code, b"moved by somebody else meanwhile" in late.content) == (422, True)


@time_machine.travel(AT)
def test_a_step_is_one_of_the_zoom(world: World) -> None:
    found = {z: enter(world.luca).get(f"{MOVE}?step=1&z={z}").content.decode() for z in ("week", "month", "quarter")}
    days = {z: page.split('name="to" type="date" required value="')[1][:10] for z, page in found.items()}
    assert days == {"week": "2026-04-05", "month": "2026-04-29", "quarter": "2026-06-29"}


def test_milestones_are_kept_on_their_forms(world: World) -> None:
    browser = enter(world.theo)
    browser.post("/roadmap/north/norway/milestones/", {"name": "Fair", "on": "2026-03-11"})
    mark = Milestone.objects.get()
    again = browser.post("/roadmap/north/norway/milestones/", {"name": "Fair", "on": "2026-03-12"})
    assert (again.status_code, b"has a milestone" in again.content) == (422, True)
    assert b'value="2026-03-12"' in again.content
    bad = browser.post(f"/milestones/{mark.pk}/", {"name": "", "on": "soon"})
    assert (bad.status_code, b"needs a name" in bad.content, b"Write a date" in bad.content) == (422, True, True)
    browser.post(f"/milestones/{mark.pk}/", {"name": "Big fair", "on": "2026-03-12"})
    browser.post(f"/milestones/{mark.pk}/done/", {"done": "1"})
    mark.refresh_from_db()
    assert (mark.name, mark.on, mark.done_by) == ("Big fair", date(2026, 3, 12), world.theo)
    browser.post(f"/milestones/{mark.pk}/retire/")
    browser.get("/roadmap/")  # which says once what was done
    assert "Big fair" not in browser.get("/roadmap/").content.decode()


def test_rows_are_arranged_by_who_sees_everything(world: World) -> None:
    browser = enter(world.admin)
    browser.post("/roadmap/north/norway/order/", {"step": "1"})
    assert list(Initiative.objects.values_list("key", flat=True)) == ["iceland", "norway"]
    browser.post("/roadmap/north/norway/order/", {"after": ""})
    assert list(Initiative.objects.values_list("key", flat=True)) == ["norway", "iceland"]
    answer = browser.post(
        "/roadmap/north/norway/order/", {"after": "north/iceland"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 204
    assert enter(world.sofia).post("/roadmap/north/norway/order/", {"after": ""}).status_code == 403
