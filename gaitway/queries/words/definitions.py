"""What changed in the definition of a KPI."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from gaitway.models import Kpi

from .formats import amount


def change(name: str, before: Any, after: Any, kpi: Kpi) -> tuple[str, str, str]:
    """The name of the field, and what it was and is."""
    return _named(name), _said(name, before, kpi), _said(name, after, kpi)


def marked(version: int) -> str:
    return pgettext("a version of a definition, on a chart", "defined anew (%(n)s)") % {"n": version}


def _named(name: str) -> str:
    return {
        "name": _("name"), "definition": _("meaning"), "kind": _("kind"), "unit": _("unit"),
        "direction": _("direction"), "every": _("cadence"), "baseline": _("baseline"), "target": _("target"),
        "tolerance": _("tolerance"), "owner": _("owner"), "source": _("source"), "sql": _("query"),
        "measure": _("measure"), "split by": _("split by"), "since": _("pulled since"), "lookback": _("lookback"),
        "due after": _("owed after"),
    }.get(name, name)  # fmt: skip


def _said(name: str, value: Any, kpi: Kpi) -> str:
    if value in (None, "", {}):
        return "–"
    if name in ("baseline", "target", "tolerance"):
        return amount(value, kpi)
    if name == "measure":
        return ", ".join(f"{key}: {value[key]}" for key in sorted(value))
    return str(value)
