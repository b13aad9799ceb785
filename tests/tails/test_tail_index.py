"""Estimates of alpha on laws whose alpha is known, and on laws that have none."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import sample
from hts.tails import fit_stable, layer_tail_index
from hts.tails.samples.binning import log_counts
from hts.validate import BadInput
from hts.verify.calibrate import coverage


def stable(alpha: float, n: int, seed: int = 31) -> np.ndarray:
    """``n`` i.i.d. symmetric stable values of scale 1."""
    return sample("II", alpha, units=n, inputs=1, seed=seed).ravel()


@pytest.mark.parametrize("alpha", [0.6, 0.8, 1.0, 1.2, 1.5, 1.75, 1.9, 1.99])
def test_recovers_alpha_and_scale(alpha: float) -> None:
    fit = fit_stable(3.0 * stable(alpha, 50_000) + 0.25)
    assert abs(fit.alpha - alpha) < 4 * 1.5 / np.sqrt(50_000)
    assert fit.scale == pytest.approx(3.0, rel=0.06)
    assert fit.location == pytest.approx(0.25, abs=0.1)
    assert fit.low < fit.alpha < fit.high
    assert fit.fits
    assert (fit.sample, fit.size) == ("entries", 50_000)


def test_a_gaussian_reads_two_with_an_interval_that_ends_there() -> None:
    fit = fit_stable(np.random.default_rng(2).normal(0, 0.3, 50_000))
    assert fit.alpha > 1.99
    assert fit.high == 2.0
    assert fit.low > 1.98
    assert fit.scale == pytest.approx(0.3 / np.sqrt(2), rel=0.02)
    assert fit.fits
    assert "near" in fit.note.lower()


@pytest.mark.parametrize("law", ["laplace", "student 1.75", "student 3", "uniform", "exponential"])
def test_a_sample_that_is_not_stable_is_flagged_in_words(law: str) -> None:
    rng = np.random.default_rng(7)
    drawn = {
        "laplace": rng.laplace(size=20_000),
        "student 1.75": rng.standard_t(1.75, 20_000),
        "student 3": rng.standard_t(3, 20_000),
        "uniform": rng.uniform(-1, 1, 20_000),
        "exponential": rng.exponential(size=20_000),
    }[law]
    fit = fit_stable(drawn)
    assert not fit.fits
    assert "alpha describes no tail" in fit.note


def test_unit_and_centre_change_nothing_but_scale_and_location() -> None:
    x = stable(1.6, 5000).astype(float)
    plain, moved = fit_stable(x), fit_stable(-1e-6 * x + 1e-4)
    assert moved.alpha == pytest.approx(plain.alpha, abs=2e-3)
    assert moved.scale == pytest.approx(1e-6 * plain.scale, rel=2e-3)
    assert moved.location == pytest.approx(1e-4, rel=1e-3)


@pytest.mark.parametrize("kind", ["I", "II", "III"])
@pytest.mark.parametrize("size", [1e30, 1e-30])
def test_enormous_and_minute_weights_are_no_trouble(kind: str, size: float) -> None:
    noise = sample(kind, 1.75, units=500, inputs=20, seed=5)
    noise = (np.clip(noise, -1e6, 1e6) * np.float32(size)).astype(np.float32)
    fit = layer_tail_index(noise, kind)
    usual = layer_tail_index(noise / np.float32(size), kind)
    assert fit.alpha == pytest.approx(usual.alpha, abs=0.01)
    assert fit.scale / size == pytest.approx(usual.scale, rel=0.01)


@pytest.mark.parametrize(("kind", "unit"), [("I", "units"), ("II", "entries"), ("III", "units")])
def test_a_layer_counts_what_is_independent(kind: str, unit: str) -> None:
    noise = 0.5 * sample(kind, 1.6, units=4000, inputs=30, seed=6)
    drift = np.linspace(-1, 1, 30, dtype=np.float32)  # the same for every unit
    fit = layer_tail_index(noise + drift, kind)
    assert fit.sample == unit
    assert fit.size == (4000 if unit == "units" else 120_000)
    assert abs(fit.alpha - 1.6) < 0.12
    assert fit.scale == pytest.approx(0.5, rel=0.1)
    assert fit.fits
    assert unit[:-1] in fit.method or unit == "entries"


def test_intervals_of_shared_draws_are_wider_than_of_independent_entries() -> None:
    widths = {}
    for kind in ("I", "II", "III"):
        fit = layer_tail_index(sample(kind, 1.75, units=1000, inputs=100, seed=8), kind)
        widths[kind] = fit.high - fit.low
    assert widths["II"] < widths["III"] < widths["I"]


def test_accumulated_noise_has_the_scale_of_its_sum() -> None:
    steps = [sample("III", 1.5, units=3000, inputs=40, seed=9, step=s) for s in range(8)]
    fit = layer_tail_index(0.1 * np.sum(steps, axis=0), "III")
    assert abs(fit.alpha - 1.5) < 0.06
    assert fit.scale == pytest.approx(0.1 * 8 ** (1 / 1.5), rel=0.06)


def test_wider_confidence_gives_a_wider_interval() -> None:
    x = stable(1.7, 3000)
    half, most = fit_stable(x, level=0.6), fit_stable(x, level=0.99)
    assert most.low < half.low < half.alpha < half.high < most.high


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (np.ones(100), "all equal to 1"),
        (np.arange(20.0), "at least 50 values, got 20"),
        (np.array([np.nan] * 100), "must be finite"),
        (np.append(np.arange(99.0), np.inf), "must be finite"),
        (np.array(["a"] * 100), "must hold real numbers"),
        (np.append(np.ones(99), 2.0), "must differ from the centre, got 1 of 100"),
    ],
)
def test_unusable_samples_are_refused_in_words(weights: np.ndarray, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        fit_stable(weights)


def test_unusable_layers_are_refused_in_words() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(BadInput, match="at least 50 units"):
        layer_tail_index(rng.normal(size=(20, 100)), "III")
    with pytest.raises(BadInput, match=r"\(units, inputs\)"):
        layer_tail_index(rng.normal(size=100), "II")
    with pytest.raises(BadInput, match="must be one of none"):
        layer_tail_index(rng.normal(size=(100, 5)), "V")
    for kind in ("I", "II", "III"):
        with pytest.raises(BadInput, match=r"must (vary|differ)"):
            layer_tail_index(np.tile(rng.normal(size=20), (300, 1)), kind)
    opposite = np.tile([[1.0, -1.0], [-1.0, 1.0]], (50, 1))
    with pytest.raises(BadInput, match="mean weights must vary"):
        layer_tail_index(opposite, "I")


def test_few_units_still_give_an_estimate() -> None:
    fit = layer_tail_index(sample("III", 1.5, units=60, inputs=2, seed=3), "III")
    assert fit.low < 1.5 < fit.high


def test_counts_are_the_histogram_of_the_logarithms() -> None:
    x = np.random.default_rng(3).standard_cauchy(3000)
    counts = log_counts(x, -3.0, 0.1)
    expected, _ = np.histogram(np.log(np.abs(x)), counts.edges)
    assert np.abs(counts.counts - expected).sum() <= 2
    assert counts.inner == (np.log(np.abs(x)) < -3).sum()
    assert counts.size == 3000
    assert counts.negative.sum() == ((x < 0) & (np.log(np.abs(x)) >= -3)).sum()


@pytest.mark.parametrize(
    ("kind", "alpha", "size", "repeats"),
    [
        ("I", 1.2, 2000, 60),
        ("I", 1.9, 2000, 60),
        ("II", 1.75, 20_000, 60),
        ("III", 1.5, 1000, 60),
        ("III", 1.9, 1000, 60),
    ],
)
def test_intervals_cover_as_promised(kind: str, alpha: float, size: int, repeats: int) -> None:
    # 95 % of 60 is 57; fewer than 50 happens once in 3 000 times.
    got = coverage(kind, alpha, size, repeats, inputs=20 if kind == "III" else None)
    assert got.coverage >= 50 / 60
    assert abs(got.bias) < 4 * got.sd / np.sqrt(repeats) + 0.005
    assert got.flagged <= 0.05


def test_bias_and_spread_at_ten_thousand_values() -> None:
    got = coverage("II", 1.75, 10_000, 40, inputs=1)
    assert abs(got.bias) < 0.005 + 4 * 0.016 / np.sqrt(40)
    assert got.sd < 0.016 * (1 + 4 / np.sqrt(80))
