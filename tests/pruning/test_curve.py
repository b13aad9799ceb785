"""The cumulative curve against one forward pass per level."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.models.network import Network, draw_network
from hts.pruning.columns import removal_order, removed_units, unit_norms
from hts.pruning.curve import accuracies_without, evenly
from hts.pruning.levels import LEVELS


def problem(depth: int, activation: str = "relu") -> tuple[Network, torch.Tensor, torch.Tensor]:
    config = RunConfig(width=150, depth=depth, activation=activation)
    network = draw_network(config, 12, 4, torch.device("cpu"))
    generator = torch.Generator().manual_seed(5)
    for weights in network.hidden:
        weights.mul_(torch.exp(torch.randn(len(weights), 1, generator=generator)))
    x = torch.randn(400, 12, generator=generator)
    y = network.logits(x).argmax(1)
    y[::7] = 0
    return network, x, y


def naive(network: Network, x, y, fraction: float) -> float:
    """Zero the weights of the removed units, then one plain forward pass."""
    masked = Network([w.clone() for w in network.hidden], network.output, network.activation, 1.0)
    for weights in masked.hidden:
        norms = unit_norms(weights.numpy())
        gone = removal_order(norms)[: removed_units(fraction, len(norms))]
        weights[torch.from_numpy(gone.copy())] = 0
    return 100.0 * float((masked.logits(x).argmax(1) == y).double().mean())


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("depth", [1, 2])
def test_equals_naive_masking_at_every_level(depth, activation):
    network, x, y = problem(depth, activation)
    norms = [unit_norms(w.numpy()) for w in network.hidden]
    got = accuracies_without(network, norms, x, y, evenly(norms, LEVELS))
    expected = [naive(network, x, y, level) for level in LEVELS]
    assert got == pytest.approx(expected, abs=1e-9)


def test_levels_in_any_order_and_repeated():
    network, x, y = problem(1)
    norms = [unit_norms(network.hidden[0].numpy())]
    up = accuracies_without(network, norms, x, y, evenly(norms, np.array([0.0, 0.3, 0.9])))
    mixed = accuracies_without(network, norms, x, y, evenly(norms, np.array([0.9, 0.0, 0.3, 0.9])))
    assert mixed.tolist() == [up[2], up[0], up[1], up[2]]


def test_with_every_unit_gone_the_first_class_is_predicted():
    network, x, y = problem(1)
    norms = [unit_norms(network.hidden[0].numpy())]
    (accuracy,) = accuracies_without(network, norms, x, y, evenly(norms, np.array([1.0])))
    assert accuracy == pytest.approx(100 * float((y == 0).double().mean()))


def test_at_least_fifty_levels_from_zero_to_one():
    assert len(LEVELS) >= 50
    assert LEVELS[0] == 0
    assert LEVELS[-1] == 1
