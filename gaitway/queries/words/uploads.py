"""What is said of a table that somebody brings."""

from __future__ import annotations

from datetime import date

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from .cells import number_name

_HEADS = {
    "period": {"period", "date", "day", "week", "month", "quarter", "week from", "start"},
    "kpi": {"kpi", "key", "name", "metric", "indicator"},
    "numbers": {"value", "values", "number", "numbers", "result", "amount"},
}


def heads(role: str) -> set[str]:
    """How columns of this kind are usually called."""
    return _HEADS[role]


def month_first() -> bool:
    """Whether the reader's language writes 3/31/2026."""
    return str(get_format("SHORT_DATE_FORMAT")).lower().startswith(("m", "n"))


def mixed() -> str:
    return _("Either columns are KPIs, or a column names the KPI, or the heads are periods: not several at once.")


def no_period() -> str:
    return _("Say which column holds the period.")


def no_kpi() -> str:
    return _("Say which column names the KPI, or which KPI all of it is of.")


def no_numbers() -> str:
    return _("Say which column holds the numbers.")


def role_twice(role: str) -> str:
    named = role.removeprefix("kpi:") if role.startswith("kpi:") else number_name(role)
    return _("Two columns are both “%(role)s”: only one can be.") % {"role": named}


def no_such_kpi(name: str) -> str:
    return _("No KPI of yours is called “%(name)s”.") % {"name": name} if name else _("No KPI is named here.")


def no_period_text(text: str, why: str) -> str:
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    return _("“%(text)s” is no period: %(why)s.") % {"text": shown, "why": why}


def early(day: date) -> str:
    return _("The period of %(day)s isn't over yet.") % {"day": day}


def not_first(day: date, first: date) -> str:
    return _("%(day)s isn't the first day of a period; that would be %(first)s.") % {"day": day, "first": first}


def twice(row: int, text: str) -> str:
    return _("Row %(row)s has another number for it: %(text)s.") % {"row": row, "text": text}
