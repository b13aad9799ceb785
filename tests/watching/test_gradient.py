"""The tail index of gradient noise, from gradients whose noise is known."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from watch_recorder import Kept, watched

from hts.noise.law import ppf
from hts.watching.gradient import noise_tail, some_gradient
from hts.watching.layers import Layer


def layer(**more: object) -> Layer:
    return Layer("w", "Linear", nn.Parameter(torch.zeros(90, 70), **more), 0)


def noise(alpha: float, seed: int) -> torch.Tensor:
    drawn = ppf(np.random.default_rng(seed).random((90, 70)), alpha)
    return torch.from_numpy(drawn).float()


@pytest.mark.parametrize("alpha", [1.3, 1.7])
def test_a_common_mean_gradient_goes_and_alpha_stays(alpha):
    one = layer()
    mean = 100 * torch.randn(90, 70, generator=torch.Generator().manual_seed(1))
    one.parameter.grad = mean + noise(alpha, 1)
    before = some_gradient(one)
    one.parameter.grad = mean + noise(alpha, 2)
    tail = noise_tail(one, before)
    assert tail.low < alpha < tail.high
    assert tail.fits
    assert tail.scale == pytest.approx(2 ** (1 / alpha), rel=0.1)


def test_without_two_gradients_there_is_none():
    one = layer()
    assert some_gradient(one) is None
    one.parameter.grad = noise(1.5, 1)
    before = some_gradient(one)
    assert noise_tail(one, None) is None
    assert noise_tail(one, before) is None  # the same gradient: no entry differs
    one.parameter.grad = torch.full((90, 70), float("nan"))
    assert noise_tail(one, before) is None


@pytest.mark.parametrize(("every", "seen"), [(3, [1, 4, 7]), (1, [1, 2, 3, 4, 5, 6, 7])])
def test_every_look_but_the_first_has_it_in_a_training(every, seen):
    model = nn.Linear(70, 90)
    nn.init.normal_(model.weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-9)
    kept = Kept()
    with watched(model, optimizer, kept, every):
        for step in range(7):
            model.weight.grad = noise(1.5, step)
            optimizer.step()
    assert kept.steps == seen
    first, *others = (look.layers[0].scalars() for look in kept.looks)
    assert first.gradient is None
    assert all(at.gradient_low < 1.5 < at.gradient_high for at in others)
