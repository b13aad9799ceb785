"""The convolutional network: shape, views, and that removing filters equals zeroing them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from hts import RunConfig
from hts.models.activations import ACTIVATIONS
from hts.models.architecture import convolutions
from hts.models.convolutional import ConvolutionalNetwork, draw_convolutional

CPU = torch.device("cpu")
CIFAR, MNIST, DIGITS = (3, 32, 32), (1, 28, 28), (1, 8, 8)


def drawn(image=DIGITS, **settings) -> ConvolutionalNetwork:
    return draw_convolutional(RunConfig(model="cnn", **{"width": 16, **settings}), image, 10, CPU)


def test_the_full_width_is_the_published_architecture():
    layers = convolutions(1024, CIFAR)
    assert [layer.filters for layer in layers] == [128, 256, 512, 512, 1024, 1024, 1024, 1024]
    assert [layer.pooled for layer in layers] == [True, True, False, True, False, True, False, True]
    assert [layer.height for layer in layers] == [32, 16, 8, 8, 4, 4, 2, 2]


@pytest.mark.parametrize(
    ("image", "poolings", "last"), [(CIFAR, 5, 2), (MNIST, 4, 1), (DIGITS, 3, 1)]
)
def test_poolings_stop_at_one_pixel(image, poolings, last):
    layers = convolutions(16, image)
    assert sum(layer.pooled for layer in layers) == poolings
    assert layers[-1].height == last
    assert drawn(image).logits(torch.ones(3, int(np.prod(image)))).shape == (3, 10)


def test_scores_are_those_of_plain_convolutions():
    network = drawn(CIFAR)
    x = torch.linspace(-2, 2, 2 * 3072).reshape(2, 3072)
    h = x.reshape(2, 3, 32, 32)
    for weights, pooled in zip(network.convolutions, network.pooled, strict=True):
        h = functional.relu(functional.conv2d(h, weights, padding=1))
        h = functional.max_pool2d(h, 2) if pooled else h
    expected = functional.adaptive_avg_pool2d(h, 1).flatten(1) @ network.output.t()
    torch.testing.assert_close(network.logits(x), expected)
    torch.testing.assert_close(network.head(network.stem(x)), expected)


def test_weights_are_drawn_in_pytorchs_range():
    network = drawn(width=256)
    for weights in [*network.convolutions, network.output]:
        bound = weights[0].numel() ** -0.5
        assert weights.abs().max() <= bound
        assert float(weights.std()) == pytest.approx(bound / 3**0.5, rel=0.08)
    assert not torch.equal(network.convolutions[0], drawn(width=256, seed=2).convolutions[0])
    twin = drawn(width=256, noise="none", conv_noise="kernel")
    for a, b in zip(network.convolutions, twin.convolutions, strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("per", ["filter", "kernel"])
def test_matrices_share_memory_and_leave_out_first_and_last(per):
    network = drawn(conv_noise=per)
    assert [tuple(w.shape) for w in network.matrices[:3]] == [(4, 18), (8, 36), (8, 72)]
    assert len(network.matrices) == len(network.layer_names) == 7
    assert network.layer_names[0].title == "convolution 2"
    kernels = [tuple(w.shape) for w in network.noise_matrices[:2]]
    assert kernels == ([(4, 18), (8, 36)] if per == "filter" else [(8, 9), (32, 9)])
    first, output = network.convolutions[0].clone(), network.output.clone()
    for view in (*network.matrices, *network.noise_matrices):
        assert view.is_contiguous()
        view.fill_(7.0)
    assert all((w == 7).all() for w in network.convolutions[1:])
    assert torch.equal(network.convolutions[0], first)
    assert torch.equal(network.output, output)


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_keeping_filters_equals_zeroing_the_others(activation):
    network = drawn(MNIST, activation=activation, width=24)
    x = torch.linspace(-1, 2, 5 * 784).reshape(5, 784)
    kept = [torch.tensor([0, 2, len(w) - 1]) for w in network.matrices]
    smaller, zeroed = network.keep(kept), drawn(MNIST, activation=activation, width=24)
    for weights, filters in zip(zeroed.matrices, kept, strict=True):
        gone = torch.ones(len(weights), dtype=torch.bool)
        gone[filters] = False
        weights[gone] = 0
    expected = zeroed.logits(x)
    assert expected.abs().max() > 0
    torch.testing.assert_close(smaller.logits(x), expected, rtol=1e-4, atol=0)
    assert [len(w) for w in smaller.matrices] == [3] * 7


def test_a_layer_without_filters_lets_nothing_through():
    network = drawn()
    kept = [torch.arange(len(w)) for w in network.matrices]
    kept[3] = kept[3][:0]
    assert torch.equal(network.keep(kept).logits(torch.ones(2, 64)), torch.zeros(2, 10))


def test_weights_survive_a_round_trip():
    network, other = drawn(), drawn(seed=9)
    other.load(network.tensors())
    assert list(network.tensors()) == [*(f"convolution_{i}" for i in range(1, 9)), "output"]
    for a, b in zip(other.tensors().values(), network.tensors().values(), strict=True):
        assert np.array_equal(a, b)
