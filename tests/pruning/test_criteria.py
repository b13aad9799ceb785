"""Orders, counts and errors of the criteria, on matrices whose answer can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from hts.pruning.choose import most_within
from hts.pruning.columns import pruned_count, relative_error, unit_norms
from hts.pruning.criteria import CRITERIA
from hts.pruning.ranking import rank
from hts.validate import BadInput

KNOWN = np.array([[3.0, 4.0], [1.0, 0.0], [0.0, 2.0]], np.float32)  # norms 5, 1, 2


def test_the_obvious_orders():
    assert rank(CRITERIA["columns"], [KNOWN]).orders[0].tolist() == [1, 2, 0]
    by_size = rank(CRITERIA["magnitude"], [KNOWN]).orders[0]
    assert np.abs(KNOWN).reshape(-1)[by_size].tolist() == [0, 0, 1, 2, 3, 4]
    singular = rank(CRITERIA["singular"], [np.diag([2.0, 5.0, 1.0]).astype(np.float32)])
    assert singular.scored[0].scores == pytest.approx([1, 2, 5])


def test_the_random_order_has_a_seed_and_a_stream_for_each_layer():
    two = [np.ones((50, 3), np.float32)] * 2
    first, again, other = (rank(CRITERIA["random"], two, seed=seed) for seed in (4, 4, 5))
    assert (first.orders[0] == again.orders[0]).all()
    assert (first.orders[0] != other.orders[0]).any()
    assert (first.orders[0] != first.orders[1]).any()


@pytest.mark.parametrize("scope", ["layer", "global"])
@pytest.mark.parametrize("criterion", sorted(CRITERIA))
def test_counts_run_from_none_to_all_and_errors_from_zero_to_one(criterion, scope):
    rng = np.random.default_rng(3)
    layers = [rng.standard_normal((30, 20)), 5 * rng.standard_normal((10, 30))]
    ranking = rank(CRITERIA[criterion], [w.astype(np.float32) for w in layers], scope=scope)
    counts = ranking.counts(np.linspace(0, 1, 11))
    assert (np.diff(counts, axis=0) >= 0).all()
    assert counts[0].tolist() == [0, 0]
    assert counts[-1].tolist() == ranking.parts
    errors = ranking.relative_error(counts)
    assert errors[0] == 0
    assert errors[-1] == pytest.approx(1)
    assert (np.diff(errors) >= 0).all()


def test_globally_the_smallest_go_first_wherever_they_are():
    layers = [np.diag([1.0, 4.0]).astype(np.float32), np.diag([2.0, 3.0]).astype(np.float32)]
    ranking = rank(CRITERIA["columns"], layers, scope="global")
    assert ranking.counts(np.array([0.25, 0.5, 0.75])).tolist() == [[1, 0], [1, 1], [1, 2]]
    assert rank(CRITERIA["columns"], layers).counts(np.array([0.5])).tolist() == [[1, 1]]


def test_columns_follow_the_rules_of_column_pruning():
    weights = np.random.default_rng(1).standard_cauchy((200, 5)).astype(np.float32)
    norms, ranking = unit_norms(weights), rank(CRITERIA["columns"], [weights])
    for share in (0.001, 0.1, 0.5):
        assert ranking.counts_at_error(share).tolist() == [pruned_count(norms, share)]
    levels = np.linspace(0, 1, 21)
    assert ranking.relative_error(ranking.counts(levels)) == pytest.approx(
        relative_error(norms, levels)
    )


@pytest.mark.parametrize("scope", ["layer", "global"])
@pytest.mark.parametrize("criterion", list(CRITERIA))
def test_the_error_of_every_criterion_is_that_of_the_matrices_it_leaves(criterion, scope):
    rng = np.random.default_rng(2)
    layers = [(s * rng.standard_normal((12, 7))).astype(np.float32) for s in (1, 3)]
    ranking = rank(CRITERIA[criterion], layers, scope=scope)
    whole = np.linalg.norm(np.stack(layers))
    for count in ranking.counts(np.array([0.2, 0.5, 0.9])):
        left = ranking.left(layers, count.tolist())
        expected = np.linalg.norm(np.stack(left) - np.stack(layers)) / whole
        assert ranking.relative_error(count[None])[0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("criterion", list(CRITERIA))
def test_without_pruning_every_weight_is_what_it_was(criterion):
    layers = [np.random.default_rng(5).standard_normal((9, 4)).astype(np.float32)] * 2
    for left in rank(CRITERIA[criterion], layers).left(layers, [0, 0]):
        assert (left == layers[0]).all()


def test_the_fraction_is_the_share_of_all_parts():
    layers = [np.ones((6, 2), np.float32), np.ones((4, 6), np.float32)]
    assert rank(CRITERIA["columns"], layers).fraction([4, 1]) == 0.5
    assert rank(CRITERIA["magnitude"], layers).fraction([0, 9]) == 0.25
    assert rank(CRITERIA["random"], layers).fraction([6, 4]) == 1.0


@pytest.mark.parametrize("criterion", list(CRITERIA))
def test_zero_layers_lose_everything_without_error(criterion):
    ranking = rank(CRITERIA[criterion], [np.zeros((5, 3), np.float32)])
    counts = ranking.counts(np.array([0.0, 0.5, 1.0]))
    assert ranking.relative_error(counts).tolist() == [0, 0, 0]


@pytest.mark.parametrize("share", [0.01, 0.1, 0.4])
@pytest.mark.parametrize("criterion", ["columns", "magnitude", "random"])
def test_the_global_share_is_counted_in_the_order_in_which_parts_go(criterion, share):
    rng = np.random.default_rng(8)
    layers = [(s * rng.standard_cauchy((20, 4))).astype(np.float32) for s in (1, 2, 5)]
    ranking = rank(CRITERIA[criterion], layers, scope="global")
    steps = [np.diff(gone) for gone in ranking.squares]
    total, gone, counts = sum(s.sum() for s in steps), 0.0, [0, 0, 0]
    for layer in ranking.merged:
        gone += steps[layer][counts[layer]]
        if gone > share * total:
            break
        counts[layer] += 1
    assert 0 < sum(counts) < sum(ranking.parts)
    assert ranking.counts_at_error(share).tolist() == counts


def test_by_layer_each_has_its_own_tenth_and_globally_all_share_one():
    small, large = np.full((10, 1), 0.1, np.float32), np.full((10, 1), 10.0, np.float32)
    assert rank(CRITERIA["columns"], [small, large]).counts_at_error().tolist() == [1, 1]
    together = rank(CRITERIA["columns"], [small, large], scope="global").counts_at_error()
    assert together.tolist() == [10, 0]  # ten small ones are a ten-thousandth of the whole


def test_the_largest_pruning_within_points_stops_before_the_first_fall():
    accuracy = np.array([90.0, 89.5, 90.2, 88.9, 89.9, 10.0])
    assert most_within(accuracy, 1.0) == 2
    assert most_within(accuracy, 2.0) == 4
    assert most_within(accuracy, 0.0) == 0
    assert most_within(accuracy, 100) == 5
    with pytest.raises(BadInput, match="at least 0, got -1"):
        most_within(accuracy, -1)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("examples", [500, 1000, 4500, 10_000])
def test_a_loss_of_exactly_one_point_is_within_it(kind, examples):
    right, point = np.arange(examples // 100 + 1, examples + 1), examples // 100
    counts = (right, right - point, right - point - 1)
    whole, exact, more = (k.astype(kind) / kind(examples) * kind(100) for k in counts)
    for before, within, beyond in zip(whole, exact, more, strict=True):
        assert most_within(np.array([before, within, beyond], kind), 1.0) == 1


def test_unknown_words_are_refused_with_the_nearest():
    with pytest.raises(BadInput, match="Did you mean 'columns'"):
        CRITERIA.named("column")
    with pytest.raises(BadInput, match="scope must be one of layer, global"):
        rank(CRITERIA["columns"], [KNOWN], scope="both")
