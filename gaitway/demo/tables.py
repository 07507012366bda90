"""The tables of the demo, each a dict from column name to array; all columns of a table have one length."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .demand import DAYS, Calendar, along, spread
from .markets import Market, Path

Table = dict[str, NDArray[Any]]
Numbers = NDArray[np.int64]

CHANNELS = {"search": 0.55, "social": 0.30, "partner": 0.15}

# Late parcels by warehouse: the new carrier was tried in Hamburg first, then took over everywhere.
LATE: dict[str, Path] = {
    "Hamburg": ((2000, 0.14), (621, 0.14), (600, 0.06), (400, 0.05), (0, 0.04)),
    "Venlo": ((2000, 0.15), (541, 0.15), (520, 0.07), (400, 0.05), (0, 0.04)),
}
SITE_SHARE = {"Hamburg": 0.7, "Venlo": 0.3}
BREAKAGES_PER_1000: Path = ((2000, 9), (540, 9), (400, 5), (0, 4))

# The helpdesk moved to another product: the old export has nothing after this day.
HELPDESK_ENDS = 40
TICKETS_PER_ORDER = 0.06

# Days ago on which each refill station opened.
STATIONS = {
    "Altona": 190, "Ottensen": 183, "Bremen Viertel": 171, "Utrecht Oost": 96, "Gent Centrum": 88,
    "Köln Ehrenfeld": 71, "Leipzig Plagwitz": 52, "Münster": 33,
}  # fmt: skip


def market_name(name: str, size: int) -> NDArray[np.object_]:
    return np.full(size, name, dtype=object)


def orders(market: Market, calendar: Calendar, rng: np.random.Generator) -> Table:
    """One row an order, in the order of time."""
    rate = along(market.orders) / 7 * calendar.rhythm * spread(rng, 0.08)
    day = np.repeat(np.arange(DAYS), rng.poisson(rate))
    size = len(day)
    # Most people order in the evening.
    second = np.sort(day * 86_400 + (rng.beta(4, 2, size) * 86_399).astype(np.int64))
    age = day - (DAYS - 1 - market.orders[0][0])
    new = rng.random(size) < np.maximum(0.25, 0.9 * np.exp(-age / 120))
    new[:1] = True
    known = np.cumsum(new)
    # Those who came lately come back more often.
    earlier = np.floor(known * (1 - rng.random(size) ** 2)).astype(np.int64)
    customer = np.where(new, known - 1, np.minimum(earlier, known - 1))
    amounts = market.order_value * rng.lognormal(-0.08, 0.4, size)
    return {
        "ordered_at": calendar.days[0].astype("datetime64[s]") + second,
        "market": market_name(market.name, size),
        "order_id": np.array([f"{market.name[:2].upper()}{number:06d}" for number in range(1, size + 1)], object),
        "customer": np.array([f"{market.name[:2].upper()}-{number:05d}" for number in customer], object),
        "first_order": new,
        "amount": np.round(amounts, 2),
        "returned": rng.random(size) < along(market.returned)[day],
    }


def traffic(market: Market, calendar: Calendar, rng: np.random.Generator) -> Table:
    """One row a day and channel, from the day the market opened."""
    visitors = along(market.visitors) * calendar.rhythm * spread(rng, 0.08)
    shares = np.array(list(CHANNELS.values()))
    seen = rng.poisson(visitors[:, None] * shares)
    signed = rng.binomial(seen, (along(market.trials) * spread(rng, 0.05))[:, None])
    rows = np.flatnonzero(np.repeat(visitors > 0, len(shares)))
    return {
        "day": np.repeat(calendar.days, len(shares))[rows].astype("datetime64[s]"),
        "market": market_name(market.name, len(rows)),
        "channel": np.tile(np.array(list(CHANNELS), dtype=object), DAYS)[rows],
        "visitors": seen.ravel()[rows],
        "trials": signed.ravel()[rows],
    }


def costs(market: Market, calendar: Calendar, sold: Table, rng: np.random.Generator) -> Table:
    """One row a day: marketing in EUR, hours of service, and the customers who ordered for the first time."""
    marketing = along(market.marketing) / 7 * spread(rng, 0.15)
    count = per_day(sold["ordered_at"], calendar)
    first = per_day(sold["ordered_at"][sold["first_order"]], calendar)
    rows = np.flatnonzero((marketing > 0) | (count > 0))
    return {
        "day": calendar.days[rows].astype("datetime64[s]"),
        "market": market_name(market.name, len(rows)),
        "marketing": np.round(marketing[rows], 2),
        "service_hours": np.round(count[rows] * 0.07 + rng.gamma(2, 0.2, len(rows)), 1),
        "new_customers": first[rows],
    }


def deliveries(calendar: Calendar, sold_at: NDArray[np.datetime64], rng: np.random.Generator) -> Table:
    """One row a day and warehouse: parcels, how many were late, and breakages."""
    parcels = per_day(sold_at, calendar)
    near = rng.binomial(parcels, SITE_SHARE["Hamburg"])
    by_site = {"Hamburg": near, "Venlo": parcels - near}
    late = {site: rng.binomial(by_site[site], along(LATE[site])) for site in by_site}
    broken = {site: rng.poisson(by_site[site] / 1000 * along(BREAKAGES_PER_1000)) for site in by_site}
    return {
        "day": np.tile(calendar.days, len(by_site)).astype("datetime64[s]"),
        "site": np.repeat(np.array(list(by_site), dtype=object), DAYS),
        "parcels": np.concatenate(list(by_site.values())),
        "late": np.concatenate(list(late.values())),
        "breakages": np.concatenate(list(broken.values())),
    }


def tickets(calendar: Calendar, sold: Table, rng: np.random.Generator) -> Table:
    """One row a question to the helpdesk, with the hours to its first answer."""
    asked = np.flatnonzero(rng.random(len(sold["ordered_at"])) < TICKETS_PER_ORDER)
    opened = sold["ordered_at"][asked] + rng.integers(3_600, 80_000, len(asked))
    kept = opened < calendar.days[DAYS - HELPDESK_ENDS].astype("datetime64[s]")
    return {
        "opened_at": opened[kept],
        "market": sold["market"][asked][kept],
        "reply_hours": np.round(rng.lognormal(1.5, 0.6, len(asked)), 2)[kept],
    }


def stations(calendar: Calendar) -> Table:
    """One row a day and open station. Nobody has connected the meters yet, so the litres are unknown."""
    ages = np.array(list(STATIONS.values()))
    day = np.concatenate([np.arange(DAYS - 1 - age, DAYS) for age in ages])
    return {
        "day": calendar.days[day].astype("datetime64[s]"),
        "station": np.repeat(np.array(list(STATIONS), dtype=object), ages + 1),
        "litres": np.full(len(day), np.nan),
    }


def per_day(moments: NDArray[np.datetime64], calendar: Calendar) -> Numbers:
    """How many moments fall on each day. Shape (DAYS,)."""
    offsets = (moments.astype("datetime64[D]") - calendar.days[0]).astype(np.int64)
    return np.bincount(offsets, minlength=DAYS)
