"""Networks: how they are drawn, and that removing units equals zeroing them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from hts import RunConfig
from hts.models.activations import ACTIVATIONS
from hts.models.network import Network, draw_network

CPU = torch.device("cpu")


def drawn(**settings) -> Network:
    return draw_network(RunConfig(**settings), 6, 3, CPU)


def test_shapes_scale_and_pytorch_range():
    network = drawn(width=400, depth=2)
    assert [tuple(w.shape) for w in network.hidden] == [(400, 6), (400, 400)]
    assert tuple(network.output.shape) == (3, 400)
    assert network.scale == 1
    for weights, inputs in ((network.hidden[0], 6), (network.output, 400)):
        bound = inputs**-0.5
        assert weights.abs().max() <= bound
        assert float(weights.std()) == pytest.approx(bound / 3**0.5, rel=0.05)


def test_mean_field_scale_and_output_law():
    network = drawn(width=5000, scaling="mean_field")
    assert network.scale == 1 / 5000
    assert float(network.output.std()) == pytest.approx(1.0, rel=0.03)


def test_a_wider_layer_begins_with_the_narrower_ones_units():
    narrow, wide = drawn(width=10), drawn(width=50)
    assert torch.equal(wide.hidden[0][:10], narrow.hidden[0])


def test_twins_share_the_start_and_seeds_differ():
    assert torch.equal(drawn(noise="III").hidden[0], drawn(noise="none").hidden[0])
    assert torch.equal(drawn(noise="III").output, drawn(noise="gaussian").output)
    assert not torch.equal(drawn(seed=1).hidden[0], drawn(seed=2).hidden[0])


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_keeping_units_equals_zeroing_the_others(depth, activation):
    network = drawn(width=20, depth=depth, activation=activation)
    x = torch.linspace(-2, 2, 30).reshape(5, 6)
    kept = [torch.tensor([1, 4, 7 + layer, 15]) for layer in range(depth)]
    smaller = network.keep(kept)
    zeroed = Network([w.clone() for w in network.hidden], network.output, network.activation, 1.0)
    for weights, units in zip(zeroed.hidden, kept, strict=True):
        gone = torch.ones(20, dtype=torch.bool)
        gone[units] = False
        weights[gone] = 0
    torch.testing.assert_close(smaller.logits(x), zeroed.logits(x))
    assert [w.shape[0] for w in smaller.hidden] == [4] * depth


def test_weights_survive_a_round_trip():
    network, other = drawn(depth=2, width=7), drawn(depth=2, width=7, seed=9)
    other.load(network.tensors())
    for a, b in zip(other.tensors().values(), network.tensors().values(), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_slopes_are_the_derivatives(activation):
    z = torch.tensor([-1.3, -0.2, 0.4, 2.0], requires_grad=True)
    reference = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda v: v * 1.0}
    (expected,) = torch.autograd.grad(reference[activation.name](z).sum(), z)
    h = activation.apply_(z.detach().clone())
    torch.testing.assert_close(activation.times_slope_(torch.ones(4), h), expected)
    assert float(activation.apply_(torch.zeros(1))) == 0
