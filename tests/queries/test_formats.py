"""Numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from gaitway.engine import triggers
from gaitway.engine.phrases import Phrase
from gaitway.queries.words import faults, findings, formats, happenings
from gaitway.queries.words.findings import Measured
from tests.world import AT

N = "\N{NO-BREAK SPACE}"
SHARE, EURO, FRANC, ORDERS = (
    Measured("", "proportion", ""), Measured("", "level", "EUR"), Measured("", "level", "CHF"), Measured("", "count", "x"),
)  # fmt: skip
WRITTEN = {
    "en": ["1,234.50", "1,480", "99.5", "3.5%", "3.5%", "€38.50", "−€1,200", f"CHF{N}12", "12,345 x", "28 Nov", "9 Jan 2025",
           "Saturday, 28 November", "2 Jan – …", "Nov"],
    "de": ["1.234,50", "1.480", "99,5", f"3,5{N}%", f"3,5{N}%", f"38,50{N}€", f"−1.200{N}€", f"12{N}CHF",
           "12.345 x", "28. Nov", "9. Jan 2025",           "Samstag, 28. November", "2. Jan – …", "Nov"],
    "es": [f"1{N}234,50", f"1{N}480", "99,5", f"3,5{N}%", f"3,5{N}%", f"38,50{N}€", f"−1{N}200{N}€", f"12{N}CHF",
           f"12{N}345 x", "28 nov",           "9 ene 2025", "Sábado, 28 de noviembre", "2 ene – …", "nov"],
    "uk": [f"1{N}234,50", f"1{N}480", "99,5", "3,5%", "3,5%", f"38,50{N}€", f"−1{N}200{N}€", f"12{N}CHF",
           f"12{N}345 x", "28 лис",           "9 січ 2025", "Субота, 28 листопада", "2 січ – …", "лис"],
}  # fmt: skip
AGO = {
    "en": ["today", "yesterday", "2 days ago", "21 days ago", "5 weeks ago", "5 months ago"],
    "de": ["heute", "gestern", "vor 2 Tagen", "vor 21 Tagen", "vor 5 Wochen", "vor 5 Monaten"],
    "es": ["hoy", "ayer", "hace 2 días", "hace 21 días", "hace 5 semanas", "hace 5 meses"],
    "uk": ["сьогодні", "учора", "2 дні тому", "21 день тому", "5 тижнів тому", "5 місяців тому"],
}


@pytest.mark.parametrize("language", WRITTEN)
@time_machine.travel(AT, tick=False)  # in 2026
def test_numbers_and_dates(language: str) -> None:
    with translation.override(language):
        assert [
            formats.decimal(1234.5, 2), formats.whole(1480), formats.digits(Decimal("99.50")), formats.percent(0.035),
            formats.amount(0.035, SHARE), formats.amount(38.5, EURO), formats.amount(-1200, EURO),
            formats.amount(12, FRANC), formats.amount(12345.4, ORDERS), formats.day(date(2026, 11, 28)),
            formats.day(date(2025, 1, 9)), formats.weekday(date(2026, 11, 28)), formats.span((date(2026, 1, 2), None)),
            formats.written(date(2026, 11, 1), "month"),
        ] == WRITTEN[language]  # fmt: skip


@pytest.mark.parametrize("language", AGO)
@time_machine.travel(AT, tick=False)  # 2 March 2026
def test_how_long_ago(language: str) -> None:
    days = [
        date(2026, 3, 2),
        date(2026, 3, 1),
        date(2026, 2, 28),
        date(2026, 2, 9),
        date(2026, 1, 24),
        date(2025, 9, 30),
    ]
    with translation.override(language):
        assert [formats.ago(day) for day in days] == AGO[language]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("uk", ["1 число, 1 KPI", "3 числа, 2 KPI", "5 чисел, 5 KPI", "11 чисел, 11 KPI", "21 число, 21 KPI", "104 числа, 3 KPI"]),
        ("de", ["1 Zahl von 1 KPI", "3 Zahlen von 2 KPIs", "5 Zahlen von 5 KPIs", "11 Zahlen von 11 KPIs", "21 Zahlen von 21 KPIs",
                "104 Zahlen von 3 KPIs"]),
        ("es", ["1 número de 1 KPI", "3 números de 2 KPI", "5 números de 5 KPI", "11 números de 11 KPI", "21 números de 21 KPI",
                "104 números de 3 KPI"]),
    ],
)  # fmt: skip
def test_plurals(language: str, forms: list[str]) -> None:
    with translation.override(language):
        counted = [(1, 1), (3, 2), (5, 5), (11, 11), (21, 21), (104, 3)]
        assert [happenings.numbers(count, kpis) for count, kpis in counted] == forms


def wrong(text: str) -> triggers.TriggerError:
    with pytest.raises(triggers.TriggerError) as caught:
        triggers.parse(text)
    return caught.value


def test_what_is_wrong_with_a_trigger_is_said_in_each_language() -> None:
    error = wrong("orders >= ")
    assert str(error) == "line 1, column 10: expected a number after '>=', found the end"
    said = {}
    for language in ("en", "de", "es", "uk"):
        with translation.override(language):
            said[language] = faults.placed(error)
    assert said == {
        "en": "line 1, column 10: expected a number after '>=', found the end.",
        "de": "Zeile 1, Spalte 10: erwartet wird eine Zahl nach '>=', hier ist das Ende.",
        "es": "línea 1, columna 10: se espera un número tras '>=', aquí está el final.",
        "uk": "рядок 1, стовпчик 10: після '>=' очікується число, а тут кінець.",
    }


def test_a_phrase_is_kept_and_read_again() -> None:
    phrase = Phrase("%(kpi)s has no data yet", kpi=Phrase("a KPI"))
    assert phrase == "a KPI has no data yet"
    again = Phrase.of(phrase.kept())
    with translation.override("uk"):
        assert faults.say(again) == faults.say(phrase) == "KPI ще не має даних"


def test_a_trigger_is_read_aloud() -> None:
    leaf = triggers.parse("conversion >= 3.5% over 8 weeks with 95% confidence")
    said = {}
    for language in ("en", "de", "es", "uk"):
        with translation.override(language):
            said[language] = findings.label(leaf, {})  # type: ignore[arg-type]  # it is one criterion
    assert said == {
        "en": "conversion at least 3.5% over the last 8 weeks, 95% sure",
        "de": f"conversion mindestens 3,5{N}% über die letzten 8 Wochen, zu 95{N}% sicher",
        "es": f"conversion al menos 3,5{N}% a lo largo de 8 semanas, con un 95{N}% de seguridad",
        "uk": "conversion щонайменше 3,5% за останні 8 тижнів, рівень довіри 95%",
    }


@pytest.mark.parametrize(
    ("language", "months"),
    [
        ("en", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        ("de", "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"),
        ("es", "ene feb mar abr may jun jul ago sep oct nov dic"),
        ("uk", "січ лют бер кві тра чер лип сер вер жов лис гру"),
    ],
)
def test_no_text_of_ours_takes_the_name_of_a_month(language: str, months: str) -> None:
    """Django says them too: a text “may” without a context would be the month."""
    with translation.override(language):
        assert " ".join(formats.written(date(2026, month, 1), "month") for month in range(1, 13)) == months
