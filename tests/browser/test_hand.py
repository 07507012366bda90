"""Numbers by hand and tables, in a real browser."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from gaitway.actions import observations, strategies
from gaitway.models import Kpi, Observation, Upload
from tests.browser.test_pages import Enter, watched
from tests.world import AT, STRATEGY, TODAY, World, document

pytestmark = pytest.mark.browser
WEEK = date(2026, 2, 23)
GRID, IMPORT = "/kpis/enter/", "/kpis/import/"
TABLE = "Week\tKPI\tValue\n2026-02-16\tKPI 0\t41\n2026-02-23\tKPI 0\t{}\n2026-02-18\tKPI 1\tn/a\n2026-02-23\t{}\t3\n"
XSS = [
    "<script>window.hit=1</script>",
    '<img src=x onerror="window.hit=1">',
    '"><svg onload=window.hit=1>',
    "' autofocus onfocus='window.hit=1",
    '</textarea></select><iframe src="javascript:parent.hit=1">',
    "\u202e{{constructor.constructor('window.hit=1')()}}",
]


@pytest.fixture(autouse=True)
def monday() -> object:
    with time_machine.travel(AT):
        yield


@pytest.fixture
def hand(house: World) -> World:
    """Five KPIs of Luca's by hand; the first has twelve steady weeks."""
    rows = "".join(f"  k{i}: {{name: KPI {i}, kind: level, every: week, owner: luca@example.com}}\n" for i in range(5))
    strategies.apply(
        document(STRATEGY.replace("objectives:\n", rows + "objectives:\n")), by=house.admin, at=AT, today=TODAY
    )
    known = {WEEK - timedelta(weeks=i + 1): (40.0 + i % 3,) for i in range(12)}
    observations.record(Kpi.objects.get(key="k0"), known, by=house.luca, at=AT)
    return house


def cell(page: Page, kpi: int, column: int) -> object:
    return page.locator("tr", has_text=f"KPI {kpi}").locator("td > input").nth(column)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """text => {
          const clipboardData = new DataTransfer();
          clipboardData.setData('text/plain', text);
          const event = new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(event);
        }""",
        text,
    )


def test_twenty_numbers_with_one_click_and_a_paste(enter: Enter, hand: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(GRID)
    cell(page, 1, 1).click()  # type: ignore[attr-defined]
    paste(page, "\r\n".join("\t".join(str(10 * row + column) for column in range(5)) for row in range(4)) + "\r\n")
    expect(page.locator("td[data-state=saved]")).to_have_count(20)
    assert Observation.objects.filter(kpi__key__in=["k1", "k2", "k3", "k4"]).count() == 20
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("td[data-state=saved]")).to_have_count(0)
    expect(cell(page, 1, 1)).to_have_value("")  # type: ignore[arg-type]
    assert not Observation.objects.filter(kpi__key="k1", revision=2).exclude(value=None).exists()
    assert complaints == []


def test_the_keys_of_a_spreadsheet(enter: Enter, hand: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(GRID)
    cell(page, 1, 0).focus()  # type: ignore[attr-defined]
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell(page, 2, 1)).to_be_focused()  # type: ignore[arg-type]
    page.keyboard.type("7,5")
    page.keyboard.press("Enter")
    expect(cell(page, 3, 1)).to_be_focused()  # type: ignore[arg-type]
    expect(cell(page, 2, 1)).to_have_value("7.5")  # type: ignore[arg-type]
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    expect(cell(page, 3, 1)).to_have_value("")  # type: ignore[arg-type]
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 2, 1)).to_be_focused()  # type: ignore[arg-type]
    page.keyboard.press("Control+z")
    expect(cell(page, 2, 1)).to_have_value("")  # type: ignore[arg-type]
    assert [(row.revision, row.value) for row in Observation.objects.filter(kpi__key="k2")] == [(1, 7.5), (2, None)]
    assert complaints == []


def test_what_fails_keeps_its_text_and_says_so(enter: Enter, hand: World) -> None:
    page, _complaints = watched(enter("luca"))
    page.goto(GRID)
    page.route("**/kpis/enter/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    cell(page, 1, 5).fill("12")  # type: ignore[attr-defined]
    page.keyboard.press("Tab")
    expect(page.locator("#live")).to_have_text("The server could not be reached. What you typed is still here.")
    expect(page.locator("td[data-state=error] .says")).to_have_count(1)
    expect(cell(page, 1, 5)).to_have_value("12")  # type: ignore[arg-type]
    page.unroute("**/kpis/enter/")
    cell(page, 1, 5).press("Enter")  # type: ignore[attr-defined]
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    cell(page, 2, 5).fill("much")  # type: ignore[attr-defined]
    page.keyboard.press("Tab")
    expect(page.locator(".says")).to_have_text("“much” is no number: it is text. It is written like 44.")
    sound(page)


def test_an_unusual_number_needs_a_second_enter(enter: Enter, hand: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(GRID)
    cell(page, 0, 5).fill("402")  # type: ignore[attr-defined]
    page.keyboard.press("Enter")
    expect(page.locator("td[data-state=doubt]")).to_have_count(1)
    expect(cell(page, 0, 5)).to_be_focused()  # type: ignore[arg-type]
    assert not Observation.objects.filter(value=402).exists()
    sound(page)
    page.keyboard.press("Enter")
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    assert Observation.objects.filter(value=402).exists()
    assert complaints == []


def test_somebody_was_faster(enter: Enter, hand: World) -> None:
    page, complaints = watched(enter("luca"))
    page.goto(GRID)
    observations.record(Kpi.objects.get(key="k1"), {WEEK: (5.0,)}, by=hand.sofia, at=AT)
    cell(page, 1, 5).fill("6")  # type: ignore[attr-defined]
    page.keyboard.press("Enter")
    expect(page.locator(".says")).to_contain_text("Sofia Marino wrote 5 meanwhile.")
    expect(cell(page, 1, 5)).to_have_value("6")  # type: ignore[arg-type]
    assert Observation.objects.filter(kpi__key="k1").count() == 1
    cell(page, 1, 5).press("Enter")  # type: ignore[attr-defined]
    expect(page.locator("td[data-state=saved]")).to_have_count(1)
    assert complaints == []


def sound(page: Page) -> None:
    """Nothing for axe to complain of, and nothing to scroll sideways but the grid itself."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    width = page.viewport_size["width"]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url


def bring(page: Page, table: str) -> None:
    page.goto(IMPORT)
    page.get_by_label("Paste a table").fill(table)
    page.get_by_role("button", name="Read it").click()
    page.wait_for_url(re.compile(r"/import/\d+/"))
    page.wait_for_load_state()  # nobody chooses before the page listens


@pytest.mark.parametrize(
    ("dark", "width"),
    [(False, 1280), (True, 1280), (False, 320), (True, 390)],
    ids=["light", "dark", "narrow", "phone"],
)
def test_everybody_can_read_each_page_and_state(enter: Enter, hand: World, dark: bool, width: int) -> None:
    page, complaints = watched(enter("luca", dark=dark, width=width))

    for path in (GRID, f"{GRID}?show=all", IMPORT, "/kpis/", "/kpis/north/k0/"):
        page.goto(path)
        sound(page)
    bring(page, "a\tb\n1\t2\n")
    expect(page.get_by_text("Say which column holds the period.")).to_be_visible()
    sound(page)
    bring(page, TABLE.format(402, "KPJ 1"))
    sound(page)
    page.get_by_role("button", name="Look for problems").click()
    expect(page.get_by_role("heading", name="KPIs that are not known by this name")).to_be_visible()
    sound(page)
    page.get_by_label("What row 2 should hold").fill("42")
    page.get_by_label("Take each for the period").check()
    page.get_by_role("button", name="Check again").click()
    page.get_by_label("Leave it out").check()
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Import 3 numbers").click()
    expect(page.get_by_text("Imported 3 numbers of 2 KPIs: 2 new, 1 revised.")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_text("It was taken back")).to_be_visible()
    sound(page)
    assert complaints == []
    nobody, _ = watched(enter("theo", dark=dark, width=width))
    for path in (GRID, IMPORT):
        nobody.goto(path)
        sound(nobody)


def test_a_column_that_is_changed_is_read_anew_at_once(enter: Enter, hand: World) -> None:
    page, complaints = watched(enter("luca"))
    bring(page, "Wann\tWert\n2026-02-23\t1,5\n")
    page.get_by_label("Wert").select_option("KPI 2")
    expect(page.locator("#preview")).to_contain_text("KPI 2")
    page.get_by_label("Numbers like").select_option("1.234,5")
    expect(page.locator("#preview")).to_contain_text("week from 23 Feb")
    page.reload()
    expect(page.get_by_label("Wert")).to_have_value("kpi:k2")
    assert complaints == []


def test_without_javascript(enter: Enter, hand: World) -> None:
    page = enter("luca", js=False).new_page()
    page.goto(GRID)
    cell(page, 1, 5).fill("12")  # type: ignore[attr-defined]
    cell(page, 2, 5).fill("much")  # type: ignore[attr-defined]
    page.locator("form", has_text="KPI 1").get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 number is not saved: the reason stands under it.")).to_be_visible()
    expect(cell(page, 2, 5)).to_have_value("much")  # type: ignore[arg-type]
    cell(page, 2, 5).fill("13")  # type: ignore[attr-defined]
    page.locator("form", has_text="KPI 1").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back")).to_be_visible()
    assert [row.value for row in Observation.objects.filter(kpi__key="k2").order_by("revision")] == [13, None]
    bring(page, TABLE.format(42, "KPI 2"))
    page.get_by_label("Value").select_option("Number")
    page.get_by_role("button", name="Look for problems").click()
    page.get_by_label("Take each for the period").check()
    page.get_by_role("button", name="Check again").click()
    page.get_by_label("What row 3 should hold").fill("8")
    page.get_by_role("button", name="Check again").click()
    page.get_by_role("button", name="Import 4 numbers").click()
    expect(page.get_by_text("Imported 4 numbers of 3 KPIs")).to_be_visible()


def test_hostile_names_run_nothing(enter: Enter, hand: World) -> None:
    page, _ = watched(enter("luca"))
    for number, payload in enumerate(XSS):
        Kpi.objects.filter(key="k1").update(name=payload)
        file = {
            "name": f"{payload.replace('/', '')}.csv",
            "mimeType": "text/csv",
            "buffer": f'Week,KPI,Value,"h {payload.replace(chr(34), chr(34) * 2)}"\n2026-02-23,"x{number}",1,2\n'.encode(),
        }
        page.goto(GRID)
        cell(page, 2, 5).fill(payload)  # type: ignore[attr-defined]
        page.keyboard.press("Enter")
        expect(page.locator("td[data-state=error]")).to_have_count(1)
        assert page.evaluate("window.hit") is None, payload
        cell(page, 2, 5).press("Escape")  # type: ignore[attr-defined]
        page.goto(IMPORT)
        page.get_by_label("Or choose a file").set_input_files(file)
        page.wait_for_url("**/kpis/import/*/")
        assert page.evaluate("window.hit") is None, payload
        page.get_by_role("button", name="Look for problems").click()
        expect(page.get_by_role("heading", name="KPIs that are not known by this name")).to_be_visible()
        assert page.evaluate("window.hit") is None, payload
    assert Upload.objects.count() == len(XSS)
