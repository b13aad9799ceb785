"""A member of an ensemble becomes what it becomes alone."""

from __future__ import annotations

import pytest
import torch

from hts import RunConfig
from hts.data import Dataset
from hts.models.network import draw_network
from hts.training import ensemble as module
from hts.training.ensemble import Ensemble
from hts.training.evaluate import accuracy_and_loss
from hts.training.examples import Examples
from hts.training.gradient import gradient_step

RATES = [0.3, 0.05, 0.1, 0.2, 0.3]


def problem(members: int, examples: int = 33):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(members, examples, 9, generator=generator)
    return x, torch.randint(0, 4, (members, examples), generator=generator)


def all_of(x: torch.Tensor, y: torch.Tensor) -> Examples:
    """Examples of any leading shape as one training set."""
    flat_x, flat_y = x.reshape(-1, 9).numpy(), y.reshape(-1).numpy()
    data = Dataset(
        name="made", title="made", x_train=flat_x, y_train=flat_y, x_test=flat_x, y_test=flat_y,
        classes=tuple("abcd"), source="",
    )  # fmt: skip
    return Examples(data, torch.device("cpu"))


def drawn(config: RunConfig):
    cpu = torch.device("cpu")
    return [draw_network(config.replace(seed=seed), 9, 4, cpu) for seed in range(len(RATES))]


@pytest.mark.parametrize("together", [1, 2, 5])
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    "settings",
    [
        {"activation": "relu"},
        {"activation": "tanh", "depth": 3},
        {"activation": "tanh", "scaling": "mean_field", "train_output": False},
        {"activation": "identity", "depth": 2, "train_output": False},
    ],
)
def test_steps_equal_those_taken_alone(settings, shared, together, monkeypatch):
    config = RunConfig(width=24, **settings)
    monkeypatch.setattr(module, "BLOCK_ELEMENTS", together * 33 * 24)
    alone, x_y = drawn(config), problem(len(RATES))
    stack = Ensemble(drawn(config), RATES, train_output=config.train_output)
    x, y = (part[0] for part in x_y) if shared else x_y
    examples = all_of(x, y)
    rows = None if shared else torch.arange(len(RATES) * 33).view(len(RATES), 33)
    for _ in range(3):
        losses = stack.step(examples, rows)
        for member, (network, rate) in enumerate(zip(alone, RATES, strict=True)):
            mine = (x, y) if shared else (x[member], y[member])
            loss = gradient_step(network, *mine, lr=rate, train_output=config.train_output)
            assert float(losses[member]) == pytest.approx(float(loss), rel=1e-5)
    for member, network in enumerate(alone):
        got = stack.network(member)
        for mine, want in zip(
            [*got.hidden, got.output], [*network.hidden, network.output], strict=True
        ):
            assert torch.allclose(mine, want, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("elements", [2**22, 24 * 64])
def test_accuracies_equal_those_measured_alone(elements, monkeypatch):
    monkeypatch.setattr(module, "LOOK_ELEMENTS", elements)
    networks = drawn(RunConfig(width=24, depth=2))
    stack = Ensemble(networks, RATES, train_output=True)
    x, y = (part[0] for part in problem(1, examples=200))
    for members in ([0, 1, 2, 3, 4], [3], [4, 1]):
        accuracies, losses = stack.accuracies(members, x, y)
        expected = [accuracy_and_loss(networks[member], x, y) for member in members]
        assert accuracies == [accuracy for accuracy, _ in expected]
        assert losses == pytest.approx([loss for _, loss in expected], rel=1e-6)


def test_members_that_stay_are_not_touched_by_those_that_go():
    config = RunConfig(width=24)
    examples = all_of(*problem(1))
    whole = Ensemble(drawn(config), RATES, train_output=True)
    fewer = Ensemble(drawn(config), RATES, train_output=True)
    fewer.keep([4, 1])
    assert len(fewer) == 2
    whole.step(examples)
    fewer.step(examples)
    for place, member in enumerate([4, 1]):
        assert torch.allclose(fewer.hidden[0][place], whole.hidden[0][member], atol=1e-6)


def test_a_member_that_diverges_does_not_spoil_the_others():
    stack = Ensemble(drawn(RunConfig(width=24)), RATES, train_output=True)
    stack.hidden[0][2].fill_(float("inf"))
    examples = all_of(*problem(1))
    losses = stack.step(examples)
    assert torch.isfinite(losses).tolist() == [True, True, False, True, True]
    assert all(torch.isfinite(stack.hidden[0][i]).all() for i in (0, 1, 3, 4))


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("together", [1, 5])
def test_masks_and_other_labels_enter_the_step_as_autograd_has_them(
    activation, together, monkeypatch
):
    monkeypatch.setattr(module, "BLOCK_ELEMENTS", together * 33 * 24)
    config = RunConfig(width=24, activation=activation)
    x, y = problem(len(RATES))
    examples, rows = all_of(x, y), torch.arange(len(RATES) * 33).view(len(RATES), 33)
    generator = torch.Generator().manual_seed(1)
    masks = (torch.rand(len(RATES), 33, 24, generator=generator) > 0.4).float() / 0.6
    labels = (y + 1) % 4
    stack = Ensemble(drawn(config), RATES, train_output=True)
    losses = stack.step(examples, rows, masks=masks, labels=labels)
    for member, (network, rate) in enumerate(zip(drawn(config), RATES, strict=True)):
        hidden = network.hidden[0].clone().requires_grad_()
        output = network.output.clone().requires_grad_()
        units = network.activation.h(x[member] @ hidden.t()) * masks[member]
        loss = torch.nn.functional.cross_entropy(units @ output.t(), labels[member])
        loss.backward()
        assert float(losses[member]) == pytest.approx(loss.item(), rel=1e-5)
        got = stack.network(member)
        assert torch.allclose(got.hidden[0], (hidden - rate * hidden.grad).detach(), atol=1e-6)
        assert torch.allclose(got.output, (output - rate * output.grad).detach(), atol=1e-6)
