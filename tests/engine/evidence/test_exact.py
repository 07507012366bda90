"""The exact processes: against plain integrals, against the paper's own form, and the promise behind them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import xlogy
from scipy.stats import beta, binom, gamma, norm, poisson

from gaitway.engine.evidence import clustered, exact
from tests.engine.evidence.batches import few

sides = pytest.mark.parametrize("up", [True, False])


def averaged(prior, likelihood, low, high, peak):
    """log of the likelihood ratio averaged over a prior that is cut to low..high."""
    mass, _ = quad(prior, low, high, limit=200, epsabs=0, epsrel=1e-10)
    points = [peak] if low < peak < high else None
    total, _ = quad(lambda p: prior(p) * likelihood(p), low, high, limit=200, epsabs=0, epsrel=1e-10, points=points)
    return math.log(total / mass)


@sides
@pytest.mark.parametrize("k", [3.0, 300.0])
@pytest.mark.parametrize(("hits", "trials", "m0"), [(4, 100, 0.03), (1, 100, 0.03), (40, 60, 0.5), (9, 10, 0.8)])
def test_a_proportion_against_the_integral_of_its_truncated_beta_prior(hits, trials, m0, k, up):
    misses = trials - hits

    def likelihood(p):
        return math.exp(hits * math.log(p / m0) + misses * math.log((1 - p) / (1 - m0))) if 0 < p < 1 else 0.0

    prior = beta(k * m0, k * (1 - m0)).pdf
    wanted = averaged(prior, likelihood, *((m0, 1.0) if up else (0.0, m0)), hits / trials)
    assert exact.proportion(hits, trials, m0, k, up=up) == pytest.approx(wanted, abs=1e-7)


@sides
@pytest.mark.parametrize("k", [0.3, 30.0])
@pytest.mark.parametrize(("events", "exposure", "rate"), [(9, 1, 6.0), (3, 1, 6.0), (0, 2, 1.0), (30, 2.5, 8.0)])
def test_a_count_against_the_integral_of_its_truncated_gamma_prior(events, exposure, rate, k, up):
    def likelihood(r):
        return math.exp((events * math.log(r / rate) if events else 0.0) - exposure * (r - rate)) if r > 0 else 0.0

    prior = gamma(k * rate, scale=1 / k).pdf
    wanted = averaged(prior, likelihood, *((rate, rate * 99) if up else (0.0, rate)), events / exposure)
    assert exact.count(events, exposure, rate, k, up=up) == pytest.approx(wanted, abs=1e-7)


def conjugate(psi, s, v, rho, up):
    """The conjugate mixture of Howard, Ramdas, McAuliffe and Sekhon (2021, section 3.2), as confseq computes it:
    exp(λ s - v ψ(λ)) over λ of the better sign, weighed by exp(-ρ ψ(λ)); s is the sum less its mean, v its variance."""

    def total(s, v):
        def density(x):
            return math.exp(max(x * s - v * psi(x), -700))

        width = (1 if up else -1) / math.sqrt(v)
        pieces = [(start * width, end * width) for start, end in ((0, 2), (2, 8), (8, 40))]
        return abs(sum(quad(density, *piece, limit=200, epsabs=0, epsrel=1e-9)[0] for piece in pieces))

    return math.log(total(s, v + rho) / total(0.0, rho))


@sides
@pytest.mark.parametrize(("hits", "trials", "p", "k"), [(9, 200, 0.03, 150), (3, 200, 0.03, 150), (70, 100, 0.6, 80)])
def test_a_proportion_is_the_beta_binomial_mixture_of_the_paper(hits, trials, p, k, up):
    g, h = p, 1 - p  # a sub-Bernoulli sum with steps of at most h up and g down

    def psi(x):
        return math.log(g * math.exp(h * x) + h * math.exp(-g * x)) / (g * h)

    wanted = conjugate(psi, hits - trials * p, trials * g * h, k * g * h, up)
    assert exact.proportion(hits, trials, p, k, up=up) == pytest.approx(wanted, abs=1e-6)


@sides
@pytest.mark.parametrize(("events", "exposure", "rate", "k"), [(75, 10, 6.0, 8), (50, 10, 6.0, 8), (9, 30, 0.2, 25)])
def test_a_count_is_the_gamma_poisson_mixture_of_the_paper(events, exposure, rate, k, up):
    def psi(x):
        return math.exp(x) - x - 1

    wanted = conjugate(psi, events - exposure * rate, exposure * rate, k * rate, up)
    assert exact.count(events, exposure, rate, k, up=up) == pytest.approx(wanted, abs=1e-6)


@sides
@pytest.mark.parametrize(("z", "r"), [(0.0, 1.0), (2.5, 1.5), (-1.5, 4.0), (4.0, 30.0)])
def test_the_normal_mixture_is_that_of_the_paper(z, r, up):
    wanted = conjugate(lambda x: x * x / 2, z * math.sqrt(r), r, 1.0, up)
    assert clustered.log_normal_mixture(z if up else -z, r) == pytest.approx(wanted, abs=1e-6)


class TestOnTheTarget:
    """The mean of e over all outcomes is 1: the promise behind Ville's inequality."""

    @sides
    @pytest.mark.parametrize("k", [2.0, 30.0, 1000.0])
    def test_of_a_proportion(self, k, up):
        hits = np.arange(41)
        e = np.exp(exact.proportion(hits, 40, 0.2, k, up=up))
        assert e @ binom.pmf(hits, 40, 0.2) == pytest.approx(1, abs=1e-9)

    @sides
    @pytest.mark.parametrize("k", [0.5, 4.0, 100.0])
    def test_of_a_count(self, k, up):
        events = np.arange(200)
        e = np.exp(exact.count(events, 2.5, 8.0, k, up=up))
        assert e @ poisson.pmf(events, 20) == pytest.approx(1, abs=1e-9)

    @pytest.mark.parametrize("r", [0.1, 1.0, 20.0])
    def test_of_a_standard_score(self, r):
        mean, _ = quad(lambda z: math.exp(clustered.log_normal_mixture(z, r)) * norm.pdf(z), -30, 30, limit=400)
        assert mean == pytest.approx(1, abs=1e-6)

    @sides
    def test_on_the_worse_side_it_is_less(self, up):
        hits, worse = np.arange(41), 0.18 if up else 0.22
        e = np.exp(exact.proportion(hits, 40, 0.2, 30.0, up=up))
        assert e @ binom.pmf(hits, 40, worse) < 0.9


samples = st.floats(0.5, 1e6)


@few
@given(st.floats(0, 1), samples, st.floats(1e-6, 1 - 1e-6), st.floats(0.01, 1e6), st.booleans())
def test_above_of_the_hits_is_below_of_the_misses(share, trials, target, k, up):
    hits = share * trials
    found = exact.proportion(hits, trials, target, k, up=up)
    mirrored = exact.proportion(trials - hits, trials, 1 - target, k, up=not up)
    assert found == pytest.approx(mirrored, rel=1e-4, abs=1e-4)


@few
@given(st.integers(0, 500), samples, st.floats(1e-4, 1 - 1e-4), st.floats(1e-3, 1e3))
def test_the_deviance_is_twice_the_log_likelihood_ratio_by_hand(hits, more, target, rate):
    trials = round(hits + more) + 1
    share, misses = hits / trials, trials - hits
    wanted = binom.logpmf(hits, trials, share) - binom.logpmf(hits, trials, target)
    assert exact.deviance_of_proportion(hits, trials, target) == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    by_hand = xlogy(hits, share) + xlogy(misses, 1 - share) - xlogy(hits, target) - xlogy(misses, 1 - target)
    assert exact.deviance_of_proportion(hits, trials, target) == pytest.approx(by_hand, rel=1e-6, abs=1e-6)
    wanted = poisson.logpmf(hits, hits) - poisson.logpmf(hits, more * rate)
    assert exact.deviance_of_count(hits, more, rate) == pytest.approx(wanted, rel=1e-6, abs=1e-6)


def test_no_sample_says_nothing():
    for up in (True, False):
        assert exact.proportion(0.0, 0.0, 0.3, 10.0, up=up) == pytest.approx(0, abs=1e-12)
        assert exact.count(0.0, 0.0, 3.0, 10.0, up=up) == pytest.approx(0, abs=1e-12)
    assert exact.deviance_of_proportion(0.0, 0.0, 0.3) == 0
    assert exact.deviance_of_count(0.0, 0.0, 3.0) == pytest.approx(0, abs=1e-11)


@pytest.mark.parametrize("target", [0.0, 1.0])
def test_at_the_ends_of_the_scale_evidence_is_finite(target):
    """Nothing is below 0 or above 1; one success says all against 0."""
    found = [exact.proportion(hits, 50.0, target, 20.0, up=target == 0) for hits in (0.0, 1.0, 49.0, 50.0)]
    assert np.all(np.isfinite(found))
    assert min(found[1:3]) > 10
