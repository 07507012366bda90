"""A number as written, in the natural number of its KPI."""

from __future__ import annotations

import re

from ..kpis import Kind, KpiSpec
from ..phrases import Phrase
from .errors import TriggerError
from .printer import plain
from .tree import Quantity
from .words import CURRENCIES


def number(quantity: Quantity, kpi: KpiSpec) -> float:
    """3 % of a proportion is 0.03; every other kind is in its own unit, which may be left out.

    Raises TriggerError where the unit isn't the KPI's, or a proportion isn't from 0 to 1."""
    amount, unit = quantity.amount, quantity.unit
    if kpi.kind is Kind.PROPORTION:
        if unit not in ("", "%"):
            raise _wrong_unit(quantity, kpi, "%")
        if not unit and amount > 1:
            message = Phrase(
                "%(kpi)s is a proportion, from 0%% to 100%%: write %(amount)s%%", kpi=kpi.key, amount=plain(amount)
            )
            raise TriggerError(message, quantity.at, ("%",), f"{plain(amount)}%")
        share = amount / 100 if unit else amount
        if not 0 <= share <= 1:
            raise TriggerError(Phrase("%(kpi)s is a proportion, from 0%% to 100%%", kpi=kpi.key), quantity.at)
        return float(share)
    own = CURRENCIES.get(kpi.unit, kpi.unit)
    if unit not in ("", own):
        raise _wrong_unit(quantity, kpi, own)
    return float(amount)


def _wrong_unit(quantity: Quantity, kpi: KpiSpec, own: str) -> TriggerError:
    amount = plain(quantity.amount)
    if not own:
        message = Phrase("%(kpi)s has no unit, found '%(unit)s'", kpi=kpi.key, unit=quantity.unit)
        return TriggerError(message, quantity.at, suggestion=amount)
    if own == "%":
        amount += own
    elif re.fullmatch(r"[A-Za-z_]\w*", own, re.ASCII):
        amount += f" {own}"
    message = Phrase("%(kpi)s is in %(own)s, not in %(unit)s", kpi=kpi.key, own=own, unit=quantity.unit)
    return TriggerError(message, quantity.at, (own,), amount)
