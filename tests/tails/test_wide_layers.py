"""Layers as they are: wide ones, and rows or columns that share draws or differ in scale."""

from __future__ import annotations

import numpy as np
import pytest

import hts
from hts.inspection.layer import tails_of
from hts.inspection.matrix import Matrix
from hts.noise import sample
from hts.records import MODEST
from hts.tails import estimate_layer, layer_tail_index
from hts.tails.fit_test import Dependence
from hts.tails.layer import layer_sample
from hts.tails.samples.clusters import Clusters
from hts.tails.verdicts import layer_verdict


def inspected(weights: np.ndarray, noise: str = "II"):
    read = lambda start, stop: weights[start:stop]  # noqa: E731
    return tails_of(Matrix(*weights.shape, read), "w", noise, [])


def gauss(*shape: int, seed: int = 1) -> np.ndarray:
    drawn: np.ndarray = np.random.default_rng(seed).standard_normal(shape, np.float32)
    return drawn


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_wide_gaussian_layer_is_gaussian(seed: int) -> None:
    entries, _, given = inspected(gauss(512, 4608, seed=seed))
    assert given.kind == "Gaussian"
    assert "Gaussian" in given.sentence
    assert entries.high == 2.0


@pytest.mark.parametrize("units", [199, 201, 300])
def test_a_wide_stable_layer_is_stable(units: int) -> None:
    entries, _, given = inspected(sample("II", 1.75, units=units, inputs=4608, seed=units))
    assert given.kind == "stable"
    assert entries.alpha == pytest.approx(1.75, abs=0.015)


def test_rows_that_share_a_scale_count_as_few() -> None:
    scales = np.sqrt(3 / np.random.default_rng(1).chisquare(3, (1000, 1)))
    kinds = set()
    for seed in range(3):
        weights = (scales * gauss(1000, 1000, seed=seed)).astype(np.float32)
        given = layer_verdict(weights, "II")
        kinds.add(given.kind)
        assert any(e.name == "shared draws" for e in given.evidence)
        assert not given.tail.independent
    assert kinds <= {*MODEST, "not stable"}


def test_columns_that_share_a_scale_count_as_few() -> None:
    scales = np.exp(0.7 * np.random.default_rng(1).standard_normal((1, 800)))
    taken = layer_sample(gauss(800, 800) * scales, "II")
    assert taken.design > 10
    assert layer_sample(gauss(800, 800), "II").design == 1.0


@pytest.mark.parametrize("method", ["mle", "quantiles", "characteristic", "log-variance"])
def test_units_of_type_three_read_by_weights_have_honest_intervals(method: str) -> None:
    held = 0
    for seed in range(30):
        noise = sample("III", 1.5, units=1000, inputs=60, seed=seed)
        found = estimate_layer(noise, "II", method)
        held += found.low <= 1.5 <= found.high
    assert held >= 26  # of 30; counting all weights as independent holds it in about 8


def test_few_foreign_units_that_share_draws_give_no_interval_by_weights() -> None:
    shared = sample("III", 1.5, units=60, inputs=500, seed=1)
    (layer,) = hts.inspect({"w": shared}).layers
    assert layer.by_entries is None
    assert "60 units are too few to say how much" in layer.note
    (layer,) = hts.inspect({"w": sample("II", 1.5, units=60, inputs=500, seed=1)}).layers
    assert layer.by_entries.low < 1.5 < layer.by_entries.high


def test_a_narrow_layer_of_known_noise_keeps_its_estimate() -> None:
    rows = np.exp(np.random.default_rng(1).normal(size=(20, 1)))
    trained = rows * sample("II", 1.75, units=20, inputs=64, seed=1)
    assert layer_tail_index(trained, "II").sample == "entries"
    (layer,) = hts.inspect({"w": trained.astype(np.float32)}).layers
    assert layer.by_entries is None


def test_one_centre_unless_medians_differ() -> None:
    noise = sample("II", 1.6, units=400, inputs=300, seed=2)
    assert layer_sample(noise, "II").said == ()
    norms = layer_sample(noise, "III")
    assert norms.on == f"the units' norms, law of the norm in {norms.inputs} dimensions"
    moved = layer_sample(noise + np.linspace(-2, 2, 300, dtype=np.float32), "II")
    assert "centred by its own" in moved.said[0]
    fit = layer_tail_index(noise + np.linspace(-2, 2, 300, dtype=np.float32), "II")
    assert fit.low - 0.01 <= 1.6 <= fit.high + 0.01


def test_the_sandwich_counts_clusters() -> None:
    rows, columns = (k.ravel() for k in np.indices((200, 30), np.int32))
    clusters = Clusters(rows, columns)
    rng = np.random.default_rng(1)
    shared = np.repeat(rng.standard_normal(200), 30)
    assert clusters.design(shared) == pytest.approx(1 + 29 * (1 + 80 / 200), rel=0.01)
    assert clusters.design(rng.standard_normal(6000)) == 1.0
    groups = (shared > 0).astype(np.int64) + (shared > 1)
    eigenvalues = clusters.eigenvalues(groups, None, None, 3)
    np.testing.assert_allclose(eigenvalues, 30, rtol=0.2)
    assert clusters.eigenvalues(rng.integers(0, 3, 6000), None, None, 3) is None
    assert Dependence.of(None).p_value(10.0, 10.0, 0.0) == pytest.approx(0.44, abs=0.01)
    assert Dependence(2.0).p_value(20.0, 10.0, 0.0) == pytest.approx(0.44, abs=0.01)


def test_laws_of_thousands_of_inputs_do_not_overflow() -> None:
    fit = layer_tail_index(sample("III", 1.5, units=60, inputs=10_000, seed=1), "III")
    assert 1.0 < fit.low < 1.5 < fit.high < 2
