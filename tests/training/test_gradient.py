"""The closed-form step against autograd."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from hts import RunConfig
from hts.models.network import Network, draw_network
from hts.training import one_layer
from hts.training.gradient import gradient_step
from hts.training.one_layer import OneLayerStep

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


def in_blocks(network: Network, *batch, **settings):
    return OneLayerStep()(network, *batch, **settings)


@pytest.mark.parametrize("train_output", [True, False])
@pytest.mark.parametrize("activation", sorted(REFERENCE))
@pytest.mark.parametrize(
    ("step", "scaling", "depth"),
    [
        (gradient_step, "standard", 1),
        (gradient_step, "standard", 3),
        (gradient_step, "mean_field", 1),
        (in_blocks, "standard", 1),
        (in_blocks, "mean_field", 1),
    ],
)
def test_equals_autograd_to_float32_accuracy(
    step, scaling, depth, activation, train_output, monkeypatch
):
    monkeypatch.setattr(one_layer, "SMALLEST_BLOCK", 7)
    monkeypatch.setattr(one_layer, "BLOCK_ELEMENTS", 7 * 33)  # the last of six blocks is short
    config = RunConfig(width=40, depth=depth, scaling=scaling, activation=activation)
    network = draw_network(config, 9, 4, torch.device("cpu"))
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(33, 9, generator=generator)
    y = torch.randint(0, 4, (33,), generator=generator)
    settings = {"lr": 0.3, "train_output": train_output}
    loss, expected = autograd_step(network, x, y, **settings)
    before = [w.clone() for w in [*network.hidden, network.output]]
    got = step(network, x, y, **settings)
    assert float(got) == pytest.approx(loss, rel=1e-5)
    for weights, start, want in zip(
        [*network.hidden, network.output], before, expected, strict=True
    ):
        moved = (want - start.double()).abs().max()
        assert (weights.double() - want).abs().max() <= 2e-5 * moved + 1e-6
    if not train_output:
        assert torch.equal(network.output, before[-1])


@pytest.mark.parametrize("step", [gradient_step, in_blocks])
def test_a_diverged_network_reports_a_loss_that_is_not_finite(step):
    network = draw_network(RunConfig(width=5), 2, 2, torch.device("cpu"))
    network.hidden[0].fill_(float("inf"))
    loss = step(network, torch.ones(3, 2), torch.tensor([0, 1, 0]), lr=0.1, train_output=True)
    assert not torch.isfinite(loss)


def test_buffers_follow_the_size_of_the_batch():
    networks = [draw_network(RunConfig(width=600), 9, 4, torch.device("cpu")) for _ in range(2)]
    generator = torch.Generator().manual_seed(0)
    step = OneLayerStep()
    for size in (50, 17, 50):  # an epoch's last batch is short
        x = torch.randn(size, 9, generator=generator)
        y = torch.randint(0, 4, (size,), generator=generator)
        step(networks[0], x, y, lr=0.1, train_output=True)
        OneLayerStep()(networks[1], x, y, lr=0.1, train_output=True)
    assert torch.equal(networks[0].hidden[0], networks[1].hidden[0])


def test_one_step_serves_networks_of_several_widths_on_equal_batches():
    step = OneLayerStep()
    x, y = torch.ones(20, 9), torch.zeros(20, dtype=torch.int64)
    for width in (300, 700, 40):
        alone, shared = (
            draw_network(RunConfig(width=width), 9, 4, torch.device("cpu")) for _ in range(2)
        )
        step(shared, x, y, lr=0.1, train_output=True)
        OneLayerStep()(alone, x, y, lr=0.1, train_output=True)
        assert torch.equal(shared.hidden[0], alone.hidden[0])


def test_the_networks_that_a_thread_computes_share_their_buffers():
    size = (20, 600, torch.device("cpu"))
    network = draw_network(RunConfig(width=600), 9, 4, size[2])
    x, y = torch.ones(20, 9), torch.zeros(20, dtype=torch.int64)
    rooms = []
    for step in (OneLayerStep(), OneLayerStep()):
        step(network, x, y, lr=0.1, train_output=True)
        rooms.append(step._room(*size))
    assert rooms[0] is rooms[1]
    with ThreadPoolExecutor(1) as another:
        theirs = another.submit(OneLayerStep()._room, *size).result()
    assert theirs is not rooms[0]
    assert theirs.hidden[0].data_ptr() != rooms[0].hidden[0].data_ptr()


def test_buffers_on_a_device_outlast_batches_of_another_size():
    step, meta, held = OneLayerStep(), torch.device("meta"), {}
    for batch in (64, 17, 64, 17):
        room = step._room(batch, 45, meta)
        assert held.setdefault(batch, room) is room


@pytest.mark.parametrize(
    ("batch", "smallest", "widths"), [(50, 1, [20, 20, 5]), (50, 30, [30, 15]), (2000, 1, [1] * 45)]
)
def test_a_block_on_the_cpu_holds_so_many_activations(batch, smallest, widths, monkeypatch):
    monkeypatch.setattr(one_layer, "BLOCK_ELEMENTS", 1000)
    monkeypatch.setattr(one_layer, "SMALLEST_BLOCK", smallest)
    room = OneLayerStep()._room(batch, 45, torch.device("cpu"))
    assert [(len(h), h.shape[1]) for h in room.hidden] == [(batch, width) for width in widths]
    room = OneLayerStep()._room(batch, 45, torch.device("meta"))
    assert [h.shape for h in room.hidden] == [(batch, 45)]
