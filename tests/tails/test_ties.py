"""Zeros, repeats, copies and rounding are found before a fit, said, and do not change it."""

from __future__ import annotations

import numpy as np
import pytest

from hts.noise import sample_stable
from hts.tails import ESTIMATORS, estimate, layer_tail_index, layer_verdict, verdict
from hts.tails.report import tail_report
from hts.tails.samples.sample import take
from hts.tails.samples.steps import on_grids, precision_steps, row_steps, step_of
from hts.tails.samples.ties import untied
from hts.validate import BadInput
from hts.verify.grid_laws import FORMATS

N = 20_000
X = sample_stable(1.75, N, seed=3)
GAUSS = 0.02 * np.random.default_rng(1).standard_normal((400, 500), np.float32)


def holes(x: np.ndarray, share: float, seed: int = 0) -> np.ndarray:
    return np.where(np.random.default_rng(seed).random(x.shape) < share, 0, x).astype(x.dtype)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9])
def test_zeros_are_left_out_and_said(share: float) -> None:
    x = holes(X, share)
    found = untied(x)
    assert found.zeros == pytest.approx(np.mean(x == 0))
    np.testing.assert_array_equal(found.values, x[x != 0])
    assert "exactly 0 and left out" in found.said[0]
    assert "exactly 0" in verdict(x).sentence
    assert "exactly 0" in estimate(x).note


def test_values_that_rounding_made_zero_are_not_counted_among_the_zeros() -> None:
    rounded = np.round(X / 0.2).astype(np.float32) * np.float32(0.2)
    assert np.mean(rounded == 0) > 0.05
    x = holes(rounded, 0.3)
    assert untied(x).zeros == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9])
def test_estimators_that_assume_the_law_hold_it_whatever_the_zeros(share: float) -> None:
    whole_law = [n for n, how in ESTIMATORS.items() if not how.tail_only and not how.resamples]
    held, asked = dict.fromkeys(whole_law, 0), 40
    for seed in range(asked):
        x = holes(sample_stable(1.75, N, seed=100 + seed), share, seed)
        for name in whole_law:
            found = estimate(x, name)
            held[name] += found.low <= 1.75 <= found.high
    # Of 40 intervals of 95 %, 33 or fewer hold alpha once in three hundred times.
    assert min(held.values()) >= 34, held


def test_the_recipe_and_the_tail_only_estimators_say_what_they_are() -> None:
    x = holes(X, 0.5)
    recipe = estimate(x, "reference", replicates=20)
    assert recipe.low <= 1.75 <= recipe.high
    for name in ("hill", "moment", "pickands"):
        assert "Biased for stable laws" in estimate(x, name).note


def test_weights_pruned_by_size_are_fitted_beyond_the_cut() -> None:
    x = np.where(np.abs(X) > 1.5, X, 0)
    found = take(x, None)
    assert found.floor == pytest.approx(1.5, rel=0.01)
    assert "are gone" in found.said[1]
    fit = estimate(x)
    assert fit.low <= 1.75 <= fit.high
    with pytest.raises(BadInput, match="pruned by size, which quantiles cannot allow for"):
        estimate(x, "quantiles")
    # Of uniform weights the largest tenth says next to nothing, but nothing breaks either.
    uniform = np.random.default_rng(2).uniform(-0.13, 0.13, (200, 60)).astype(np.float32)
    uniform[np.abs(uniform) < 0.116] = 0
    report = tail_report(uniform)
    assert [e.method for e in report.estimates] == list(ESTIMATORS)
    assert "use method mle" in next(e for e in report.estimates if e.method == "quantiles").why
    assert report.verdict.kind not in ("stable", "Gaussian")


def test_steps_are_found() -> None:
    steps = np.random.default_rng(1).integers(-127, 128, 5000) * np.float32(0.003)
    assert step_of(steps) == pytest.approx(0.003)
    assert step_of(X) is None
    int8 = FORMATS["int8"](GAUSS)
    assert step_of(int8) is None  # every row has its own
    assert on_grids(int8)
    np.testing.assert_allclose(row_steps(int8), np.abs(GAUSS).max(axis=1) / 127, rtol=1e-5)
    assert on_grids(FORMATS["bfloat16"](int8))
    assert not on_grids(GAUSS)
    assert precision_steps(X) is None
    half = np.float32([1.0, 1.5, 3e-6, 1 + 2**-10])
    np.testing.assert_allclose(precision_steps(half.astype(np.float16).astype(np.float32)),
                               [2**-10, 2**-10, 2**-24, 2**-10])  # fmt: skip
    brain = FORMATS["bfloat16"](np.append(GAUSS.ravel(), np.float32(1.0078125)))
    assert precision_steps(brain)[-1] == 2**-7


@pytest.mark.parametrize("scale", [1.0, 3e-5])  # the latter in float16's denormals
@pytest.mark.parametrize("name", ["bfloat16", "float16", "int8"])
def test_rounded_weights_are_judged_as_they_were(name: str, scale: float) -> None:
    given = layer_verdict(FORMATS[name](scale * GAUSS), "II")
    assert given.kind == "Gaussian"
    assert given.p_value > 0.01


def test_a_coarse_grid_is_respected() -> None:
    levels = (np.rint(GAUSS / 0.01).clip(-7, 7) * np.float32(0.01)).astype(np.float32)
    given = layer_verdict(levels, "II")
    assert given.kind == "Gaussian"
    assert "counts respect these" in given.sentence
    with pytest.raises(BadInput, match="rounded to steps as wide as the law"):
        estimate(levels.ravel(), "characteristic")
    heavy = FORMATS["int8"](sample_stable(1.2, (50, 4000), seed=1))
    with pytest.raises(BadInput, match="as wide as the law itself"):
        layer_tail_index(heavy, "II")


def test_repeats_are_found() -> None:
    constant = np.where(np.random.default_rng(1).random(N) < 0.2, np.float32(0.3), X)
    found = untied(constant)
    assert "equal 0.3 and are left out" in found.said[0]
    assert found.values.size == np.count_nonzero(constant != np.float32(0.3))
    copied = untied(np.repeat(X, 3))
    assert copied.values.size == np.unique(X).size
    assert "occurs 3 times" in copied.said[0]
    with pytest.raises(BadInput, match=r"clipped, 9\.\d % equal -2 and"):
        untied(X.clip(-2, 2))
    with pytest.raises(BadInput, match="only 2 sizes"):
        untied(np.random.default_rng(1).integers(-1, 2, 1000).astype(np.float32))
    assert untied(X).said == ()
