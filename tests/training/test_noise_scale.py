"""Without gradients K steps add up to noise of scale sigma (K lr)^(1/alpha), for each type."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import hts
from hts.noise import pdf, ppf
from hts.tails import layer_tail_index

K, LR, SIGMA = 20, 0.03, 0.7
UNITS = 20_000


def noise_alone(shape: tuple[int, ...], noise: str, alpha: float, columns: str) -> torch.Tensor:
    weights = nn.Parameter(torch.zeros(shape))
    weights.grad = torch.zeros_like(weights)
    optimizer = hts.HeavyTailedSGD(
        [weights], LR, noise=noise, alpha=alpha, sigma=SIGMA, columns=columns, seed=5
    )
    for _ in range(K):
        optimizer.step()
    return weights.detach()


@pytest.mark.parametrize("alpha", [1.2, 1.75, 2.0])
@pytest.mark.parametrize("noise", ["I", "II", "III"])
def test_scale_and_index_of_what_has_accumulated(noise, alpha):
    weights = noise_alone((UNITS, 3), noise, alpha, "filter").double().numpy()
    # In every type a coordinate is symmetric stable; the median of its size gives the scale.
    middle = float(ppf(0.75, alpha))
    error = 0.5 / (2 * float(pdf(middle, alpha)) * np.sqrt(UNITS)) / middle
    expected = SIGMA * (K * LR) ** (1 / alpha)
    for coordinate in weights.T:
        scale = np.median(np.abs(coordinate)) / middle
        assert abs(scale / expected - 1) < 4 * error
    index = layer_tail_index(weights.astype(np.float32), noise, level=0.9999)
    assert index.low <= alpha <= index.high
    assert index.high - index.low < 0.15


def test_type_one_gives_all_weights_of_a_unit_one_number_and_other_units_another():
    filters = noise_alone((40, 6, 3, 3), "I", 1.75, "filter").view(40, -1)
    kernels = noise_alone((40, 6, 3, 3), "I", 1.75, "kernel").view(240, -1)
    for units in (filters, kernels):
        assert (units == units[:, :1]).all()
        assert len(units[:, 0].unique()) == len(units)


@pytest.mark.parametrize("columns", ["filter", "kernel"])
def test_type_three_stretches_a_unit_as_a_whole(columns):
    weights = noise_alone((300, 20, 5, 5), "III", 1.2, columns)
    # Over 25 weights of a kernel the noise is Gaussian of one size, which kernels of one filter
    # share only where the filter is the unit.
    sizes = weights.square().mean((2, 3)).log()
    spread_within = sizes.var(1).mean()
    spread_between = sizes.mean(1).var()
    share = float(spread_between / (spread_within + spread_between))
    assert share > 0.8 if columns == "filter" else share < 0.2


def test_at_learning_rate_zero_nothing_is_added():
    weights = nn.Parameter(torch.ones(4, 3))
    weights.grad = torch.ones_like(weights)
    hts.HeavyTailedSGD([weights], 0.0, noise="II", alpha=1.5, sigma=SIGMA, seed=5).step()
    assert torch.equal(weights.detach(), torch.ones(4, 3))
