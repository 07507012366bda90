"""Shares and values of simulated histories, as a manager would say them."""

from __future__ import annotations

import math

from django.utils.translation import gettext as _

from .formats import Measure, amount


def of_100(share: float) -> str:
    """Nothing that was simulated is impossible or certain."""
    cases = round(share * 100)
    if cases == 0:
        return _("fewer than 1 of 100")
    return _("more than 99 of 100") if cases == 100 else _("%(n)s of 100") % {"n": cases}


def beyond(value: float, target: float, like: Measure) -> str:
    """A value that can just be shown, rounded away from the target: one that is nearer can't."""
    scale = 100 if like.kind == "proportion" else 1
    size = abs(value * scale)
    grain = 10 ** (0 if size >= 100 else 1 if size >= 10 else 2)
    rounded = math.ceil if value > target else math.floor
    return amount(rounded(round(value * scale * grain, 6)) / grain / scale, like)
