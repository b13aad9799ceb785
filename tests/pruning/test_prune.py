"""Pruned networks against naive masking, and what is left of them in numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from networks import convolutional, examples, network

from hts.pruning.criteria import CRITERIA
from hts.pruning.prune import measure, pruned
from hts.pruning.ranking import rank
from hts.pruning.sizes import shape_of

LEVELS = np.linspace(0, 1, 50)


def matrices(made) -> list[np.ndarray]:
    return [m.numpy() for m in made.matrices]


def naively_masked(made, ranking, counts):
    """Zeros written into a copy of the weights, whatever the criterion calls a part."""
    masked = [m.clone() for m in made.matrices]
    for weights, order, gone in zip(masked, ranking.orders, counts, strict=True):
        places = torch.from_numpy(order[:gone].copy())
        if ranking.criterion.whole_units:
            weights[places] = 0
        else:
            weights.reshape(-1)[places] = 0
    return made.with_matrices(masked)


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["layer", "global"])
@pytest.mark.parametrize("depth", [1, 2])
def test_the_magnitude_curve_at_fifty_levels_equals_naive_masking(depth, scope):
    made = network(depth)
    x, y = examples(made)
    ranking = rank(CRITERIA["magnitude"], matrices(made), scope=scope)
    counts = ranking.counts(LEVELS)
    got = measure(made, ranking, counts, x, y)
    for gone, accuracy in zip(counts, got.accuracy, strict=True):
        masked = naively_masked(made, ranking, gone)
        right = (masked.logits(x).argmax(1) == y).double().mean()
        assert accuracy == pytest.approx(100 * float(right), abs=1e-9)


@pytest.mark.parametrize("criterion", ["columns", "random"])
@pytest.mark.parametrize("make", [network, lambda: network(3), convolutional])
def test_a_really_smaller_network_answers_as_the_masked_one(make, criterion):
    made = make()
    x = torch.randn(60, 64 if hasattr(made, "image") else 12)
    ranking = rank(CRITERIA[criterion], matrices(made))
    for gone in ranking.counts(np.array([0.0, 0.3, 0.8])):
        smaller, masked = pruned(made, ranking, gone), naively_masked(made, ranking, gone)
        assert [len(m) for m in smaller.matrices] == [
            len(m) - lost for m, lost in zip(made.matrices, gone, strict=True)
        ]
        torch.testing.assert_close(smaller.logits(x), masked.logits(x), rtol=1e-4, atol=1e-5)


def test_lower_rank_leaves_the_nearest_matrix():
    made = network()
    (whole,) = matrices(made)
    ranking = rank(CRITERIA["singular"], [whole])
    (left,) = pruned(made, ranking, [9]).matrices
    u, s, vt = np.linalg.svd(whole.astype(np.float64), full_matrices=False)
    np.testing.assert_allclose(left.numpy(), (u[:, :3] * s[:3]) @ vt[:3], atol=1e-6)
    lost = np.linalg.norm(left.numpy() - whole)
    assert lost == pytest.approx(np.sqrt(np.sum(s[3:] ** 2)), rel=1e-5)
    assert pruned(made, ranking, [0]) is made
    assert not pruned(made, ranking, [12]).matrices[0].any()


@pytest.mark.parametrize("criterion", sorted(CRITERIA))
def test_every_curve_begins_with_the_whole_network_and_ends_with_guessing(criterion):
    made = network(2)
    x, y = examples(made)
    ranking = rank(CRITERIA[criterion], matrices(made))
    told: list[float] = []
    got = measure(made, ranking, ranking.counts(np.array([0.0, 1.0])), x, y, tell=told.append)
    whole = 100 * float((made.logits(x).argmax(1) == y).double().mean())
    assert got.accuracy[0] == pytest.approx(whole)
    assert got.accuracy[1] == pytest.approx(100 * float((y == 0).double().mean()))
    assert got.loss[1] == pytest.approx(np.log(4), rel=1e-6)
    assert told == [0.5, 1.0]


def test_sizes_are_those_of_the_networks_that_remain():
    made = network(2)
    shape = shape_of([w.shape for w in [*made.hidden, made.output]], [1, 1], [True, True])
    ranking = rank(CRITERIA["columns"], matrices(made), scope="global")
    counts = ranking.counts(LEVELS)
    found = ranking.criterion.sizes(shape, counts)
    for i, gone in enumerate(counts):
        smaller = pruned(made, ranking, gone)
        held = sum(w.numel() for w in [*smaller.hidden, smaller.output])
        assert (found.parameters[i], found.bytes[i], found.multiply_adds[i]) == (
            held, 4 * held, held,
        )  # fmt: skip


def test_sizes_of_a_convolutional_network():
    made = convolutional()
    weights = [*made.convolutions, made.output]
    prunable = [False, *[True] * 7]
    shape = shape_of([tuple(w.shape) for w in weights], [64, 16, 4, 4, 1, 1, 1, 1], prunable)
    ranking = rank(CRITERIA["columns"], matrices(made))
    counts = ranking.counts(np.array([0.0, 0.5]))
    found = ranking.criterion.sizes(shape, counts)
    for i, gone in enumerate(counts):
        smaller = pruned(made, ranking, gone)
        held = sum(w.numel() for w in [*smaller.convolutions, smaller.output])
        assert found.parameters[i] == held


def test_single_zeros_and_lower_ranks_save_bytes_only_where_they_do():
    shape = shape_of([(10, 8), (3, 10)], [1], [True])
    sparse = CRITERIA["magnitude"].sizes(shape, np.array([[0], [40], [60]]))
    assert sparse.parameters.tolist() == [110, 70, 50]
    assert sparse.bytes.tolist() == [4 * 110, 4 * 110, 4 * (30 + 2 * 20 + 11)]
    factored = CRITERIA["singular"].sizes(shape, np.array([[0], [5], [8]]))
    assert factored.parameters.tolist() == [110, 30 + 3 * 18, 30]
