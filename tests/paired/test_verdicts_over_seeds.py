"""Exact tests over seeds, their correction within a family, and what they say of their power."""

import itertools
import math

import numpy as np
import pytest
from scipy.stats import binom, binomtest, multinomial, page_trend_test

from hts.paired.median import median_of
from hts.paired.shares import ShareTest, rank_correlation, share_of
from hts.paired.sign_test import sign_test
from hts.paired.trend_test import trend_test
from hts.paired.verdict import SIDE, all_of, decide, holm
from hts.validate import BadInput


def test_sign_test_is_the_binomial_one_and_ties_count_for_neither_side():
    found = sign_test([1, 2, 3, 4, 5, 6, 7, -1, 0, 0])
    assert found.p_for == pytest.approx(binomtest(7, 10, alternative="greater").pvalue)
    assert found.p_against == pytest.approx(binomtest(1, 10, alternative="greater").pvalue)
    below = sign_test([1, 2, 3, 4, 5, 6, 7, -1, 0, 0], 0, below=True)
    assert (below.agree, below.seeds) == (1, 10)


@pytest.mark.parametrize("n", [6, 10, 20, 33])
def test_a_part_alone_is_supported_exactly_when_its_interval_lies_beyond_the_margin(n):
    values = np.random.default_rng(n).standard_t(2, (200, n)) + 0.6
    for row in values:
        (verdict,) = decide([sign_test(row)])
        assert (verdict.ruling == "supported") == (median_of(row).low > 0)
        assert (verdict.ruling == "not supported") == (median_of(row).high <= 0)


def test_holm_corrects_as_in_its_table():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_family_without_effects_is_decided_wrongly_in_at_most_a_twentieth():
    draws = np.random.default_rng(2).standard_cauchy((600, 7, 20))
    wrong = [
        any(v.ruling != "undecided" for v in decide([sign_test(part) for part in family]))
        for family in draws
    ]
    assert 0 < np.mean(wrong) <= 0.05


def test_the_smallest_effect_is_seen_in_four_of_five_samples():
    rng = np.random.default_rng(3)
    values = rng.standard_t(2, 20)
    effect = sign_test(values).smallest_effect(SIDE)
    moved = values - np.median(values) + effect * 1.000001
    seen = [sign_test(rng.choice(moved, 20)).p_for <= SIDE for _ in range(2000)]
    assert np.mean(seen) >= 0.78
    less = rng.choice(moved - 0.3 * effect, (2000, 20))
    assert np.mean([sign_test(row).p_for <= SIDE for row in less]) < 0.8


@pytest.mark.parametrize("below", [False, True])
def test_values_at_the_margin_speak_for_neither_side(below):
    """As the interval of the median does: of 20 values 16 at the margin decide nothing."""
    for values in ([0.0] * 16 + [1.0] * 4, [0.0] * 16 + [-1.0] * 4, [0.0] * 20):
        (verdict,) = decide([sign_test(values, below=below)])
        assert verdict.ruling == "undecided"
    for values in ([0.0] * 4 + [1.0] * 16, [0.0] * 4 + [-1.0] * 16):
        test = sign_test(values, below=below)
        (verdict,) = decide([test])
        lies_beyond = test.effect.high < 0 if below else test.effect.low > 0
        assert (verdict.ruling == "supported") == lies_beyond
        assert verdict.ruling != "undecided"


def test_differences_of_decimals_at_the_margin_are_at_the_margin():
    at_5, at_0 = [17.2 - 12.2, 12.3 - 7.3], [(0.3 - 0.1) - (0.4 - 0.2)]
    assert [value == 5 for value in at_5] == [True, False]
    assert at_0 != [0.0]
    for values, margin in ((at_5, 5), (at_0, 0)):
        for below in (False, True):
            found = sign_test(values, margin, below=below)
            assert (found.agree, found.p_for, found.p_against) == (0, 1.0, 1.0)
    assert sign_test([1e300, -1e300, 1e-9]).agree == 2


def test_equal_differences_of_decimals_tie_in_a_trend():
    rows = [[95.54 - 97.49, 96.66 - 98.61], [1.0, 1.0]]
    assert rows[0][0] != rows[0][1]
    found = trend_test(rows)
    assert (found.agree, found.p_for, found.p_against) == (0, 1.0, 1.0)


@pytest.mark.parametrize("below", [False, True])
def test_an_effect_of_nothing_or_larger_than_there_can_be_is_not_said(below):
    assert sign_test([0.0] * 20, below=below).smallest_effect(SIDE) == math.inf
    tied = sign_test([0.0] * 19 + [0.25], below=below)
    assert tied.smallest_effect(SIDE) == 0.25
    spread = [-1.0] * 10 + [1.0] * 10
    assert sign_test(spread, below=below).smallest_effect(SIDE) == 1.0
    assert sign_test(spread, below=below, most=0.9).smallest_effect(SIDE) == math.inf


def test_a_growth_beyond_the_spread_seen_or_without_any_is_not_said():
    assert trend_test([[7.0] * 4] * 20).smallest_effect(SIDE) == math.inf
    rows = np.array([[0.0, 3.0, 1.0, 2.0], [2.0, 0.0, 3.0, 1.0]])
    assert trend_test(rows).smallest_effect(SIDE) == math.inf  # only 6 points would be seen


def test_an_effect_beyond_the_spread_seen_is_not_said():
    """Ten seeds in a family of 24 are decided where all agree: in 98 % of them, which ten hide."""
    values = np.random.default_rng(3).standard_t(2, 10)
    assert sign_test(values).smallest_effect(SIDE / 24) == math.inf
    assert sign_test(values).smallest_effect(SIDE) < math.inf


def test_five_seeds_decide_nothing_and_say_so():
    (verdict,) = decide([sign_test([3.0, 4.0, 5.0, 6.0, 7.0])])
    assert verdict.ruling == "undecided"
    assert verdict.smallest_effect == math.inf
    assert verdict.seeds_needed == 6


def test_seeds_needed_decide_the_share_that_was_seen():
    rng = np.random.default_rng(4)
    test = sign_test([1.0] * 14 + [-1.0] * 6)
    needed = test.seeds_needed(SIDE)
    assert needed is not None
    seen = [sign_test(rng.choice(test.values, needed)).p_for <= SIDE for _ in range(1000)]
    assert 0.77 <= np.mean(seen) <= 0.9
    assert sign_test([1.0, -1.0] * 10).seeds_needed(SIDE) is None


@pytest.mark.parametrize("agree", [11, 13, 14, 15, 17, 19])
@pytest.mark.parametrize("level", [SIDE, SIDE / 8, SIDE / 96])
def test_seeds_needed_are_the_fewest(agree, level):
    needed = sign_test([1.0] * agree + [-1.0] * (20 - agree)).seeds_needed(level)
    throws = np.arange(1, 2001)
    heads = binom.isf(level, throws, 0.5) + 1
    enough = throws[binom.sf(heads - 1, throws, agree / 20) >= 0.8]
    assert needed == (enough[0] if len(enough) else None)


def test_page_test_agrees_with_scipys_exact_one():
    values = np.random.default_rng(5).normal(size=(7, 4)) + 0.3 * np.arange(4)
    found = trend_test(values)
    exact = page_trend_test(values, method="exact").pvalue
    assert found.p_for == pytest.approx(exact, rel=1e-9)
    falls = page_trend_test(values[:, ::-1], method="exact").pvalue
    assert found.p_against == pytest.approx(falls, rel=1e-9)


def test_page_test_is_exact_under_ties():
    rows = np.array([[1.0, 1.0, 2.0], [3.0, 3.0, 3.0], [0.0, 5.0, 5.0]])
    ranks = [(1.5, 1.5, 3.0), (2.0, 2.0, 2.0), (1.0, 2.5, 2.5)]
    seen = sum(i * r for row in ranks for i, r in zip((1, 2, 3), row, strict=True))
    counts = [
        sum(i * r for row in orders for i, r in zip((1, 2, 3), row, strict=True)) >= seen
        for orders in itertools.product(*(list(itertools.permutations(row)) for row in ranks))
    ]
    assert trend_test(rows).p_for == pytest.approx(np.mean(counts))


@pytest.mark.parametrize("growth", [0.0, 30.0])
@pytest.mark.parametrize(("seeds", "level"), [(10, SIDE), (20, SIDE / 12)])
def test_the_smallest_growth_is_seen_in_four_of_five_samples(growth, seeds, level):
    """Whatever the growth that was seen, and beside large differences between seeds."""
    rng = np.random.default_rng(6)
    ramp = np.linspace(0, 1, 4)

    def fresh() -> np.ndarray:
        return rng.normal(size=(seeds, 4)) + 5 * rng.normal(size=(seeds, 1))

    seen = [
        trend_test(fresh() + effect * ramp).p_for <= level
        for effect in (trend_test(fresh() + growth * ramp).smallest_effect(level) for _ in range(9))
        for _ in range(60)
    ]
    assert 0.7 <= np.mean(seen) <= 0.92


def test_a_growth_that_would_be_seen_is_at_least_what_is_measured():
    values = np.full((10, 3), 10.35)
    values[0] = 10.35, 10.35, 10.4
    assert trend_test(values).smallest_effect(SIDE) == pytest.approx(0.05)


def test_a_trend_over_three_seeds_is_decided_by_no_growth():
    assert trend_test([[1.0, 2.0]] * 3).smallest_effect(SIDE) == math.inf
    values = np.random.default_rng(6).standard_t(2, (20, 4)) + 9 * np.linspace(0, 1, 4)
    assert trend_test(values).seeds_needed(SIDE) is not None


def test_a_trend_of_too_many_treatments_or_none_is_refused():
    for bad in ([[1.0]], [[1.0] * 7], []):
        with pytest.raises(BadInput, match="2 to 6 values"):
            trend_test(bad)


def test_shares_have_the_interval_of_clopper_and_pearson():
    found = share_of([True] * 3 + [False] * 17)
    exact = binomtest(3, 20).proportion_ci(method="exact")
    assert (found.count, found.share) == (3, 15.0)
    assert (found.low, found.high) == pytest.approx((100 * exact.low, 100 * exact.high))
    assert (share_of([False] * 4).low, share_of([True] * 4).high) == (0.0, 100.0)


def test_two_shares_are_compared_by_the_pairs_that_differ():
    ours, theirs = (True,) * 9 + (False, True), (False,) * 8 + (True, True, True)
    found = ShareTest(ours, theirs)
    assert found.p_for == pytest.approx(binomtest(8, 9, alternative="greater").pvalue)
    assert found.effect.median == pytest.approx(100 * 7 / 11)
    effect = found.smallest_effect(SIDE)  # with which 6 of 11 pairs differ in 4 of 5 samples
    assert binom.sf(5, 11, effect / 100) == pytest.approx(0.8)
    assert ShareTest((True,) * 5, (True,) * 5).seeds_needed(SIDE) is None


def test_rank_correlation_is_spearmans():
    assert rank_correlation([1, 2, 3, 4], [1, 8, 27, 64]) == pytest.approx(1.0)
    assert rank_correlation([1, 2, 3], [5, 5, 5]) == 0.0
    assert rank_correlation([1, 2, 3, 4], [2, 1, 4, 3]) == pytest.approx(0.6)


def test_one_refused_part_refuses_what_needs_them_all():
    assert all_of(["supported", "not supported", "undecided"]) == "not supported"
    assert all_of(["supported", "undecided"]) == "undecided"
    assert all_of(["supported"]) == "supported"
    assert all_of([]) == "undecided"


def test_a_median_halfway_between_the_infinities_is_no_number_and_has_its_interval():
    found = median_of([-math.inf, -math.inf, math.inf, math.inf])
    assert math.isnan(found.median)
    assert (found.low, found.high) == (-math.inf, math.inf)


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_trend_of_values_that_are_not_finite_is_refused(bad):
    with pytest.raises(BadInput, match="finite values"):
        trend_test([[1.0, bad], [1.0, 2.0]])


@pytest.mark.parametrize(("ours", "theirs"), [(0.5, 0.0), (0.5, 0.02), (0.3, 0.3), (0.9, 0.0)])
def test_the_interval_of_two_shares_holds_their_difference_as_often_as_it_says(ours, theirs):
    """Summed over every outcome of 20 seeds: exact, nothing is drawn."""
    n, held = 20, 0.0
    for won in range(n + 1):
        for lost in range(n + 1 - won):
            alike = n - won - lost
            chance = multinomial.pmf([won, lost, alike], n, [ours, theirs, 1 - ours - theirs])
            if chance > 1e-6:
                a, b, c = (1,) * won, (0,) * lost, (1,) * alike
                found = ShareTest((*a, *b, *c), (*(0,) * won, *(1,) * lost, *c)).effect
                held += chance * (found.low <= 100 * (ours - theirs) + 1e-9 <= found.high + 2e-9)
    assert 0.93 <= held <= 0.99
