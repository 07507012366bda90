"""The sentences of the weekly digest."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .places import state


def sentence(*, decide: int, moved: int, off: int, quiet: int, total: int) -> str:
    """2 decisions wait for you. Of 7 initiatives 1 is off track and 2 are without fresh data; 3 moved."""
    first = (
        ngettext("%(n)s decision waits for you.", "%(n)s decisions wait for you.", decide) % {"n": decide}
        if decide
        else _("No decision waits for you.")
    )
    if not total:
        return first
    parts = []
    if off:
        parts.append(ngettext("%(n)s is off track", "%(n)s are off track", off) % {"n": off})
    if quiet:
        parts.append(ngettext("%(n)s is without fresh data", "%(n)s are without fresh data", quiet) % {"n": quiet})
    parts.append(
        ngettext("%(n)s thing moved", "%(n)s things moved", moved) % {"n": moved} if moved else _("nothing moved")
    )
    of = ngettext("Of %(n)s initiative", "Of %(n)s initiatives", total) % {"n": total}
    return f"{first} {of}: {', '.join(parts)}."


def met() -> str:
    return _("the trigger is met")


def standing(now: str, stage: str, found: int | None, total: int | None) -> str:
    """Off track in Walk, 1 of 3 met"""
    where = _("%(state)s in %(stage)s") % {"state": state(now), "stage": stage} if stage else state(now)
    if found is None or total is None:
        return where
    return where + ", " + _("%(met)s of %(total)s met") % {"met": found, "total": total}


def stale(since: str) -> str:
    return _("no fresh data since %(day)s") % {"day": since} if since else _("no data yet")


def value_owed() -> str:
    return _("waits for your value")


def task_due(on: str, initiative: str, late: bool) -> str:
    said = _("%(initiative)s: was due %(day)s") if late else _("%(initiative)s: due %(day)s")
    return said % {"initiative": initiative, "day": on}
