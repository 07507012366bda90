"""The markets of Brimwell and how each of them went, as lines through a few points."""

from __future__ import annotations

from dataclasses import dataclass

# (days ago, value), oldest first: straight lines between the points, nothing before the first one.
Path = tuple[tuple[float, float], ...]

NOTHING: Path = ((0, 0),)


@dataclass(frozen=True, slots=True)
class Market:
    """Orders and marketing are a week, visitors a day, trials and returned are shares, order_value is EUR."""

    name: str
    orders: Path
    order_value: float
    returned: Path
    visitors: Path = NOTHING
    trials: Path = NOTHING
    marketing: Path = NOTHING


MARKETS = (
    Market(
        "Germany",  # the home market, since long before the first day
        orders=((2000, 470), (0, 600)),
        order_value=31,
        returned=((2000, 0.03), (0, 0.03)),
        visitors=((2000, 1300), (0, 1500)),
        trials=((2000, 0.05), (0, 0.05)),
        marketing=((2000, 2400), (0, 2600)),
    ),
    Market(
        "Belgium",  # the first market abroad, a steady grower, until its new pouches leak
        orders=((560, 14), (470, 30), (290, 62), (0, 104)),
        order_value=36,
        returned=((560, 0.04), (80, 0.03), (60, 0.13), (0, 0.14)),
        visitors=((560, 110), (290, 300), (0, 480)),
        trials=((560, 0.034), (0, 0.046)),
        marketing=((560, 380), (290, 460), (0, 600)),
    ),
    Market(
        "Netherlands",  # the same a year later, nearly there
        orders=((310, 14), (215, 25), (100, 35), (0, 53)),
        order_value=34,
        returned=((310, 0.04), (0, 0.03)),
        visitors=((310, 120), (0, 330)),
        trials=((310, 0.034), (0, 0.042)),
        marketing=((310, 420), (215, 480), (0, 430)),
    ),
    Market(
        "Austria",  # a good pilot
        orders=((62, 9), (0, 27)),
        order_value=33,
        returned=((62, 0.03), (0, 0.03)),
        visitors=((62, 170), (0, 210)),
        trials=((62, 0.04), (0, 0.042)),
        marketing=((62, 260), (0, 260)),
    ),
    Market(
        "Denmark",  # opened a moment ago
        orders=((12, 6), (0, 10)),
        order_value=39,
        returned=((12, 0.03), (0, 0.03)),
        visitors=((12, 150), (0, 170)),
        trials=((12, 0.031), (0, 0.031)),
        marketing=((12, 240), (0, 240)),
    ),
    Market(
        "Sweden",  # glass breaks in the frost: returns rise until the crates are lined
        orders=((260, 11), (190, 21), (90, 23), (45, 15), (0, 14)),
        order_value=38,
        returned=((260, 0.03), (130, 0.04), (95, 0.13), (46, 0.19), (38, 0.04), (0, 0.03)),
        visitors=((260, 130), (190, 190), (45, 110), (0, 100)),
        trials=((260, 0.042), (0, 0.036)),
        marketing=((260, 300), (46, 360), (45, 120), (0, 120)),
    ),
    Market(
        "France",  # one television show, and then silence
        orders=((240, 27), (150, 26), (105, 11), (60, 5), (0, 5)),
        order_value=29,
        returned=((240, 0.05), (0, 0.07)),
        visitors=((240, 420), (150, 400), (100, 130), (0, 70)),
        trials=((240, 0.052), (150, 0.046), (100, 0.02), (0, 0.018)),
        marketing=((240, 520), (150, 800), (0, 760)),
    ),
    Market(
        "Spain",  # the bad market: hard water, and tablets that leave a film
        orders=((330, 5), (262, 2), (250, 0), (0, 0)),
        order_value=24,
        returned=((330, 0.15), (0, 0.2)),
        visitors=((330, 150), (262, 140), (261, 0), (0, 0)),
        trials=((330, 0.01), (0, 0.008)),
        marketing=((330, 450), (262, 450), (261, 0), (0, 0)),
    ),
    Market(
        "Portugal",  # not bad, only far too small to tell
        orders=((55, 2), (0, 3)),
        order_value=28,
        returned=((55, 0.04), (0, 0.04)),
        visitors=((55, 14), (0, 16)),
        trials=((55, 0.034), (0, 0.034)),
        marketing=((55, 60), (0, 60)),
    ),
    Market(
        "Hotels",  # canisters for hotels in Hamburg: sold by telephone, paused for a certificate
        orders=((120, 3), (41, 5), (38, 0.4), (0, 0.4)),
        order_value=210,
        returned=((120, 0.02), (0, 0.02)),
    ),
)
