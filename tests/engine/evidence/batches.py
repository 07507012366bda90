"""Made-up series of every kind, many at once, and how most tests judge them."""

import math
from typing import NamedTuple

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from gaitway.engine.evidence import Plan, log_e
from gaitway.engine.evidence.plans import first_sample
from gaitway.engine.evidence.runs import Sums
from gaitway.engine.evidence.weighing import Weighed
from gaitway.engine.kpis import Kind
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Floats

PLAN = Plan.of(Cadence.DAY, 90)
ALPHA = 0.05
THRESHOLD = -math.log(ALPHA)
few = settings(max_examples=15, deadline=None)

# The true value of each kind, around which the series below are made.
WORTH = {Kind.PROPORTION: 0.1, Kind.MEAN: 5.0, Kind.RATIO: 40.0, Kind.COUNT: 12.0, Kind.LEVEL: 100.0}
# One more of each sampled kind weighs like this: what a join that fans out does to a row.
COPIES = {Kind.PROPORTION: (1, 1), Kind.MEAN: (1, 0, 0), Kind.RATIO: (1, 1), Kind.COUNT: (1, 1), Kind.LEVEL: (0,)}


class Batch(NamedTuple):
    """`values` (series, periods, numbers of the kind), `targets` (series,)."""

    kind: Kind
    cadence: Cadence
    values: Floats
    targets: Floats

    def path(self, **options):
        return log_e(*self, **{"up": True, "alpha": ALPHA, "plan": PLAN, **options})

    def from_the_start(self, **options):
        """The path of the one test that begins with the series."""
        options = {"up": True, "alpha": ALPHA, "plan": PLAN, **options}
        return self.weighed(options["alpha"], options["plan"]).log_e(up=options["up"])

    def weighed(self, alpha, plan):
        sums = Sums.of(*self)
        return Weighed.of(
            sums.run(0, slice(0, self.values.shape[1])), first_sample(sums.lowers), alpha=alpha, plan=plan
        )  # fmt: skip

    def with_values(self, values):
        return self._replace(values=values)


def days(random, size, spread, phi=0.0):
    """By what each day's value differs: a positive factor with mean 1, shape `size`."""
    walk = random.standard_normal(size)
    for i in range(1, size[1]):
        walk[:, i] = phi * walk[:, i - 1] + math.sqrt(1 - phi**2) * walk[:, i]
    return np.exp(spread * walk - spread**2 / 2)


def made(kind, random, size, *, traffic=200, spread=0.0, phi=0.0, worth=None) -> Floats:
    """Values of shape (*size, numbers of the kind) around `worth`, with `traffic` customers a period."""
    value = (WORTH[kind] if worth is None else worth) * days(random, size, spread, phi)
    match kind:
        case Kind.PROPORTION:
            trials = random.poisson(traffic, size)
            numbers = random.binomial(trials, np.clip(value, 0, 1)), trials
        case Kind.MEAN:
            n = 2 + random.poisson(traffic, size)
            numbers = n, value + random.standard_normal(size) * 3 / np.sqrt(n), random.gamma(5, 9 / 5, size)
        case Kind.RATIO:
            below = 1 + random.poisson(traffic, size)
            numbers = value * below + random.standard_normal(size) * 30 * np.sqrt(below), below
        case Kind.COUNT:
            exposure = random.uniform(0.5, 2, size)
            numbers = random.poisson(value * exposure), exposure
        case _:
            walk = np.log(days(random, size, 1.0, phi))
            numbers = (value + 5 * (walk + 0.5),)
    return np.stack(numbers, axis=-1).astype(float)


def with_gaps(values, random, share):
    found = values.copy()
    found[random.random(values.shape[:2]) < share] = np.nan
    return found


@st.composite
def batches(draw, kinds=tuple(Kind), *, gaps=True, empty=True, least=1):
    """With `empty`, some periods are observed without a customer."""
    kind, random = draw(st.sampled_from(kinds)), np.random.default_rng(draw(st.integers(0, 10**6)))
    size = draw(st.integers(1, 4)), draw(st.integers(least, 80))
    spread, phi = draw(st.sampled_from([(0, 0), (0.1, 0), (0.4, 0), (0.4, 0.7)]))
    traffic = draw(st.sampled_from([1, 20, 2000] if empty else [20, 2000]))
    values = made(kind, random, size, traffic=traffic, spread=spread, phi=phi)
    if gaps:
        values = with_gaps(values, random, draw(st.sampled_from([0, 0, 0.2, 0.8])))
        if empty and kind is not Kind.COUNT and draw(st.booleans()):
            values[:, draw(st.integers(0, size[1] - 1))] = 0.0
    targets = WORTH[kind] * random.choice([0.5, 0.9, 1.0, 1.1, 1.5], size[0])
    return Batch(kind, draw(st.sampled_from([Cadence.DAY, Cadence.WEEK])), values, targets)


def pooled(kind, values):
    """The one value of a series (periods, numbers), NaN without a sample: by hand."""
    rows = values[~np.isnan(values[:, 0])]
    match kind:
        case Kind.MEAN:
            above, below = (rows[:, 0] * rows[:, 1]).sum(), rows[:, 0].sum()
        case Kind.LEVEL:
            above, below = rows[:, 0].sum(), len(rows)
        case _:
            above, below = rows.sum(axis=0)
    return above / below if below > 0 else math.nan
