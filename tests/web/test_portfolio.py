"""The list of initiatives: what it costs, its filters and columns, the look beside it, and what is done with many."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from gaitway.actions import strategies, views
from gaitway.models import CheckIn, Event, Following, Initiative, Person, Role, Summary
from gaitway.queries import portfolio
from gaitway.queries.portfolio import columns
from tests.world import AT, STRATEGY, TODAY, World, document


@pytest.fixture
def browser(world: World) -> Client:
    made = Client()
    made.force_login(world.sofia)
    return made


def grow(world: World, count: int) -> None:
    text = STRATEGY
    for number in range(count):
        text += f"""      - {{key: more{number}, name: More {number}, area: Area {number % 7}, sponsor: sofia@example.com,
         lead: luca@example.com, crawl: {{dates: 2026-01-05/2026-03-29, trigger: orders >= 6 with 95% confidence}}}}\n"""
    strategies.apply(document(text), by=world.admin, at=AT, today=TODAY)


def shown(world: World, query: str = "", number: int = 1) -> portfolio.Portfolio:
    return portfolio.portfolio(world.sofia, portfolio.Filters.of(QueryDict(query).dict()), TODAY, number)


def names(world: World, query: str = "", number: int = 1) -> list[str]:
    return [row.name for group in shown(world, query, number).groups for row in group.rows]


def test_a_long_list_costs_what_a_short_one_does(
    world: World, browser: Client, django_assert_max_num_queries: Any
) -> None:
    grow(world, 120)
    for query in ("", "?group=area", "?q=luca&sort=-name", "?page=2", "?outlook=disagrees&owner=me"):
        with django_assert_max_num_queries(13):
            assert browser.get(f"/{query}").status_code == 200
    assert len(names(world)) == 100
    assert len(names(world, "", 2)) == 22


@pytest.mark.parametrize(("rows", "most"), [(58, 2_500), (110, 4_000)])
def test_the_page_stays_light(world: World, browser: Client, rows: int, most: int) -> None:
    grow(world, rows)
    assert browser.get("/").content.count(b"<") - browser.get("/").content.count(b"</") < most


def test_what_nobody_has_worked_out_yet_is_never_good(world: World, browser: Client) -> None:
    Summary.objects.all().delete()
    page = shown(world)
    assert browser.get("/").status_code == 200
    assert [(row.name, row.state) for group in page.groups for row in group.rows] == [
        ("Norway", "no_data"), ("Iceland", "proposed"),
    ]  # fmt: skip
    assert (page.counts.on_track, page.counts.no_data) == (0, 1)


def test_groups_say_how_their_initiatives_stand(world: World, browser: Client) -> None:
    grow(world, 3)
    page = shown(world, "group=area")
    assert "1 without fresh data" in browser.get("/?group=area").content.decode()
    assert [(group.name, group.total, dict(group.tally)) for group in page.groups][-1] == (
        "Norway", 1, {"no_data": 1},
    )  # fmt: skip
    assert [group.name for group in page.groups] == ["Area 0", "Area 1", "Area 2", "Iceland", "Norway"]


def test_what_the_lead_says_stands_beside_the_evidence(world: World, browser: Client) -> None:
    from gaitway.actions import summaries

    CheckIn.objects.create(initiative=world.norway, outlook="on track", by=world.luca, at=AT, on=TODAY)
    Summary.objects.filter(initiative=world.norway).update(standing="off_track")
    Summary.objects.filter(initiative=world.norway).update(outlook="on track", outlook_on=TODAY)
    page = browser.get("/")
    assert "Owner says on track" in page.content.decode()
    assert "In 1 the lead says something else than the evidence." in page.content.decode()
    assert names(world, "outlook=disagrees") == names(world, "outlook=on+track") == ["Norway"]
    assert names(world, "outlook=none") == ["Iceland"]
    summaries.refresh([world.norway], at=AT)
    assert Summary.objects.get(initiative=world.norway).outlook == "on track"
    assert names(world, "outlook=disagrees") == []


def test_filters_by_lead_area_and_objective(world: World, browser: Client) -> None:
    assert names(world, f"owner={world.luca.pk}") == ["Norway"]
    assert names(world, "owner=none") == ["Iceland"]
    assert names(world, f"area={world.norway.area_id}") == ["Norway"]
    assert sorted(names(world, "objective=north/customers")) == ["Iceland", "Norway"]
    assert names(world, "objective=north/other") == []


def test_columns_by_address_and_by_choice(world: World, browser: Client) -> None:
    house = ["state", "stage", "spark", "now", "met", "gate", "checked"]
    assert columns("") == columns("nothing,'drop") == house
    assert columns("sponsor,state,sponsor") == ["sponsor", "state"]
    assert b"c-spark" in browser.get("/").content
    browser.post("/portfolio/columns/", {"column": ["tasks", "state", "nothing"]})
    assert Person.objects.get(pk=world.sofia.pk).columns == "state,tasks"
    assert b"c-spark" not in browser.get("/").content
    browser.post("/portfolio/columns/", {"column": house})
    assert Person.objects.get(pk=world.sofia.pk).columns == ""


def test_a_look_beside_the_list(world: World, browser: Client) -> None:
    assert b"Shops in Norway order online" in browser.get("/?peek=north/norway").content
    outside = Client()
    outside.force_login(world.theo)
    foreign, absent = outside.get("/?peek=north/iceland"), outside.get("/?peek=north/nowhere")
    assert foreign.status_code == absent.status_code == 200
    assert b"peek-in" not in foreign.content + absent.content


def test_a_default_view_opens_the_page(world: World, browser: Client) -> None:
    view = views.save(name="Walk", page="portfolio", query="stage=walk", scope="mine", by=world.sofia, at=AT)
    browser.post(f"/views/{view.pk}/keep/", {"what": "opens", "on": "1"})
    assert browser.get("/")["Location"] == "/?stage=walk"
    assert browser.get("/?show=all").status_code == 200


def test_a_list_as_a_file_holds_what_its_reader_sees(world: World) -> None:
    browser = Client()
    browser.force_login(world.theo)
    answer = browser.get("/portfolio/export.csv?show=all")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["initiative_id"], row["lead"], row["tasks"]) for row in rows] == [("north/norway", "Luca Brandt", "1")]
    chosen = browser.get("/portfolio/export.jsonl?x=north/iceland").getvalue()
    assert chosen == b""


def test_many_are_followed_and_each_says_how_it_went(world: World) -> None:
    browser = Client()
    browser.force_login(world.theo)
    page = browser.post("/portfolio/together/", {"do": "follow", "x": ["north/norway", "north/iceland", "north/no"]})
    assert "Done for 1 initiative." in page.content.decode()
    assert Following.objects.get().person == world.theo
    assert b"Iceland" not in page.content


def test_who_may_not_is_told_so_and_the_others_are_done(world: World) -> None:
    Role.objects.filter(initiative=world.norway, person=world.theo).update(role="viewer")
    browser = Client()
    browser.force_login(world.theo)
    page = browser.post("/portfolio/together/", {"do": "lead", "x": ["north/norway"], "to": world.theo.pk})
    assert "Only its sponsor" in page.content.decode()
    page = browser.post("/portfolio/together/", {"do": "ask", "x": ["north/norway"]})
    assert "can ask for a check-in" in page.content.decode()
    assert not Event.objects.filter(kind="check-in asked for").exists()


def test_a_lead_is_given_and_asked(world: World, browser: Client) -> None:
    browser.post("/portfolio/together/", {"do": "lead", "x": ["north/norway", "north/iceland"], "to": world.theo.pk})
    leads = {i.key: i.summary.lead for i in Initiative.objects.select_related("summary__lead")}
    assert leads == {"norway": world.theo, "iceland": world.theo}
    browser.post("/portfolio/together/", {"do": "ask", "x": ["north/norway"]})
    assert Event.objects.get(kind="check-in asked for").data["person"] == world.theo.pk


def test_nothing_selected_goes_back_and_says_so(world: World, browser: Client) -> None:
    answer = browser.post("/portfolio/together/", {"do": "follow", "next": "/?stage=walk"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/?stage=walk"
    assert b"Nothing was selected" in answer.content
    browser.post("/portfolio/together/", {"do": "explode", "x": ["north/norway"]})
    assert not Following.objects.exists()
