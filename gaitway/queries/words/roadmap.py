"""What the roadmap says: its first line, and what moving a gate touches."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .formats import day, month


def sentence(soon: int, late: int, busy: tuple[date, int] | None, any_to_come: bool) -> str:
    """6 gates in the next four weeks, 2 past their date; December is busy: 6 gates."""
    if not soon and not late and not any_to_come:
        return _("No gate is planned.")
    coming = ngettext("%(n)s gate in the next four weeks", "%(n)s gates in the next four weeks", soon) % {"n": soon}
    if not soon:
        coming = _("No gate in the next four weeks")
    names: dict[str, object] = {"coming": coming, "late": late}
    if late:
        past = ngettext("%(coming)s, %(late)s past its date", "%(coming)s, %(late)s past their date", late)
        coming = past % names
    if busy is None:
        return _("%(coming)s.") % {"coming": coming}
    gates = ngettext("%(n)s gate", "%(n)s gates", busy[1]) % {"n": busy[1]}
    said = {"coming": coming, "month": month(busy[0]), "gates": gates}
    return _("%(coming)s; %(month)s is busy: %(gates)s.") % said


def length(days: int) -> str:
    """12 weeks; 5 days."""
    if days >= 21:
        weeks = round(days / 7)
        return ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def moved_by(days: int) -> str:
    """3 weeks later; 5 days earlier."""
    if days < 0:
        return _("%(length)s earlier") % {"length": length(-days)}
    return _("%(length)s later") % {"length": length(days)}


def chance(before: float | None, after: float | None, before_day: date, after_day: date) -> str:
    """What the forecast gives for the trigger by each of the two days."""
    names = {"before": percent(before), "after": percent(after), "first": day(before_day), "last": day(after_day)}
    if after is None:
        return ""
    if before is None:
        return _("The chance that the trigger is met by %(last)s: %(after)s.") % names
    return _("The chance that the trigger is met: %(after)s by %(last)s, %(before)s by %(first)s.") % names


def percent(share: float | None) -> str:
    """About 40%: a forecast claims no more. Under 5 and above 95 it is said as such."""
    if share is None:
        return "–"
    if share < 0.05:
        return _("under %(share)s%%") % {"share": 5}
    if share > 0.95:
        return _("over %(share)s%%") % {"share": 95}
    return _("about %(share)s%%") % {"share": round(share * 20) * 5}
