"""The closed-form step against autograd."""

from __future__ import annotations

import pytest
import torch

from hts import RunConfig
from hts.models.network import Network, draw_network
from hts.training.gradient import gradient_step

REFERENCE = {"relu": torch.relu, "tanh": torch.tanh, "identity": lambda z: z}


def autograd_step(network: Network, x, y, *, lr, train_output):
    """The same step with torch's own differentiation, in float64."""
    hidden = [w.double().requires_grad_() for w in network.hidden]
    output = network.output.double().requires_grad_()
    h = x.double()
    for weights in hidden:
        h = REFERENCE[network.activation.name](h @ weights.t())
    logits = network.scale * (h @ output.t())
    loss = torch.nn.functional.cross_entropy(logits, y)
    grads = torch.autograd.grad(loss, [*hidden, output])
    rate = lr / network.scale
    moved = [(w - rate * g).detach() for w, g in zip([*hidden, output], grads, strict=True)]
    if not train_output:
        moved[-1] = network.output.double()
    return float(loss.detach()), moved


@pytest.mark.parametrize("train_output", [True, False])
@pytest.mark.parametrize("activation", sorted(REFERENCE))
@pytest.mark.parametrize(
    ("scaling", "depth"), [("standard", 1), ("standard", 3), ("mean_field", 1)]
)
def test_equals_autograd_to_float32_accuracy(scaling, depth, activation, train_output):
    config = RunConfig(width=40, depth=depth, scaling=scaling, activation=activation)
    network = draw_network(config, 9, 4, torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(33, 9, generator=generator)
    y = torch.randint(0, 4, (33,), generator=generator)
    settings = {"lr": 0.3, "train_output": train_output}
    loss, expected = autograd_step(network, x, y, **settings)
    before = [w.clone() for w in [*network.hidden, network.output]]
    got = gradient_step(network, x, y, **settings)
    assert float(got) == pytest.approx(loss, rel=1e-5)
    for weights, start, want in zip(
        [*network.hidden, network.output], before, expected, strict=True
    ):
        moved = (want - start.double()).abs().max()
        assert (weights.double() - want).abs().max() <= 2e-5 * moved + 1e-6
    if not train_output:
        assert torch.equal(network.output, before[-1])


def test_a_diverged_network_reports_a_loss_that_is_not_finite():
    network = draw_network(RunConfig(width=5), 2, 2, torch.device("cpu"))
    network.hidden[0].fill_(float("inf"))
    loss = gradient_step(
        network, torch.ones(3, 2), torch.tensor([0, 1, 0]), lr=0.1, train_output=True
    )
    assert not torch.isfinite(loss)
