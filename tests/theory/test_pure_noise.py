"""Layers of pure noise against columns of the noise type itself, entry by entry."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp

from hts.noise.portrait import PlaneDraws
from hts.noise.types import noise_type
from hts.pruning.columns import pruned_count, unit_norms
from hts.theory.pure_noise import NoiseLayers, compressible_columns
from hts.validate import BadInput

LAYERS = NoiseLayers()
ALPHAS = [round(2 - 0.05 * step, 2) for step in range(21)]


def columns_of_type_three(alpha: float, seed: int) -> np.ndarray:
    """Lengths of 200 columns of 64 entries, from `hts.noise.sample_stable` alone."""
    entries = np.zeros((LAYERS.columns, LAYERS.inputs))
    noise_type("III").draw(PlaneDraws(entries, alpha, seed))
    return unit_norms(entries)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.75, 1.95, 2.0])
def test_lengths_median_and_range_are_those_of_type_three_columns(alpha):
    lengths = [columns_of_type_three(alpha, seed) for seed in range(1001, 1001 + LAYERS.layers)]
    mine = np.sqrt(LAYERS.squared_norms(alpha))
    assert ks_2samp(np.ravel(lengths), mine.ravel()).statistic < 0.01
    shares, mine = (np.array([pruned_count(layer) for layer in of]) / 200 for of in (lengths, mine))
    assert ks_2samp(shares, mine).statistic < 0.13  # that of 400 against 400 at p = 0.002
    read = LAYERS.read(alpha)
    assert [read.low, read.share, read.high] == list(np.quantile(mine, [0.05, 0.5, 0.95]))


def test_columns_are_counted_by_the_rule_of_pruning():
    norms = np.sort(LAYERS.squared_norms(1.5), axis=1)
    expected = [pruned_count(np.sqrt(layer)) for layer in norms]
    assert compressible_columns(norms).tolist() == expected
    ones = np.ones((1, 20))
    assert compressible_columns(ones).tolist() == [2]


def test_heavier_tails_let_more_columns_go_at_every_stop_of_the_slider():
    shares = [LAYERS.read(alpha).share for alpha in ALPHAS]
    assert np.all(np.diff(shares) > 0)


def test_the_layer_that_is_shown_is_a_typical_one_at_every_alpha():
    for alpha in ALPHAS:
        read = LAYERS.read(alpha)
        assert abs(read.compressible / LAYERS.columns - read.share) <= 0.01 + 1e-9, alpha
        assert np.sqrt(np.mean(read.lengths**2)) == pytest.approx(1)
        assert np.all(np.diff(read.lengths) >= 0)


def test_every_alpha_reads_the_same_random_numbers():
    near, gaussian = (LAYERS.squared_norms(alpha) for alpha in (2 - 1e-9, 2.0))
    np.testing.assert_allclose(near, gaussian, rtol=1e-3)
    heavy = LAYERS.squared_norms(1.5)
    assert np.array_equal(heavy, NoiseLayers().squared_norms(1.5))
    assert (
        np.corrcoef(np.log(heavy.ravel()), np.log(LAYERS.squared_norms(1.45).ravel()))[0, 1] > 0.99
    )


@pytest.mark.parametrize("alpha", [0.49, 2.01, float("nan")])
def test_an_alpha_that_no_layer_has_is_refused(alpha):
    with pytest.raises(BadInput, match="alpha must be"):
        LAYERS.squared_norms(alpha)
