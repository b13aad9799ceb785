"""How much goes, in words and counts; at which levels curves are measured and on how much."""

from __future__ import annotations

import numpy as np
import pytest

from hts.pruning.criteria import CRITERIA
from hts.pruning.cut import Cut
from hts.pruning.levels import (
    FEWEST_EXAMPLES,
    LEVELS,
    LEVELS_DEEP_LIVE,
    forward_passes,
    live_examples,
)
from hts.pruning.ranking import rank
from hts.validate import BadInput


def test_a_cut_says_what_it_takes():
    assert Cut().words() == "squared error 0.1"
    assert Cut("fraction", 0.5).words() == "50 % of the units"
    assert Cut("points", 1.0).words() == "within 1 point of test accuracy"
    assert Cut("points", 2.0).words() == "within 2 points of test accuracy"
    assert Cut.from_words("fraction=0.25") == Cut("fraction", 0.25)


@pytest.mark.parametrize(
    ("kind", "amount", "says"),
    [
        ("fraction", 1.2, r"fraction must be a number in \[0, 1\], got 1.2"),
        ("criterion", -0.1, r"criterion must be a number in \[0, 1\], got -0.1"),
        ("points", 101, r"points must be a number in \[0, 100\], got 101"),
        ("most", 0.5, "what to prune by must be one of criterion, fraction, points, got 'most'"),
    ],
)
def test_an_amount_that_cannot_be_is_refused(kind, amount, says):
    with pytest.raises(BadInput, match=says):
        Cut(kind, amount)


def test_counts_are_those_of_the_ranking():
    weights = np.diag([1.0, 2.0, 3.0, 4.0]).astype(np.float32)  # squares 1, 4, 9, 16 of 30
    ranking = rank(CRITERIA["columns"], [weights])
    assert Cut("criterion", 0.2).counts(ranking).tolist() == [2]
    assert Cut("fraction", 0.75).counts(ranking).tolist() == [3]
    with pytest.raises(BadInput, match="have to be measured"):
        Cut("points", 1.0).counts(ranking)


def test_levels_are_even_steps_and_finer_at_the_end():
    assert len(LEVELS) == 51 + 5
    assert set(np.round(np.linspace(0, 1, 51), 4)) < set(LEVELS)
    assert set(LEVELS) - set(np.round(np.linspace(0, 1, 51), 4)) == {0.95, 0.97, 0.99, 0.995, 0.999}


def test_a_curve_costs_what_is_left_at_every_level_and_one_pass_more():
    assert forward_passes(np.array([0.0, 0.5, 1.0])) == pytest.approx(1 + 1 + 0.25)


def test_a_look_on_the_way_costs_about_one_evaluation():
    passes = forward_passes(LEVELS_DEEP_LIVE)
    assert live_examples(10**9, 30_000, 10_000) == int(40_000 / passes / 2)
    assert live_examples(500, 30_000, 10_000) == 500
    assert live_examples(10**9, 100, 100) == FEWEST_EXAMPLES == 200
