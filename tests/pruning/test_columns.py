"""Column pruning on matrices whose best pruning is obvious."""

from __future__ import annotations

import numpy as np
import pytest

from hts.pruning.columns import (
    pruned_count,
    pruning_ratio,
    relative_error,
    removal_order,
    unit_norms,
)


def test_norms_of_a_known_matrix():
    weights = np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 0.0]], dtype=np.float32)
    assert unit_norms(weights).tolist() == [5.0, 0.0, 1.0]
    assert removal_order(unit_norms(weights)).tolist() == [1, 2, 0]


def test_norms_do_not_overflow_in_float32():
    assert unit_norms(np.full((3, 4), 1e25, dtype=np.float32)) == pytest.approx(2e25)


def test_norms_in_blocks_equal_norms_at_once():
    weights = np.random.default_rng(0).standard_normal((3000, 1000)).astype(np.float32)
    assert unit_norms(weights) == pytest.approx(np.linalg.norm(weights.astype(float), axis=1))


def test_the_unit_that_makes_it_strictly_greater_is_kept():
    assert pruned_count(np.ones(10), 0.1) == 1  # exactly 0.1 does not exceed it
    assert pruned_count(np.ones(19), 0.1) == 1
    assert pruned_count(np.array([1.0, 3.0]), 0.1) == 1  # 1 / 10 of the squares
    assert pruned_count(np.array([1.0, 2.9]), 0.1) == 0
    assert pruned_count(np.array([0.0, 0.0, 5.0])) == 2


@pytest.mark.parametrize("norm", [0.1, 0.3, 1 / 7, 1e-8, 1e9])
@pytest.mark.parametrize("units", [10, 50, 70, 300, 5000])
def test_of_equal_units_a_tenth_goes_however_their_sum_is_rounded(units, norm):
    assert pruned_count(np.full(units, norm)) == units // 10


def test_agrees_with_the_loop_it_stands_for():
    rng = np.random.default_rng(1)
    for _ in range(50):
        norms = np.abs(rng.standard_cauchy(200))
        total, gone, running = np.sum(norms**2), 0, 0.0
        for norm in np.sort(norms):
            running += norm**2
            if running / total > 0.1:
                break
            gone += 1
        assert pruning_ratio(norms) == pytest.approx(100 * gone / 200)


def test_relative_error_of_a_known_matrix():
    norms = np.array([3.0, 0.0, 4.0])
    fractions = np.array([0.0, 0.34, 0.67, 1.0])
    assert relative_error(norms, fractions) == pytest.approx([0.0, 0.0, 0.6, 1.0])


def test_all_zero_weights_are_all_prunable_without_error():
    assert pruning_ratio(np.zeros(5)) == 100
    assert relative_error(np.zeros(5), np.array([0.0, 0.5, 1.0])).tolist() == [0, 0, 0]
