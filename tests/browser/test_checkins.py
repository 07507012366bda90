"""Check-ins on a telephone, in a real browser: few taps, no network, no JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from gaitway.models import CheckIn, Initiative, Kpi, Observation, Person, Role, Stage
from tests.browser.test_pages import Enter, watched
from tests.world import AT, TODAY, World

pytestmark = pytest.mark.browser
PHONE, DESK, SAID = "/check-in/", "/initiatives/north/norway/check-in/", "/initiatives/north/norway/check-ins/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


@pytest.fixture
def due(house: World) -> World:
    """Luca owes two check-ins; in Norway, whose orders he counts by hand, with a number."""
    Stage.objects.filter(initiative=house.norway).update(check_in="week")
    Kpi.objects.filter(pk=house.orders.pk).update(source=None, sql="")
    copy, stage = Initiative.objects.get(pk=house.norway.pk), house.crawl
    copy.pk, copy.key, copy.name = None, "orkney", "Orkney"
    copy.save()
    stage.pk, stage.initiative, stage.check_in = None, copy, "week"
    stage.save()
    Role.objects.create(initiative=copy, person=house.luca, role="lead")
    return house


@pytest.fixture
def phone(enter: Enter, due: World) -> BrowserContext:
    context = enter("luca", width=390)
    context.clock.set_fixed_time(AT)
    return context


def kept_there(page: Page) -> list[str]:
    """What the phone remembers of the page and its parts."""
    return page.evaluate(
        "async () => (await (await caches.open('gaitway-check-in')).keys()).map((each) => new URL(each.url).pathname)"
    )


def until(page: Page, *wanted: str) -> None:
    """The phone remembers these."""
    for _try in range(50):
        kept = kept_there(page)
        if all(any(each.endswith(name) for each in kept) for name in wanted):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{wanted} are not all kept: {kept}")


def remembered(page: Page) -> None:
    until(page, "/check-in/", "checkin.js", "checkin-kept.js", "site.css")


def outlooks() -> list[tuple[str, str]]:
    return list(CheckIn.objects.order_by("pk").values_list("initiative__key", "outlook"))


def test_a_check_in_takes_three_taps_and_the_next_one_follows(phone: BrowserContext, due: World) -> None:
    page, complaints = watched(phone)
    page.goto(PHONE)
    taps = 0
    for name, last in (("Norway", False), ("Orkney", True)):
        here = page.locator(f"[data-name={name}]")
        expect(here).to_be_visible()
        expect(here.locator("[data-place]")).to_have_text(f"{2 if last else 1}/2")
        field = here.get_by_label("Orders per week")
        if field.count():
            field.click()
            field.press_sequentially("7")
            taps += 1
        here.get_by_text("Yes", exact=True).click()
        here.get_by_role("button", name="Send").click()
        taps += 2
        expect(here).to_be_hidden()
    assert taps <= 2 * 4 - 1
    expect(page.get_by_role("heading", name="Nothing more is asked of you")).to_be_visible()
    assert outlooks() == [("norway", "on track"), ("orkney", "on track")]
    assert Observation.objects.get().events == 7.0
    assert complaints == []


def test_the_line_follows_what_is_typed(phone: BrowserContext, due: World) -> None:
    Observation.objects.create(
        kpi=due.orders, period=date(2026, 2, 16), revision=1, events=5, exposure=1, by=due.luca, recorded_at=AT
    )
    page, complaints = watched(phone)
    page.goto(PHONE)
    line = page.locator("[data-name=Norway] .follow path:not(.goal)")
    before = line.get_attribute("d")
    page.locator("[data-name=Norway]").get_by_label("Orders per week").fill("9")
    assert line.get_attribute("d") != before
    page.locator("[data-name=Norway]").get_by_label("Orders per week").fill("")
    assert line.get_attribute("d") == before
    assert complaints == []


def test_unsure_needs_a_sentence_and_what_was_typed_stays(phone: BrowserContext, due: World) -> None:
    page, _ = watched(phone)
    page.goto(PHONE)
    here = page.locator("[data-name=Norway]")
    here.get_by_text("Unsure").click()
    here.get_by_role("button", name="Send").click()
    expect(here.get_by_text("Say in a sentence")).to_be_visible()
    here.get_by_label("What changed?").fill("The carrier is slow.")
    page.reload()
    expect(here.get_by_label("What changed?")).to_have_value("The carrier is slow.")
    here.get_by_label("Orders per week").fill("many")
    here.get_by_role("button", name="Send").click()
    expect(here.get_by_text("is no number")).to_be_visible()
    here.get_by_label("Orders per week").fill("")
    here.get_by_role("button", name="Send").click()
    expect(here).to_be_hidden()
    assert CheckIn.objects.get().difficulties == "The carrier is slow."


def test_without_a_network_it_is_kept_and_sent_later(phone: BrowserContext, due: World) -> None:
    page, _ = watched(phone)
    page.goto(PHONE)
    remembered(page)
    phone.set_offline(True)
    page.reload()  # from what the phone remembers
    here = page.locator("[data-name=Norway]")
    here.get_by_text("No", exact=True).click()
    here.get_by_label("What changed?").fill("The carrier is gone.")
    here.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Kept on this phone; will be sent when you are online.").first).to_be_visible()
    expect(page.locator("[data-name=Orkney]")).to_be_visible()
    assert outlooks() == []
    page.reload()
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator("[data-name=Orkney]")).to_be_visible()  # Norway is said
    phone.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    made = CheckIn.objects.get()
    assert (made.initiative.key, made.outlook, made.difficulties, made.on) == (
        "norway", "off track", "The carrier is gone.", TODAY,
    )  # fmt: skip
    page.reload()
    assert CheckIn.objects.count() == 1


def test_when_the_session_is_over_it_is_kept_until_one_signs_in(phone: BrowserContext, due: World) -> None:
    page, _ = watched(phone)
    page.goto(PHONE)
    remembered(page)
    session = next(each for each in phone.cookies() if each["name"] == "sessionid")
    phone.clear_cookies(name="sessionid")
    here = page.locator("[data-name=Norway]")
    here.get_by_text("Yes", exact=True).click()
    here.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your session is over.").first).to_be_visible()
    page.locator("#offline").get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "/check-in/" not in kept_there(page)
    assert outlooks() == []
    phone.add_cookies([session])
    page.goto(PHONE)
    expect(page.locator("#offline")).to_be_hidden()
    page.wait_for_timeout(500)
    assert outlooks() == [("norway", "on track")]


def test_somebody_else_on_the_same_phone_sends_nothing_of_it(phone: BrowserContext, due: World) -> None:
    page, _ = watched(phone)
    page.goto(PHONE)
    phone.set_offline(True)
    here = page.locator("[data-name=Norway]")
    here.get_by_text("Yes", exact=True).click()
    here.get_by_role("button", name="Send").click()
    expect(page.locator("#offline")).to_be_visible()
    theo = Client()
    theo.force_login(Person.objects.get(email="theo@example.com"))
    phone.add_cookies(
        [{"name": "sessionid", "value": theo.cookies["sessionid"].value, "url": page.url.removesuffix(PHONE)}]
    )
    phone.set_offline(False)  # the open page tries at once, and is refused
    expect(page.get_by_text("written by somebody else")).to_be_visible()
    page.goto(PHONE)
    expect(page.locator("#kept")).to_be_hidden()
    page.wait_for_timeout(300)
    assert outlooks() == []


def test_a_number_that_somebody_else_wrote_meanwhile_is_shown_and_opened(phone: BrowserContext, due: World) -> None:
    page, _ = watched(phone)
    page.goto(PHONE)
    phone.set_offline(True)
    here = page.locator("[data-name=Norway]")
    here.get_by_label("Orders per week").fill("7")
    here.get_by_text("Yes", exact=True).click()
    here.get_by_role("button", name="Send").click()
    expect(page.locator("#offline")).to_be_visible()
    Observation.objects.create(
        kpi=due.orders, period=date(2026, 2, 23), revision=1, events=9, exposure=1, by=due.sofia, recorded_at=AT
    )
    phone.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("somebody recorded a number")
    page.reload()
    page.get_by_role("button", name="Open", exact=True).click()
    expect(here).to_be_visible()
    here.get_by_role("button", name="Send").click()
    expect(here).to_be_hidden()
    assert outlooks() == [("norway", "on track")]
    assert Observation.objects.get().events == 9.0


def test_it_works_without_javascript(enter: Enter, due: World) -> None:
    page = enter("luca", js=False, width=390).new_page()
    page.goto(PHONE)
    for name in ("Norway", "Orkney"):  # both stand there
        expect(page.locator(f"[data-name={name}]")).to_be_visible()
    here = page.locator("[data-name=Orkney]")
    here.get_by_text("Unsure").click()
    here.get_by_role("button", name="Send").click()
    expect(here.get_by_text("Say in a sentence")).to_be_visible()
    here.get_by_label("What changed?").fill("Fog.")
    here.get_by_role("button", name="Send").click()
    expect(page.locator("[data-name=Orkney]")).to_have_count(0)
    assert outlooks() == [("orkney", "at risk")]


def test_at_a_desk_the_draft_stays_until_it_is_kept(enter: Enter, due: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(DESK)
    page.get_by_label("What comes next?").fill("Bergen")
    page.reload()
    expect(page.get_by_label("What comes next?")).to_have_value("Bergen")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_role("heading", name="Norway", level=1)).to_be_visible()
    expect(page.get_by_text("Checked in.", exact=False).first).to_be_visible()
    expect(page.locator("#checkin")).to_contain_text("Bergen")
    page.goto(DESK)
    expect(page.get_by_label("What comes next?")).to_have_value("")
    assert complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_everybody_can_read_them(enter: Enter, due: World, dark: bool, width: int) -> None:
    CheckIn.objects.create(
        initiative=due.norway, stage=due.crawl, outlook="at risk", difficulties="Fog.", by=due.theo, at=AT,
        on=date(2026, 2, 3),
    )  # fmt: skip
    page, complaints = watched(enter("luca", dark=dark, width=width))
    for path in (PHONE, DESK, SAID):
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert complaints == []
