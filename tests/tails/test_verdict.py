"""Verdicts: the laws they rest on, p-values that mean what they say, and the right words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import erfc, gammaincc

from hts.noise import fast_law, sample_stable
from hts.noise.law import sf
from hts.records import VERDICTS, Verdict, decode, encode
from hts.tails import layer_verdict, verdict
from hts.tails.estimators.goodness import Groups
from hts.tails.estimators.stable_fit import count, fit_counts
from hts.tails.excess import tail_shape
from hts.tails.fit_test import Dependence, fit_test, smallest_seen
from hts.tails.masked import fit_masked, survival
from hts.tails.samples.binning import LogCounts, coarser, log_counts
from hts.tails.samples.norm_law import log_norm_survival
from hts.tails.samples.sample import Sample
from hts.tails.verdicts import SIGNIFICANCE, TOLERANCE
from hts.validate import BadInput
from hts.verify.calibrate_verdicts import verdict_rates
from hts.verify.families import FAMILIES, draw

Y = np.linspace(-3, 8, 45)


@pytest.mark.parametrize("bulk", ["gaussian", "uniform"])
@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.75, 1.9])
def test_without_a_bulk_the_masked_law_is_the_stable_law(bulk: str, alpha: float) -> None:
    found = survival(Y, alpha, 1.0, 1e-4, 1, bulk)
    np.testing.assert_allclose(found, 2 * sf(np.exp(Y), alpha), rtol=0.03, atol=1e-4)


def test_without_noise_the_masked_law_is_the_bulk() -> None:
    x = np.exp(Y)
    gaussian = survival(Y, 1.5, 1e-6, 2.0, 1, "gaussian")
    np.testing.assert_allclose(gaussian, erfc(x / 2 / math.sqrt(2)), atol=1e-4)
    uniform = survival(Y, 1.5, 1e-6, 2.0, 1, "uniform")
    np.testing.assert_allclose(uniform, np.maximum(0, 1 - x / 2), atol=1e-4)
    norms = survival(Y, 1.5, 1e-6, 2.0, 7, "gaussian")
    np.testing.assert_allclose(norms, gammaincc(3.5, x**2 / 8), atol=1e-4)


@pytest.mark.parametrize(("bulk", "width"), [("gaussian", 1.0), ("uniform", 1.5)])
def test_drawn_sums_follow_the_masked_law_and_give_its_noise_back(bulk: str, width: float) -> None:
    n = 200_000
    rng = np.random.default_rng(4)
    light = rng.normal(0, width, n) if bulk == "gaussian" else rng.uniform(-width, width, n)
    x = light + 0.2 * sample_stable(1.5, n, seed=9, dtype="float64")
    ordered = np.sort(np.log(np.abs(x)))
    at = np.linspace(-4, 5, 60)
    empirical = 1 - np.searchsorted(ordered, at) / n
    assert np.abs(empirical - survival(at, 1.5, 0.2, width, 1, bulk)).max() < 1.95 / math.sqrt(n)
    counts, _, log_scale = count(Sample("values", x))
    fit = fit_masked(counts, 1, log_scale, bulk)
    assert fit.alpha == pytest.approx(1.5, abs=0.06)
    assert fit.scale == pytest.approx(0.2, rel=0.2)
    assert fit.width == pytest.approx(width, rel=0.02)


def test_coarser_counts_are_those_of_wider_cells() -> None:
    x = np.random.default_rng(3).standard_cauchy(3000)
    fine = log_counts(x, -3.0, 0.1)
    wide = coarser(fine)
    assert (wide.size, wide.inner) == (fine.size, fine.inner)
    expected = log_counts(x, -3.0, 0.2).counts
    np.testing.assert_array_equal(wide.counts[: len(expected)], expected[: len(wide.counts)])


def p_value(x: np.ndarray) -> tuple[float, float, float]:
    sample = Sample("values", x)
    counts, alpha, log_scale = count(sample)
    fit = fit_counts(counts, sample, 0.95, alpha, log_scale)
    law = log_norm_survival(counts.edges - fit.log_scale, fit.alpha)
    return fit_test(counts, law, 2, 0.0)[0], fit.alpha, math.exp(fit.log_scale)


@pytest.mark.parametrize("alpha", [1.2, 1.75, 2.0])
def test_p_values_of_stable_samples_are_uniform(alpha: float) -> None:
    p = np.sort([p_value(sample_stable(alpha, 3000, seed=s))[0] for s in range(60)])
    # The 99.9 % point of the Kolmogorov-Smirnov distance at 60.
    assert np.abs(p - (np.arange(60) + 0.5) / 60).max() < 1.95 / math.sqrt(60)


@pytest.mark.parametrize("seed", [3, 12])
def test_p_values_are_those_of_a_parametric_bootstrap(seed: int) -> None:
    # So small a sample that the fit is doubtful, not hopeless.
    x = np.random.default_rng(seed).standard_t(2.2, 400)
    p, alpha, scale = p_value(x - np.median(x))
    drawn = (scale * sample_stable(alpha, 400, seed=100 + s) for s in range(100))
    # Both are the upper tail of one statistic, and the tail falls with the statistic.
    again = np.mean([p_value(y - np.median(y))[0] <= p for y in drawn])
    assert again == pytest.approx(p, abs=3 * math.sqrt(max(p * (1 - p), 0.02) / 100) + 0.02)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_hundred_thousand_values_get_a_true_verdict(family: str) -> None:
    given = verdict(draw(FAMILIES[family], 100_000, 5, 0))
    assert given.kind in (*FAMILIES[family].right, "unclear")
    assert given.kind in FAMILIES[family].right or family == "Gaussian + weak stable"


def test_the_words_say_what_a_reader_needs() -> None:
    laplace = verdict(np.random.default_rng(1).laplace(size=20_000))
    assert laplace.sentence == (
        f"Light-tailed: a stable fit would say {laplace.tail.alpha:.2f} and be wrong."
    )
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, 50_000) + 0.05 * sample_stable(1.6, 50_000, seed=2, dtype="float64")
    masked = verdict(x)
    assert masked.sentence.startswith("The initialisation still masks the noise")
    assert masked.bulk == "uniform"
    assert masked.noise_alpha == pytest.approx(1.6, abs=0.15)
    assert masked.noise_scale == pytest.approx(0.05, rel=0.2)
    assert masked.tail.alpha > 1.95
    student = verdict(rng.standard_t(2.5, 50_000))
    assert student.tail_alpha == pytest.approx(2.5, abs=0.3)
    assert "not stable" in student.sentence
    gauss = verdict(rng.normal(size=20_000))
    assert "Gaussian" in gauss.sentence
    assert "no heavy tail" in gauss.sentence
    lopsided = verdict(sample_stable(1.5, 20_000, beta=0.8, seed=3))
    assert lopsided.kind == "skewed"
    assert decode(encode(masked), Verdict) == masked
    assert {v.kind for v in (laplace, masked, student, gauss, lopsided)} <= set(VERDICTS)


def test_few_values_say_what_they_cannot_tell() -> None:
    student = verdict(np.random.default_rng(3).standard_t(1.6, 3000))
    assert student.kind == "compatible"
    assert "Not distinguishable from a stable law of alpha 1." in student.sentence
    assert "a Student's t fits as well" in student.sentence
    least = next(e.figure for e in student.evidence if e.name == "smallest departure")
    assert f"off by {100 * least:.0f} % or more in 80 % of samples" in student.sentence
    gauss = verdict(np.random.default_rng(3).normal(size=3000))
    assert gauss.kind == "compatible"
    assert "Not distinguishable from a Gaussian" in gauss.sentence


def test_the_smallest_departure_is_seen_in_four_of_five_samples() -> None:
    n, shared = 20_000, Dependence()
    start, width = -3.5, 0.08
    edges = start + width * np.arange(180)
    law = log_norm_survival(edges, 1.5)
    law[-1] = 0.0
    groups = Groups.of(law, n)
    p = groups.counted(law, 1.0)
    empty = LogCounts(start, width, np.full(179, n // 179 + 1), np.zeros(179, int), 0)
    least = smallest_seen(empty, law, TOLERANCE, SIGNIFICANCE, shared)
    off = np.where(np.arange(len(p)) % 2, 1.0, -1.0)
    off -= p @ off
    q = p * (1 + least * off / math.sqrt(p @ off**2))
    rng = np.random.default_rng(1)
    drawn = rng.multinomial(n, q, size=500)
    statistics = ((drawn - n * p) ** 2 / (n * p)).sum(axis=1)
    freedom = len(p) - 3  # of a fit with two parameters, which takes as many degrees off
    seen = [shared.p_value(s - 2, freedom, n * TOLERANCE**2) < SIGNIFICANCE for s in statistics]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.07)


def test_a_mixture_of_gaussians_is_not_called_masked_noise() -> None:
    rng = np.random.default_rng(5)
    for n in (1000, 5000, 30_000):
        for spread in (2.0, 3.0, 5.0):
            x = rng.normal(size=n) * np.where(rng.random(n) < 0.1, spread, 1.0)
            assert verdict(x).kind in ("light", "compatible", "unclear"), (n, spread)


def test_a_blurred_bulk_without_outliers_is_not_called_noise() -> None:
    rng = np.random.default_rng(1)
    given = layer_verdict(rng.uniform(-1, 1, (1000, 60)), "II")  # centring blurs the edges
    assert given.kind == "light"


def test_unit_and_sign_change_no_verdict() -> None:
    x = sample_stable(1.4, 5000, seed=8, dtype="float64")
    plain, moved = verdict(x), verdict(5.0 - 1e-3 * x)
    assert moved.kind == plain.kind == "stable"
    assert moved.p_value == pytest.approx(plain.p_value, abs=0.1)


def test_a_gap_in_the_middle_is_not_skewness() -> None:
    rng = np.random.default_rng(6)
    pareto = (rng.pareto(1.5, 10_000) + 1) * rng.choice([-1.0, 1.0], 10_000)
    sides = next(e for e in verdict(pareto).evidence if e.name == "sides")
    assert sides.p_value > 0.01


def test_a_tolerance_forgives_small_misfits_only() -> None:
    x = np.random.default_rng(1).standard_t(1.75, 100_000)
    assert verdict(x, tolerance=0.0).kind == "not stable"
    assert verdict(x, tolerance=0.2).kind == "compatible"  # a Student's t fits better still
    with pytest.raises(BadInput, match="tolerance"):
        verdict(x, tolerance=-1)


def test_excesses_tell_exponential_tails_from_powers() -> None:
    p = (np.arange(20_000) + 0.5) / 20_000
    exponential, power = tail_shape(-np.log(p)), tail_shape(p ** (-1 / 2.5))
    assert exponential.xi == pytest.approx(0, abs=0.02)
    assert abs(exponential.root) < 0.5
    assert power.xi == pytest.approx(1 / 2.5, abs=0.02)
    assert power.root > 5
    assert tail_shape(p).xi < -0.3


def test_layers_are_judged_by_what_their_noise_draws() -> None:
    drawn = sample_stable(1.5, (4000, 1), seed=4)
    shared = layer_verdict(np.repeat(drawn, 6, axis=1), "I")
    # 4000 independent values cannot tell a stable law from a Gaussian with a share of a power law.
    assert (shared.kind, shared.tail.sample, shared.tail.size) == ("compatible", "units", 4000)
    entries = layer_verdict(sample_stable(1.5, (800, 25), seed=4), "II")
    assert (entries.kind, entries.tail.size) == ("stable", 20_000)
    rng = np.random.default_rng(1)
    radius = np.sqrt(np.abs(sample_stable(0.75, (4000, 1), beta=1.0, seed=5, dtype="float64")))
    units = rng.normal(size=(4000, 40)) + 0.1 * radius * rng.normal(size=(4000, 40))
    masked = layer_verdict(units, "III")
    assert (masked.kind, masked.tail.sample) == ("masked", "units")
    assert masked.noise_alpha == pytest.approx(1.5, abs=0.2)


@pytest.mark.parametrize("x", [np.ones(100), np.arange(9.0), np.append(np.arange(99.0), np.inf)])
def test_samples_that_say_nothing_are_refused(x: np.ndarray) -> None:
    with pytest.raises(BadInput):
        verdict(x)


def test_rates_count_every_verdict() -> None:
    got = verdict_rates("stable 1.75", 3000, 20)
    assert sum(got.shares.values()) == pytest.approx(1)
    assert got.shares["stable"] + got.shares["compatible"] >= 0.9
    assert got.passed
    assert got.right == got.shares["stable"]
    assert got.wrong == pytest.approx(0, abs=0.05)
    with pytest.raises(BadInput, match="family"):
        verdict_rates("cauchi", 100)


def test_exact_quantiles_fit_perfectly() -> None:
    x = fast_law.ppf((np.arange(30_000) + 0.5) / 30_000, 1.6)
    given = verdict(x)
    assert given.kind == "stable"
    assert given.p_value > 0.99
