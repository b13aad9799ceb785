"""The convolutional step against autograd in float64, and whatever the number of threads."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from hts import RunConfig
from hts.models.convolutional import draw_convolutional
from hts.training.convolutional_step import convolutional_step

HOW = {"lr": 0.3, "train_output": True}


def problem(width: int = 24, examples: int = 130):
    """A network whose layers keep the size of what flows through, and a batch in three parts."""
    config = RunConfig(model="cnn", width=width)
    network = draw_convolutional(config, (1, 28, 28), 4, torch.device("cpu"))
    for weights in network.convolutions:
        weights.mul_(6**0.5)
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(examples, 784, generator=generator)
    y = torch.randint(0, 4, (examples,), generator=generator)
    return network, x, y


@pytest.mark.parametrize("train_output", [True, False])
def test_equals_autograd_on_the_whole_batch_to_float32_accuracy(train_output):
    network, x, y = problem()
    before = [w.clone() for w in (*network.convolutions, network.output)]
    exact = [w.double().requires_grad_() for w in before]
    h = x.double().reshape(-1, 1, 28, 28)
    for weights, pooled in zip(exact[:-1], network.pooled, strict=True):
        h = functional.relu(functional.conv2d(h, weights, padding=1))
        h = functional.max_pool2d(h, 2) if pooled else h
    loss = functional.cross_entropy(h.mean((2, 3)) @ exact[-1].t(), y)
    gradients = torch.autograd.grad(loss, exact)
    got = convolutional_step(network, x, y, lr=0.3, train_output=train_output)
    assert float(got) == pytest.approx(float(loss.detach()), rel=1e-5)
    after = [*network.convolutions, network.output]
    for weights, start, gradient in zip(after[:-1], before, gradients, strict=False):
        moved = 0.3 * gradient
        assert moved.abs().max() > 1e-4
        error = (weights.double() - (start.double() - moved)).abs().max()
        assert error <= 2e-4 * moved.abs().max() + 1e-6
    assert torch.equal(network.output, before[-1]) is not train_output


def test_the_same_bits_whatever_the_number_of_threads():
    threads = torch.get_num_threads()
    made = []
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            network, x, y = problem(width=64)
            losses = [float(convolutional_step(network, x, y, **HOW)) for _ in range(3)]
            assert torch.get_num_threads() == count
            made.append((losses, network.tensors(), network.logits(x)))
    finally:
        torch.set_num_threads(threads)
    for losses, tensors, logits in made[1:]:
        assert losses == made[0][0]
        assert all((tensors[name] == w).all() for name, w in made[0][1].items())
        assert torch.equal(logits, made[0][2])


def test_a_diverged_network_reports_a_loss_that_is_not_finite():
    network, x, y = problem()
    network.convolutions[2].fill_(float("inf"))
    assert not torch.isfinite(convolutional_step(network, x, y, **HOW))
