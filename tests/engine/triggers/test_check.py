"""A trigger against the KPIs, roles and tasks that there are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.engine.kpis import Direction, Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.triggers import Quantity, TriggerError, check, number, parse

KPIS = {
    spec.key: spec
    for spec in (
        KpiSpec("conversion", Kind.PROPORTION, Cadence.WEEK, "%", baseline=0.02),
        KpiSpec("churn", Kind.PROPORTION, Cadence.MONTH, "%", Direction.DOWN, baseline=0),
        KpiSpec("orders", Kind.COUNT, Cadence.WEEK, "orders", baseline=3),
        KpiSpec("signups", Kind.COUNT, Cadence.DAY),
        KpiSpec("signups_uk", Kind.COUNT, Cadence.DAY),
        KpiSpec("cac", Kind.RATIO, Cadence.MONTH, "EUR", Direction.DOWN, baseline=50),
        KpiSpec("price", Kind.RATIO, Cadence.MONTH, "£"),
        KpiSpec("margin", Kind.RATIO, Cadence.QUARTER, "%"),
        KpiSpec("stock", Kind.LEVEL, Cadence.DAY, "m²/day", Direction.WITHIN, baseline=8),
        KpiSpec("delivery", Kind.MEAN, Cadence.DAY, "days", Direction.DOWN, baseline=6),
    )
}


@pytest.mark.parametrize(
    "text",
    [
        "conversion >= 3% over 8 weeks with 95% confidence",
        "conversion >= 0.03 over 1 month held 2 periods",
        "orders >= 25 for 3 weeks and cac <= 40 EUR and cac <= €40 and cac <= 40",
        "orders >= 25 orders over 14 days",
        "signups improves on signups_uk by 10% with 90% confidence by stage end",
        "conversion improves on baseline by 10% over 8 periods",
        "cac improves on baseline by 100%",
        "delivery <= 5 days with 50% confidence held 3 periods",
        "price < £3 and price < 3 GBP and margin >= 40% and margin >= 40",
        "stock between 4 and 9",
        "cac < 3 over 90 days and cac < 3 over 1 quarter",
        "margin > 3% over 3 months and margin > 3 over 365 days",
        "roi >= 1.2 and roi >= 120% and spent <= 100% of budget and spent <= 5000 EUR and spent <= 5000",
        "tasks done and checklist done and approved by sponsor and approved by lead",
        "feedback >= 8 from 30 answers and after 2026-06-30",
        '2 of (orders > 1, not task "Translate the catalogue", signups = 3)',
    ],
)
def test_what_can_be_judged_passes(text):
    assert check(parse(text), KPIS, currency="EUR", tasks=["Translate the catalogue"]) is None


@pytest.mark.parametrize(
    ("text", "place", "message", "suggestion"),
    [
        ("orders > 1 and conversoin > 3%", (1, 16), "there is no KPI 'conversoin'", "conversion"),
        ("Conversion > 3%", (1, 1), "there is no KPI 'Conversion'", "conversion"),
        ("spend > 3%", (1, 1), "there is no KPI 'spend'", "spent"),
        ("xyzzy > 3%", (1, 1), "there is no KPI 'xyzzy'", None),
        ("signups improves on signups_us by 5%", (1, 1), "there is no KPI 'signups_us'", "signups_uk"),
        ("cac <= 40 USD", (1, 8), "cac is in EUR, not in USD", "40 EUR"),
        ("cac <= 40%", (1, 8), "cac is in EUR, not in %", "40 EUR"),
        ("margin > 3 EUR", (1, 10), "margin is in %, not in EUR", "3%"),
        ("stock > 3 EUR", (1, 9), "stock is in m²/day, not in EUR", "3"),
        ("signups > 3 orders", (1, 11), "signups has no unit, found 'orders'", "3"),
        ("conversion > 3 EUR", (1, 14), "conversion is in %, not in EUR", "3%"),
        ("conversion > 3", (1, 14), "conversion is a proportion, from 0% to 100%: write 3%", "3%"),
        ("conversion > 300%", (1, 14), "conversion is a proportion, from 0% to 100%", None),
        ("conversion > -0.1", (1, 14), "conversion is a proportion, from 0% to 100%", None),
        ("churn between 1% and 3 EUR", (1, 22), "churn is in %, not in EUR", "3%"),
        ("churn between 3% and 0.01", (1, 15), "the first value of 'between' is above the second", None),
        ("orders = 3 with 95% confidence", (1, 12),
         "no evidence can show that a value is exactly this: write 'between' with two values", None),
        ("signups improves on signups_uk by 10", (1, 35), "an improvement is given in per cent", "10%"),
        ("signups improves on signups_uk by 10 EUR", (1, 35), "an improvement is given in per cent", "10%"),
        ("signups improves on signups_uk by -5%", (1, 35), "an improvement can't be negative", "5%"),
        ("cac improves on baseline by 101%", (1, 29), "cac can't fall by more than 100%", None),
        ("signups improves on cac by 5%", (1, 1),
         "signups is a count, cac is a ratio: they can't be compared", None),
        ("cac improves on price by 5%", (1, 1),
         "the unit of cac is 'EUR', that of price is '£': they can't be compared", None),
        ("cac improves on cac by 5%", (1, 1), "cac is compared with itself", "baseline"),
        ("signups improves on baseline by 5%", (1, 1), "signups has no baseline", None),
        ("churn improves on baseline by 5%", (1, 1),
         "the baseline of churn is 0, and nothing is a per cent of it: compare a value", None),
        ("stock improves on baseline by 5%", (1, 1),
         "stock is to stay within a range, so no direction is better: write 'between'", None),
        ("orders > 1\n  over 3 days", (2, 3),
         "orders has one value a week, so a window is a whole number of weeks", "over 1 week"),
        ("orders > 1 for 17 days", (1, 12),
         "orders has one value a week, so a window is a whole number of weeks", "for 2 weeks"),
        ("cac > 1 over 5 weeks", (1, 9),
         "cac has one value a month, so a window is a whole number of months", "over 1 month"),
        ("margin > 1% over 1 month", (1, 13),
         "margin has one value a quarter, so a window is a whole number of quarters", "over 1 quarter"),
        ("orders > 1 over 600 weeks", (1, 12), "the window is longer than ten years", None),
        ("margin > 1 over 41 periods", (1, 12), "the window is longer than ten years", None),
        ("orders > 1 held 600 periods", (1, 1), "'held' reaches back more than ten years", None),
        ("orders > 1 for 3 weeks with 95% confidence", (1, 12),
         "'for' asks every single period, 'with confidence' all of them together: use 'over'", "over"),
        ("orders > 1 for 3 weeks held 2 periods", (1, 12),
         "'for' and 'held' both ask for the last periods: use one of them", None),
        ("orders > 1 with 100% confidence", (1, 12),
         "a confidence is from 50% to below 100%, found 100%", None),
        ("orders > 1 with 49.9% confidence", (1, 12),
         "a confidence is from 50% to below 100%, found 49.9%", None),
        ("not 3 of (orders > 1, cac > 1)", (1, 5), "3 of 2 can never be met", None),
        ("1 of (orders > 1, not (cac > 1 EUR or nope > 1))", (1, 39), "there is no KPI 'nope'", None),
        ("approved by sponsr", (1, 1), "there is no role 'sponsr'", "sponsor"),
        ("approved by Sponsor", (1, 1), "there is no role 'Sponsor'", "sponsor"),
        ('task "translate the catalog"', (1, 1),
         "there is no task 'translate the catalog'", "Translate the catalogue"),
        ("roi > 3 EUR", (1, 7), "roi is a plain number or per cent", "3"),
        ("spent < 100%", (1, 9), "per cent of what?", "100% of budget"),
        ("spent < 100 EUR of budget", (1, 9), "a share of the budget is given in per cent", "100%"),
        ("spent < 100 USD", (1, 9), "the money of this strategy is in EUR, not in USD", "100 EUR"),
        ("feedback > 8 EUR", (1, 12), "feedback is a plain number", "8"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused_at_its_place(text, place, message, suggestion):
    with pytest.raises(TriggerError) as caught:
        check(parse(text), KPIS, currency="EUR", tasks=["Translate the catalogue"])
    error = caught.value
    assert ((error.line, error.column), error.message, error.suggestion) == (place, message, suggestion)


def test_currency_and_tasks_are_compared_only_where_given():
    assert check(parse('spent < 3 USD and task "anything"'), KPIS) is None


def test_roles_can_be_others():
    assert check(parse("approved by board"), {}, roles=["board"]) is None
    with pytest.raises(TriggerError, match="no role 'sponsor'"):
        check(parse("approved by sponsor"), {}, roles=["board"])


@pytest.mark.parametrize(
    ("kpi", "amount", "unit", "expected"),
    [
        ("conversion", "3", "%", 0.03),
        ("conversion", "0.03", "", 0.03),
        ("conversion", "1", "", 1.0),
        ("conversion", "100", "%", 1.0),
        ("margin", "40", "%", 40.0),
        ("margin", "40", "", 40.0),
        ("cac", "40.5", "EUR", 40.5),
        ("price", "3", "GBP", 3.0),
        ("orders", "-25", "orders", -25.0),
        ("stock", "8", "", 8.0),
    ],
)
def test_a_number_is_in_the_natural_number_of_its_kpi(kpi, amount, unit, expected):
    assert number(Quantity(Decimal(amount), unit), KPIS[kpi]) == expected


@given(st.decimals(0, 100, places=3))
def test_per_cent_and_fraction_of_a_proportion_agree(amount):
    conversion = KPIS["conversion"]
    assert number(Quantity(amount, "%"), conversion) == number(Quantity(amount / 100), conversion)
