"""Has it changed? What the page of a KPI says, and re-setting its limits there."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from gaitway.actions import kpis, observations
from gaitway.models import Kpi, LimitReset
from gaitway.queries import kpis as asked
from tests.world import AT, TODAY, World

PAGE = "/kpis/north/orders/"
RESET = f"{PAGE}limits/"
STEADY = [10, 12] * 6  # limits 5.68 and 16.32
SHIFTED = [14, 10, 13, 9] * 3 + [13, 14] * 4  # the last eight are above the mean


@pytest.fixture(autouse=True)
def moment() -> object:
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def orders(world: World) -> Kpi:
    Kpi.objects.filter(pk=world.orders.pk).update(owner=world.luca)
    return Kpi.objects.select_related("strategy", "source").get(pk=world.orders.pk)


def fill(world: World, values: list[float], *, last: date = date(2026, 2, 23)) -> None:
    """Weeks up to the one from `last` on."""
    first = last - timedelta(weeks=len(values) - 1)
    rows = {first + timedelta(weeks=i): (float(value), 1.0) for i, value in enumerate(values)}
    observations.record(world.orders, rows, by=world.admin, at=AT)


def client(world: World, who: str) -> Client:
    made = Client()
    made.force_login(getattr(world, who))
    return made


def text(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def sentence(world: World, today: date = TODAY) -> str:
    return asked.page(world.sofia, "north/orders", today).behaviour.sentence


def signs(world: World, today: date = TODAY) -> tuple[str, str, str, str]:
    """Variation and assurance, each as shape and words."""
    panel = asked.page(world.sofia, "north/orders", today).behaviour
    return panel.variation.shape, panel.variation.words, panel.assurance.shape, panel.assurance.words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([10], "Too little data: 1 point; 6 are needed for limits, 12 for firm ones."),
        (
            STEADY[:8],
            "Provisional: 8 points; 12 are needed for firm limits. No real change in the last 8 weeks: every value lies "
            "within what it usually does, 5.68 to 16.3 orders.",
        ),
        (
            STEADY,
            "No real change in the last 12 weeks: every value lies within what it usually does, 5.68 to 16.3 orders.",
        ),
        (SHIFTED, "A real rise since 5 Jan: 8 in a row above the mean."),
        ([*STEADY, 30], "A real rise in the week from 23 Feb: above its upper limit."),
        ([*STEADY, 2], "A real fall in the week from 23 Feb: below its lower limit."),
        (
            [*STEADY[:9], 30],
            "Provisional: 10 points; 12 are needed for firm limits. A possible rise in the week from 23 Feb: above its "
            "upper limit.",
        ),
        (
            [*STEADY, 20, *STEADY],
            "No real change now: the newest value lies within what it usually does, 4.49 to 18.2 orders. The last signal "
            "was in the week from 1 Dec 2025: above its upper limit.",
        ),
        ([1, 2] * 6, "Too few cases for limits: fewer than 2 a week on average. Count over longer periods."),
    ],
)
def test_the_first_sentence_answers_the_question(world: World, values: list[float], said: str) -> None:
    fill(world, values)
    assert sentence(world) == said


def test_without_a_number_it_says_so(world: World) -> None:
    assert sentence(world) == "No number has arrived yet."
    assert signs(world) == ("unknown", "No fresh data", "unknown", "No fresh data")


def test_without_fresh_data_nothing_is_claimed_of_now(world: World) -> None:
    fill(world, SHIFTED, last=date(2026, 1, 19))
    assert sentence(world).startswith("No fresh data since 25 Jan. A real rise since 1 Dec 2025")
    assert signs(world) == ("unknown", "No fresh data", "unknown", "No fresh data")


@pytest.mark.parametrize(
    ("values", "target", "shown"),
    [
        (STEADY, 10, ("usual", "No real change", "across", "Hit and miss")),
        (STEADY, 5, ("usual", "No real change", "above", "Would hit it each time")),
        (STEADY, 17, ("usual", "No real change", "below", "Would miss it each time")),
        (STEADY, None, ("usual", "No real change", "unknown", "No target")),
        (STEADY[:5], 5, ("unknown", "Too little data", "unknown", "Too little data")),
        ([1, 2] * 6, 5, ("unknown", "Too few cases", "unknown", "Too few cases")),
        (SHIFTED, 5, ("rise", "Improving", "unknown", "Not known while it changes")),
        ([*STEADY, 2], 5, ("fall", "Worsening", "unknown", "Not known while it changes")),
    ],
)
def test_two_icons_with_their_words(
    world: World, orders: Kpi, values: list[float], target: float | None, shown: tuple[str, ...]
) -> None:
    Kpi.objects.filter(pk=orders.pk).update(target=target)
    fill(world, values)
    assert signs(world) == shown
    (row,) = [row for row in asked.library(world.sofia, {}, TODAY).rows if row.ref.key == "north/orders"]
    assert (row.variation.shape, row.variation.words) == shown[:2]


def test_the_page_shows_sentence_chart_and_numbers(world: World) -> None:
    fill(world, SHIFTED)
    page = client(world, "theo").get(PAGE).content
    assert "Has it changed? A real rise since 5 Jan: 8 in a row above the mean." in text(page)
    assert page.count(b'class="signal good"') == 8
    assert b'class="mean"' in page
    assert "8 in a row above the mean" in text(page.split(b"<tbody>")[2])
    library = client(world, "theo").get("/kpis/").content
    assert b'class="sign good rise"' in library
    assert "Improving" in text(library)


def test_inside_its_limits_a_kpi_gets_no_arrow(world: World) -> None:
    fill(world, STEADY)
    for path in (PAGE, "/kpis/"):
        page = client(world, "theo").get(path).content
        assert b"sign plain usual" in page
        assert not re.search(rb'class="sign \w+ (rise|fall)"', page)


def test_nadia_sees_nothing(world: World, orders: Kpi) -> None:
    fill(world, STEADY)
    kpis.reset_limits(orders, date(2026, 1, 26), "Secret reason", by=world.luca, at=AT)
    nadia = client(world, "nadia")
    for path in (PAGE, "/kpis/north/nothing/"):
        assert nadia.get(path).status_code == 404
        assert nadia.post(f"{path}limits/", {"period": "2026-02-02", "reason": "x"}).status_code == 404
    for path in ("/kpis/", "/feed/"):
        assert b"Secret reason" not in nadia.get(path).content
    assert LimitReset.objects.count() == 1


def test_the_owner_resets_the_limits_on_the_page(world: World, orders: Kpi) -> None:
    fill(world, SHIFTED)
    luca = client(world, "luca")
    assert f'action="{RESET}"'.encode() in luca.get(PAGE).content
    response = luca.post(RESET, {"period": "2026-01-07", "reason": "New prices <b>"}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert LimitReset.objects.get().period == date(2026, 1, 5)
    page = text(client(world, "theo").get(PAGE).content)
    assert (
        "Provisional: 8 points since the limits were re-set; 12 are needed for firm limits. No real change so far"
        in page
    )
    assert "From 5 Jan on Luca Brandt, 2 Mar New prices <b>" in page


def test_who_is_not_the_owner_has_no_form_and_is_refused(world: World, orders: Kpi) -> None:
    fill(world, SHIFTED)
    for who in ("theo", "sofia"):
        browser = client(world, who)
        assert RESET.encode() not in browser.get(PAGE).content
        assert browser.post(RESET, {"period": "2026-01-05", "reason": "New prices"}).status_code == 403
    assert not LimitReset.objects.exists()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"period": "", "reason": "Because"}, "Say from when on."),
        ({"period": "soon", "reason": "Because"}, "Write a date like 2026-03-31."),
        ({"period": "2026-01-05", "reason": " "}, "Re-setting limits needs its reason."),
        ({"period": "2026-03-30", "reason": "Because"}, "The period from 2026-03-30 has not begun"),
    ],
)
def test_what_was_typed_comes_back_with_the_fault(world: World, orders: Kpi, form: dict[str, str], said: str) -> None:
    fill(world, SHIFTED)
    response = client(world, "luca").post(RESET, form)
    assert response.status_code == 422
    assert said in text(response.content)
    assert form["reason"].strip() in response.content.decode()
    assert "Enter numbers" in text(response.content)
    assert not LimitReset.objects.exists()


def test_a_form_without_its_token_is_refused(world: World, orders: Kpi) -> None:
    fill(world, SHIFTED)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.luca)
    assert browser.post(RESET, {"period": "2026-01-05", "reason": "x"}).status_code == 403
    assert not LimitReset.objects.exists()


def test_page_and_library_look_back_equally_far(world: World) -> None:
    fill(world, [50, 60] * 30 + STEADY * 8)
    panel = asked.page(world.sofia, "north/orders", TODAY).behaviour
    (row,) = [row for row in asked.library(world.sofia, {}, TODAY).rows if row.ref.key == "north/orders"]
    assert row.variation == panel.variation
    assert panel.periods[0].day == date(2024, 3, 4)
    assert len(panel.periods) == 104


def test_resets_are_told_newest_first(world: World, orders: Kpi) -> None:
    fill(world, STEADY * 3)
    for day in (date(2025, 12, 1), date(2025, 9, 1), date(2026, 2, 2)):
        kpis.reset_limits(orders, day, f"Since {day}", by=world.luca, at=datetime(2026, 3, 2, tzinfo=AT.tzinfo))
    panel = asked.page(world.sofia, "north/orders", TODAY).behaviour
    assert [each.day for each in panel.resets] == [date(2026, 2, 2), date(2025, 12, 1), date(2025, 9, 1)]
    assert [each.first for each in panel.usual] == [date(2025, 6, 23), date(2025, 9, 1), date(2025, 12, 1)]
