from __future__ import annotations

from django.test import Client

from gaitway.models import Person, Pin, View
from tests.world import AT, World


def browser(person: Person) -> Client:
    made = Client()
    made.force_login(person)
    return made


def test_a_hit_leads_to_its_page_with_the_words_marked(world: World) -> None:
    page = browser(world.luca).get("/search/?q=NORWÄY").content.decode()
    assert "<mark>Norway</mark>" in page
    assert 'href="/initiatives/north/norway/"' in page
    page = browser(world.luca).get("/search/?q=catalogue").content.decode()
    assert "Translate the <mark>catalogue</mark>" in page


def test_nothing_of_what_is_restricted(world: World) -> None:
    for address in ("/search/?q=iceland", "/palette/?q=iceland"):
        page = browser(world.luca).get(address).content.decode().replace("“iceland”", "").replace('value="iceland"', "")
        assert "Iceland" not in page
    assert "Nothing found for “iceland”." in browser(world.luca).get("/search/?q=iceland").content.decode()
    assert "Iceland" in browser(world.sofia).get("/palette/?q=iceland").content.decode()


def test_hostile_words_stay_words(world: World) -> None:
    for address in ("/search/", "/palette/"):
        page = browser(world.sofia).get(address, {"q": "<script>alert(1)</script>"}).content.decode()
        assert "<script>alert" not in page
    assert browser(world.sofia).get("/search/?q=norway&in=__class__&page=99999").status_code == 200
    assert browser(world.sofia).get("/search/?q=norway&in=task&page=-1").status_code == 200


def test_the_palette_offers_rooms_and_what_can_be_done(world: World) -> None:
    page = browser(world.luca).get("/palette/").content.decode()
    assert 'href="/inbox/"' in page
    assert "Switch to dark" in page
    assert 'href="/people/"' not in page  # no room of Luca's
    page = browser(world.luca).get("/palette/?q=roomy").content.decode()
    assert 'data-display="density:roomy"' in page
    assert 'href="/inbox/"' not in page


def test_the_palette_knows_the_page_that_is_open(world: World) -> None:
    where = {"HX-Current-URL": "http://testserver/initiatives/north/norway/?x=1"}
    page = browser(world.luca).get("/palette/", headers=where).content.decode()
    assert 'href="/initiatives/north/norway/people/"' in page
    assert browser(world.luca).get("/palette/", headers={"HX-Current-URL": "::/nonsense"}).status_code == 200


def test_pinned_views_stand_below_the_rooms_while_one_may_see_them(world: World) -> None:
    view = View.objects.create(
        owner=world.sofia, name="What stalls", page="portfolio", query="state=x", scope="everyone", at=AT
    )
    for person in (world.luca, world.nadia):
        Pin.objects.create(view=view, person=person)
    assert 'href="/?state=x"' in browser(world.luca).get("/feed/").content.decode()
    assert "What stalls" not in browser(world.sofia).get("/feed/").content.decode()
    assert "What stalls" not in browser(world.nadia).get("/feed/").content.decode()


def test_the_side_bar_stays_narrow(world: World) -> None:
    made = browser(world.luca)
    assert b'data-side="narrow"' not in made.get("/").content
    made.cookies["side"] = "narrow"
    assert b'data-side="narrow"' in made.get("/").content


def test_only_administrators_see_what_a_page_took(world: World) -> None:
    assert b"How long the server needed" not in browser(world.luca).get("/").content
    Person.objects.filter(pk=world.luca.pk).update(access="administrator")
    assert b"How long the server needed" in browser(world.luca).get("/").content
