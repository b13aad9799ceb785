"""Medians with their intervals, and the comparison at equal pruned share."""

import numpy as np
import pytest

from hts.paired.effect import Curve, at_shares
from hts.paired.median import median_of, medians_of
from hts.paired.words import beside, sentence, verdict
from hts.validate import BadInput


def test_interval_covers_the_median_of_a_heavy_tailed_law():
    draws = np.random.default_rng(1).standard_cauchy((4000, 12)) + 3
    found = [median_of(row) for row in draws]
    hits = np.mean([m.low <= 3 <= m.high for m in found])
    assert found[0].level == pytest.approx(1 - 2 * (1 + 12 + 66) / 4096)
    assert abs(hits - found[0].level) < 0.01


@pytest.mark.parametrize(("n", "rank"), [(5, 1), (6, 1), (8, 1), (9, 2), (12, 3), (20, 6)])
def test_ranks_are_those_of_the_sign_test(n, rank):
    found = median_of(np.arange(1.0, n + 1))
    assert (found.low, found.high) == (rank, n + 1 - rank)
    assert (found.level >= 0.95) == (n >= 6)


def test_interval_is_the_narrowest_that_holds_its_level():
    from scipy.stats import binom

    for n in range(6, 65):
        found = median_of(np.arange(1.0, n + 1))
        assert found.level >= 0.95
        assert 1 - 2 * binom.cdf(found.low - 1, n, 0.5) == pytest.approx(found.level)
        assert 1 - 2 * binom.cdf(found.low, n, 0.5) < 0.95


def test_no_values_and_values_that_are_none_are_refused():
    for bad in ([], [1.0, np.nan]):
        with pytest.raises(BadInput, match="list of one number or more"):
            median_of(bad)


def _curves(values):
    return {seed: Curve(pruned=(0, 1), accuracy=(v, v)) for seed, v in values.items()}


def test_differences_are_taken_seed_by_seed():
    noisy, control = _curves({1: 50, 2: 90, 3: 70, 9: 0}), _curves({1: 60, 2: 80, 3: 90})
    (found,) = at_shares(noisy, control, [0.8])
    assert (found.difference.median, found.seeds_won, found.seeds_lost) == (-10, 1, 2)
    assert (found.accuracy.median, found.control.median, found.seeds) == (70, 80, 3)


def test_nothing_in_common_is_refused():
    with pytest.raises(BadInput, match="no seed"):
        at_shares(_curves({1: 5}), _curves({2: 5}))


def test_sentence_says_who_wins_by_how_much_and_in_how_many_seeds():
    seeds = range(1, 9)
    noisy = _curves({s: 50 + s for s in seeds})
    control = _curves(dict.fromkeys(seeds, 91))
    (found,) = at_shares(noisy, control, [0.8])
    assert sentence(found, control="the noise-free control") == (
        "With 80 % removed the noisy network keeps 54 %, the noise-free control 91 % (medians); "
        "paired by seed, noise costs a median of 36 points (95 % interval 33 to 40), in 8 of 8 "
        "seeds."
    )
    assert beside(found, control="the Gaussian control").startswith(
        "The Gaussian control keeps 91 %: noise costs a median of 36 points"
    )
    assert verdict(found, "heavy tails").startswith("heavy tails cost a median of 36 points")


def test_sentence_says_that_the_difference_is_no_difference_of_the_medians():
    (found,) = at_shares(_curves({1: 70, 2: 74, 3: 90}), _curves({1: 77, 2: 69, 3: 85}), [0.8])
    assert sentence(found, control="the Gaussian control") == (
        "With 80 % removed the noisy network keeps 74 %, the Gaussian control 77 % (medians); "
        "paired by seed, no clear difference (median +5 points, 75 % interval "
        "−7 to +5; ahead in 2 of 3 seeds)."
    )
    (alone,) = at_shares(_curves({1: 70}), _curves({1: 77}), [0.8])
    assert sentence(alone, control="the Gaussian control") == (
        "With 80 % removed the noisy network keeps 70 %, the Gaussian control 77 %: "
        "noise costs 7 points in this one seed."
    )


def test_verdict_is_careful_when_the_interval_holds_zero():
    (found,) = at_shares(_curves({1: 5, 2: 9, 3: 4}), _curves({1: 4, 2: 4, 3: 6}), [0.5])
    assert verdict(found).startswith(
        "no clear difference (median +1 point, 75 % interval −2 to +5; ahead in 2 of 3 seeds)"
    )


def test_an_interval_of_few_seeds_says_that_it_holds_less_than_95_percent():
    (found,) = at_shares(_curves({1: 9, 2: 12, 3: 8}), _curves({1: 5, 2: 5, 3: 5}), [0.5])
    assert verdict(found) == (
        "noise gains a median of 4 points (75 % interval 3 to 7, too few seeds for 95 %), "
        "in 3 of 3 seeds"
    )


def test_medians_of_columns_are_those_of_each_and_infinite_values_keep_their_rank():
    values = np.random.default_rng(3).normal(size=(9, 5))
    assert medians_of(values) == [median_of(column) for column in values.T]
    assert [m.median for m in medians_of(values)] == np.median(values, axis=0).tolist()
    assert median_of([1.0, np.inf, 3.0, -np.inf]).median == 2
    assert median_of([np.inf, np.inf]).median == np.inf
